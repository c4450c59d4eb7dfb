/**
 * Opens an OVSDB client on unix, tcp and ssl remotes.
 *
 * In: remotes as ovsdb(7) writes them, TLS material as PEM texts, limits. Out: a connected client of `src/ovsdb/client`. Only
 * sockets and time are here; what is said over them is not. Relays bring their own `Dial`.
 */
import { UsageError } from '../../base/errors.js';
import { OvsdbClient } from '../../ovsdb/client/client.js';
import type { CallOptions, ClientOptions } from '../../ovsdb/client/client.js';
import { parseRemotes } from '../../ovsdb/client/remote.js';
import type { Dial } from '../../ovsdb/client/transport.js';
import { systemClock } from './clock.js';
import { socketDial } from './dial.js';
import type { TlsOptions } from './dial.js';

export interface ConnectOptions extends ClientOptions, Pick<CallOptions, 'signal'> {
  readonly tls?: TlsOptions;
  /** How to reach a remote otherwise than by a socket of this machine. */
  readonly dial?: Dial;
}

/**
 * Connects to a server or a cluster's members, for example `ssl:10.0.0.1:6641,ssl:10.0.0.2:6641`.
 *
 * Rejects with UsageError for a malformed remote, AccessError when TLS or permissions refuse, UnavailableError when no server
 * can be reached or, by `timeoutMs`, none is fit. The client keeps the process running until it is closed.
 */
export async function connect(remotes: string, options: ConnectOptions = {}): Promise<OvsdbClient> {
  const parsed = parseRemotes(remotes);
  if (!parsed.ok)
    throw new UsageError('ovsdb.remote', `"${parsed.error.remote}" is not a remote: ${parsed.error.reason}`);
  const { tls, dial = socketDial(tls), signal, ...clientOptions } = options;
  const client = new OvsdbClient(parsed.value, { clock: systemClock, dial }, clientOptions);
  try {
    await client.ready(signal === undefined ? {} : { signal });
  } catch (error) {
    client.close();
    throw error;
  }
  return client;
}
