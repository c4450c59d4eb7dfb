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
      /** Short ids of members that it has not heard of; only a leader has to hear of all. */
      readonly lost: readonly string[];
      /** The lines that say so. */
      readonly lines: string;
    }
  /** `active`, `backup`, … */
  | { readonly kind: 'single'; readonly state: string };

/** After that many election timers a member that says nothing is lost. */
const SILENT_TIMERS = 3;

/** undefined for what is neither. */
export function parseServerStatus(text: string): ServerStatus | undefined {
  const of = (key: string): string | undefined => new RegExp(`^${key}: *(.*)$`, 'm').exec(text)?.[1]?.trim();
  const state = of('state');
  if (state !== undefined) return { kind: 'single', state };
  const [cluster, status, role, leader] = ['Cluster ID', 'Status', 'Role', 'Leader'].map(of);
  if (cluster === undefined || status === undefined || role === undefined || leader === undefined) return undefined;
  const timer = Number(of('Election timer') ?? 1000);
  const members = [...(text.split(/^Servers:$/m)[1] ?? '').matchAll(/^ {4}.*?\((\w+) at .*$/gm)];
  // The names under Connections need not be unique, so silence tells who is lost. The leader hears from all many times within
  // the timer.
  const lost = members.flatMap(([line, id = '']) => {
    if (line.includes('(self)')) return [];
    const silent = /last msg (\d+) ms ago/.exec(line)?.[1];
    return silent === undefined || Number(silent) > SILENT_TIMERS * timer ? [id] : [];
  });
  const lines = (text.match(/^(?:(?:Cluster ID|Status|Role|Leader|Connections): | {4}.* at ).*$/gm) ?? []).join('\n');
  return { kind: 'cluster', cluster, status, role, leader, members: members.length, lost, lines };
}
