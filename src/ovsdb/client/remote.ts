import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';

/** Where a server listens, as ovsdb(7) "Connection Methods" writes it. `text` is the remote as given, for messages. */
export type Remote =
  | { readonly kind: 'unix'; readonly path: string; readonly text: string }
  | { readonly kind: 'tcp' | 'ssl'; readonly host: string; readonly port: number; readonly text: string };

export interface RemoteError {
  readonly remote: string;
  readonly reason: string;
}

/** IANA's port for OVSDB, which is meant when a remote names none. */
const DEFAULT_PORT = 6640;

const ADDRESS = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^[\]:]+))(?::(?<port>\d{1,5}))?$/;

function parseRemote(text: string): Result<Remote, RemoteError> {
  const bad = (reason: string): Result<never, RemoteError> => err({ remote: text, reason });
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  const rest = text.slice(colon + 1);
  if (kind === 'unix') return rest === '' ? bad('no path after "unix:"') : ok({ kind, path: rest, text });
  if (kind !== 'tcp' && kind !== 'ssl') return bad('neither unix:PATH, tcp:HOST:PORT nor ssl:HOST:PORT');
  const groups = ADDRESS.exec(rest)?.groups;
  const host = groups?.['six'] ?? groups?.['host'];
  if (host === undefined) return bad(`"${rest}" is not HOST:PORT; an IPv6 address needs brackets`);
  const port = Number(groups?.['port'] ?? DEFAULT_PORT);
  return port < 1 || port > 65535 ? bad(`there is no port ${String(port)}`) : ok({ kind, host, port, text });
}

/**
 * Parses a remote, or the members of a cluster separated by commas. A comma only separates when a scheme follows, because a
 * path may have one.
 */
export function parseRemotes(text: string): Result<readonly Remote[], RemoteError> {
  const remotes: Remote[] = [];
  for (const part of text.split(/\s*,\s*(?=[a-z]+:)/)) {
    const remote = parseRemote(part.trim());
    if (!remote.ok) return remote;
    remotes.push(remote.value);
  }
  return ok(remotes);
}
