/**
 * The rule that came nearest to letting a packet through, and the conditions of it that the packet does not meet.
 *
 * Input: rules of a tier that concern the packet's port, with the comparisons that failed; output: one rule in the words
 * of Kubernetes. Which conditions failed is read from the flow, because that is what decided; the object says what they
 * mean. Where the two disagree the rule is not in force as written, and that is said.
 */
import type { Mismatch } from '../../../lflow/expr/explain.js';
import { parseAddress } from '../../../net/prefix.js';
import type { Owner } from '../../../ovnk/owner.js';
import { addressText, headersOf } from '../headers.js';
import type { Attributor } from '../attribution.js';
import type { OwnerSummary } from '../path-trace.js';
import type { Leg } from '../walk.js';
import type { Evaluation, Look } from './evaluations.js';
import { peerDifferences, portDifference, serviceWords, weight } from './compare.js';
import type { Difference, Service } from './compare.js';
import { onTheWay, partyAt } from './party.js';
import type { Party } from './party.js';
import type { LenientRule } from './rules-of-port.js';
import { ruleSpecOf } from './rule-spec.js';
import type { RuleSpec } from './rule-spec.js';

/** A rule with its origin. */
export interface KnownRule extends LenientRule {
  readonly owner: Owner;
  readonly summary: OwnerSummary;
}

/** A near miss, with what a remedy needs to know. */
export interface NearMiss {
  readonly owner: Owner;
  readonly summary: OwnerSummary;
  readonly spec: RuleSpec | undefined;
  readonly differences: readonly Difference[];
}

/** The two ends of the packet and what it asks for, as the rules of a look see them. */
export interface Request {
  readonly source: Party;
  readonly destination: Party;
  readonly service: Service;
}

/** The two ends of the packet and its service; undefined for what is not IP. */
export async function requestAt(
  { seen }: Look,
  legs: readonly Leg[],
  attributor: Attributor,
): Promise<Request | undefined> {
  const { before } = seen;
  const from = parseAddress(addressText(before, 'source'));
  const to = parseAddress(addressText(before, 'destination'));
  if (from === undefined || to === undefined) return undefined;
  const { protocol, dstPort } = headersOf(before);
  return {
    source: onTheWay(await partyAt(attributor.world, from, attributor.pods), legs),
    destination: onTheWay(await partyAt(attributor.world, to, attributor.pods), legs),
    service: {
      protocol: typeof protocol === 'number' ? `IP protocol ${protocol}` : protocol.toUpperCase(),
      port: dstPort,
    },
  };
}

/** The rules whose owner is known, in order of priority. */
export async function knownRules(
  rules: readonly LenientRule[],
  { leg }: Evaluation,
  attributor: Attributor,
): Promise<readonly KnownRule[]> {
  const known: KnownRule[] = [];
  for (const rule of rules) {
    const { owner } = await attributor.originOf(leg.zone, rule.flow);
    if (owner !== undefined) known.push({ ...rule, ...owner });
  }
  return known;
}

type Side = 'port' | 'protocol' | 'family' | 'source' | 'destination' | 'source-port';

/** What a comparison is about; undefined for what no rule of a policy can change. */
function sideOf({ field }: Mismatch): Side | undefined {
  if (/^(tcp|udp|sctp)\.dst/.test(field) || /^icmp[46]\./.test(field)) return 'port';
  if (/^(tcp|udp|sctp)\.src/.test(field)) return 'source-port';
  if (/^ip[46]\.src/.test(field)) return 'source';
  if (/^ip[46]\.dst/.test(field)) return 'destination';
  if (field.startsWith('ip.proto')) return 'protocol';
  return field.startsWith('eth.type') ? 'family' : undefined;
}

interface Candidate {
  readonly rule: KnownRule;
  readonly failed: ReadonlyMap<Side, Mismatch>;
}

/** Rules that people write for pods. */
const WRITTEN: ReadonlySet<Owner['kind']> = new Set([
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'EgressFirewall',
]);
const isWritten = (owner: Owner): boolean =>
  WRITTEN.has(owner.kind) || (owner.kind === 'UDNIsolation' && owner.pod !== undefined);

/** Rules to look at in detail, those with the fewest failed comparisons first. */
const MOST = 16;

/** The nearest miss among the rules; undefined when none of them is near in any sense. */
export async function nearestMiss(
  rules: readonly KnownRule[],
  request: Request,
  attributor: Attributor,
): Promise<NearMiss | undefined> {
  const candidates = candidatesOf(rules).slice(0, MOST);
  let nearest: { readonly miss: NearMiss; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const miss = await missOf(candidate, request, attributor);
    if (!isNear(miss)) continue;
    const distance = weight(miss.differences);
    if (nearest === undefined || distance < nearest.distance) nearest = { miss, distance };
  }
  return nearest?.miss;
}

