import { tokenize } from '../../lflow/lexer.js';
import { quote } from '../../lflow/token-print.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { Port } from '../../ovn/southbound/ports.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';

/** How datapaths and ports are shown. */
export interface Naming {
  datapath(datapath: Datapath): string;
  port(port: Port): string;
}

/** Ports and datapaths as people call them, the default of OVN's tools. */
export const FRIENDLY: Naming = {
  datapath: ({ displayName }) => displayName,
  port: ({ displayName }) => displayName,
};

/** Ports by logical name, datapaths by northbound uuid. */
export const RAW: Naming = {
  datapath: ({ northboundUuid }) => northboundUuid,
  port: ({ name }) => name,
};

/**
 * The number that a string of the language stands for in flows of a datapath: 0 for nothing; the key of the datapath's port
 * of that name, display name or uuid prefix; the key of its multicast group. Undefined when there is none: a port of
 * another datapath has no number here.
 */
export function resolvePort(southbound: Southbound, datapath: Datapath, name: string): number | undefined {
  if (name === '' || name === 'none') return 0;
  const port = southbound.ports.lookUp(name);
  if (port?.datapath === datapath) return port.key;
  return southbound.multicastGroups.named(datapath, name)?.key;
}

/** Replaces quoted port names in flow text by what the ports are called; only comments and blanks at the end are lost. */
export function withFriendlyNames(southbound: Southbound, naming: Naming, text: string): string {
  const meaning = text.includes('/') ? text.slice(0, endOf(text)) : text.trimEnd();
  if (!meaning.includes('"')) return meaning;
  return meaning.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (quoted, inner: string) => {
    // Names with escapes are possible only in hand-made rows; they are looked up as JSON reads them.
    const name = inner.includes('\\') ? (JSON.parse(quoted) as string) : inner;
    const port: Port | undefined = southbound.ports.named(name);
    return port === undefined ? quoted : quote(naming.port(port));
  });
}

/** Where the last token ends. */
function endOf(text: string): number {
  return tokenize(text).findLast(({ kind }) => kind !== 'end')?.span.end ?? 0;
}
