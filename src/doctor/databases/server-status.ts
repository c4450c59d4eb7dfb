/**
 * What a database server says of itself: `cluster/status` of a clustered one, `ovsdb-server/sync-status` of another.
 * Source: ovsdb-server(1), the runtime management commands.
 */
export type ServerStatus =
  | {
      readonly kind: 'cluster';
      /** Short form and, in parentheses, the whole. */
      readonly cluster: string;
      readonly status: string;
      readonly role: string;
      /** `self`, the short id of another, or `unknown`. */
      readonly leader: string;
      readonly members: number;
      /** Short ids of members it has no connection to. */
      readonly lost: readonly string[];
      /** The lines that say so. */
      readonly lines: string;
    }
  /** `active`, `backup`, … */
  | { readonly kind: 'single'; readonly state: string };

/** undefined for what is neither. */
export function parseServerStatus(text: string): ServerStatus | undefined {
  const of = (key: string): string | undefined => new RegExp(`^${key}: *(.*)$`, 'm').exec(text)?.[1]?.trim();
  const state = of('state');
  if (state !== undefined) return { kind: 'single', state };
  const [cluster, status, role, leader] = ['Cluster ID', 'Status', 'Role', 'Leader'].map(of);
  if (cluster === undefined || status === undefined || role === undefined || leader === undefined) return undefined;
  const members = (text.split(/^Servers:$/m)[1] ?? '').match(/^ {4}\S+ \(.*$/gm) ?? [];
  // `(->NAME)` is a connection that is not there; it may be there in the other direction.
  const connections = (of('Connections') ?? '').split(/\s+/);
  const lost = connections
    .flatMap((word) => /^\(->(.*)\)$/.exec(word)?.[1] ?? [])
    .filter((name) => !connections.includes(`<-${name}`));
  const lines = (text.match(/^(?:Cluster ID|Status|Role|Leader|Connections): .*$/gm) ?? []).join('\n');
  return { kind: 'cluster', cluster, status, role, leader, members: members.length, lost, lines };
}
