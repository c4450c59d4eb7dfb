/** A recorded way and ours as a user is told of it: one text each, equal where both say the same. */
import type { Path, PathTrace } from '../../../src/trace/path/path-trace.js';
import type { RecordedBranch, RecordedCase, RecordedEnd } from './recording.js';

/**
 * `arrives`: at what was asked for. `astray`: somewhere else. A packet that waits for a neighbour counts as sent on, and the
 * answer must say that it waits.
 */
type Outcome = 'arrives' | 'astray' | 'dropped' | 'rejected' | 'unknown';

export function recordedAnswer(recorded: RecordedCase, branch: RecordedBranch): string {
  const { verdict, delivered_to: to, dropped_in: end } = branch;
  if (verdict === 'dropped' || verdict === 'rejected') return `${verdict}${end === null ? '' : objectOf(end)}`;
  const outcome: Outcome = isWanted(recorded, branch) ? 'arrives' : 'astray';
  if (verdict === 'arp-pending') return `${outcome}, waits`;
  return `${outcome} ${podIn(to) ?? (verdict === 'external' ? 'outside' : 'at the host')}`;
}

export function ourAnswer({ verdict, cause, deliveredTo }: Path, notes: PathTrace['notes']): string {
  const outcome = outcomeOf(verdict, cause?.type);
  if (outcome === 'dropped' || outcome === 'rejected') {
    const { kind, namespace, name, rule } = cause?.object ?? {};
    if (kind === undefined) return outcome;
    return `${outcome} by ${kind} ${namespace ?? ''}/${name ?? ''}${RULED.has(kind) ? ` rule ${rule ?? '?'}` : ''}`;
  }
  if (notes.some((note) => WAITS.test(note))) return `${outcome}, waits`;
  if (deliveredTo?.kind === 'pod') return `${outcome} ${deliveredTo.name ?? ''}`;
  return `${outcome} ${deliveredTo?.kind === 'external' ? 'outside' : 'at the host'}`;
}

const WAITS = /does not know the MAC address/;

function outcomeOf(verdict: Path['verdict'], cause: string | undefined): Outcome {
  if (cause === 'wrong-destination' || cause === 'gap') return 'astray';
  return verdict === 'delivered' ? 'arrives' : verdict;
}

function isWanted({ dst }: RecordedCase, { backend, delivered_to: to }: RecordedBranch): boolean {
  switch (dst.kind) {
    case 'pod':
      return podIn(to) === `${dst.ns ?? ''}/${dst.name ?? ''}`;
    case 'service':
      return backend !== null;
    default:
      return true;
  }
}

/** `NAMESPACE/POD`, without the port that the recording adds on other networks than the default one. */
function podIn(to: string | null): string | undefined {
  return to === null || to.startsWith('host:') ? undefined : to.replace(/ \(.*\)$/, '');
}

/** Kinds whose rules are counted. */
const RULED: ReadonlySet<string> = new Set(['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'EgressFirewall']);

/** The Kubernetes object behind the row that decided; empty where the recording has no row. */
function objectOf({ nb, acls_hit: acls = [] }: RecordedEnd): string {
  const rule = acls.findLast(({ nb: { action } }) => action === 'drop' || action === 'reject')?.nb;
  const row = nb ?? rule;
  if (row === undefined) return '';
  const service = /Service_([^_]+)_/.exec(row.name ?? '')?.[1];
  if (service !== undefined) return ` by Service ${service}`;
  const ids = row.external_ids ?? {};
  const [type = '', name = ''] = [ids['k8s.ovn.org/owner-type'], ids['k8s.ovn.org/name']];
  const counted = ids['gress-index'] ?? ids['rule-index'];
  const suffix = counted === undefined ? '' : ` rule ${counted}`;
  // The rows that deny by default are one namespace's, not one policy's; a firewall is always called default.
  if (type === 'NetpolNamespace') return ` by DefaultDeny ${name}/${name}`;
  if (type === 'EgressFirewall') return ` by EgressFirewall ${name}/default${suffix}`;
  return ` by ${type} /${name}${suffix}`;
}