/** One candidate a rule, by the flow of it that fails least; nearest first, then by name. */
function candidatesOf(rules: readonly KnownRule[]): readonly Candidate[] {
  const best = new Map<string, Candidate>();
  for (const rule of rules) {
    if (!isWritten(rule.owner)) continue;
    const failed = new Map<Side, Mismatch>();
    let comparable = rule.mismatches.length > 0;
    for (const mismatch of rule.mismatches) {
      const side = sideOf(mismatch);
      if (side === undefined) comparable = false;
      else if (!failed.has(side)) failed.set(side, mismatch);
    }
    if (!comparable) continue;
    const key = rule.summary.text;
    const before = best.get(key);
    if (before === undefined || costOf(failed) < costOf(before.failed)) best.set(key, { rule, failed });
  }
  const name = ({ rule }: Candidate): string => rule.summary.text;
  return [...best.values()].sort(
    (a, b) => costOf(a.failed) - costOf(b.failed) || (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0),
  );
}

/** A rule for the other address family is no near miss as long as there is any other. */
function costOf(failed: ReadonlyMap<Side, Mismatch>): number {
  return failed.size + (failed.has('family') ? 10 : 0);
}

async function missOf({ rule, failed }: Candidate, request: Request, attributor: Attributor): Promise<NearMiss> {
  const { owner, summary } = rule;
  const spec = await ruleSpecOf(attributor.world, owner);
  const end = endOf(owner);
  const differences: Difference[] = [];
  const fallback = (side: Side): void => {
    const mismatch = failed.get(side);
    if (mismatch !== undefined) differences.push(plainDifference(side, mismatch, request));
  };
  if (failed.has('port') || failed.has('protocol')) {
    const difference = spec && portDifference(spec.ports, request.service);
    if (difference !== undefined) differences.push(difference);
    else fallback(failed.has('protocol') ? 'protocol' : 'port');
  }
  if (failed.has(end)) {
    const party = request[end];
    const found = spec === undefined ? undefined : peerDifferences(spec.peers, party, end);
    if (found === undefined) fallback(end);
    else if (found.length > 0) differences.push(...found);
    else differences.push(notInForce(party));
  } else if (failed.has('family')) {
    const found = spec === undefined ? [] : peerDifferences(spec.peers, request[end], end);
    if (found.length > 0) differences.push(...found);
    else fallback('family');
  }
  for (const side of ['source', 'destination', 'source-port'] as const) if (side !== end) fallback(side);
  return { owner, summary, spec, differences };
}

/** Which end of a packet a rule chooses by; the other one is the pod that it is for. */
export function endOf(owner: Owner): 'source' | 'destination' {
  if (owner.kind === 'EgressFirewall') return 'destination';
  return 'direction' in owner && owner.direction === 'Egress' ? 'destination' : 'source';
}

/** The object selects the party, but its address is not in the set that the flow looks in. */
function notInForce({ name: actual }: Party): Difference {
  return {
    what: 'address-set',
    wanted: `${actual} among the addresses of the rule`,
    actual: 'not among them',
    text: `selects ${actual}, but its address is not in the address set that OVN uses for the rule: the rule is not in force as written`,
    weight: 0,
  };
}

/** How far a comparison is from fitting that no object explains. */
const PLAIN = 40;

/** A comparison as the flow has it, where no object explains it. */
function plainDifference(side: Side, { field, op, wanted, actual = '' }: Mismatch, { service }: Request): Difference {
  const condition = `${field} ${op} ${wanted}`;
  if (side === 'port' || side === 'protocol') {
    const is = serviceWords(service);
    return {
      what: side,
      wanted: condition,
      actual: is,
      text: `wants ${condition}, the packet is ${is}`,
      weight: PLAIN,
    };
  }
  const what = side === 'source' || side === 'destination' ? 'address' : side;
  return { what, wanted: condition, actual, text: `wants ${condition}, the packet has ${actual}`, weight: PLAIN };
}

/** A firewall's rules for other destinations are no near misses, and nothing is that wants another kind of peer altogether. */
function isNear({ owner, differences }: NearMiss): boolean {
  const tolerable = ({ what }: Difference): boolean =>
    owner.kind === 'EgressFirewall' ? what === 'port' || what === 'protocol' : what !== 'family' && what !== 'peer';
  return differences.length > 0 && differences.every(tolerable);
}
