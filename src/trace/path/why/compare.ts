/**
 * What a rule has against a packet, in the words of Kubernetes: ports, namespaces, labels, addresses.
 *
 * Input: the rule as its object has it, the two ends, what the packet asks for; output: mismatches, the fewest over all
 * peers of the rule. That a rule and a packet do not fit is the flow's word; here is only said why.
 */
import { formatAddress, parsePrefix, prefixContains } from '../../../net/prefix.js';
import type { RuleMismatch } from '../path-trace.js';
import { unmetLabels } from './labels.js';
import type { UnmetLabel } from './labels.js';
import type { Party } from './party.js';
import { peerWords, portWords } from './rule-spec.js';
import type { PeerSpec, PortSpec } from './rule-spec.js';

/** What the packet is sent to. */
export interface Service {
  /** `TCP`, `ICMP`, … */
  readonly protocol: string;
  readonly port: number | undefined;
}

export const serviceWords = ({ protocol, port }: Service): string =>
  port === undefined ? protocol : `${protocol} ${port}`;

/** A mismatch, how it could be mended by labels, and how far it is from fitting. */
export interface Difference extends RuleMismatch {
  readonly labels?: readonly UnmetLabel[];
  readonly weight: number;
}

/** What is nearer to fitting: another port than labels, labels than a namespace, all of them than another kind of peer. */
const WEIGHT = { port: 10, protocol: 11, label: 12, namespace: 16, exception: 30, block: 60, peer: 200 } as const;

/** Why the ports of a rule do not fit; undefined when they do. */
export function portDifference(ports: readonly PortSpec[], service: Service): Difference | undefined {
  if (ports.length === 0) return undefined;
  const wanted = portWords(ports);
  const same = ports.filter(({ protocol }) => protocol === service.protocol);
  if (same.some((spec) => includes(spec, service.port))) return undefined;
  const actual = serviceWords(service);
  if (same.length === 0) {
    return {
      what: 'protocol',
      wanted,
      actual,
      text: `allows ${wanted}, the packet is ${actual}`,
      weight: WEIGHT.protocol,
    };
  }
  const text = `allows ${wanted}, the packet goes to ${String(service.port)}`;
  return { what: 'port', wanted, actual, text, weight: WEIGHT.port };
}

function includes({ port, endPort }: PortSpec, wanted: number | undefined): boolean {
  if (port === undefined) return true;
  // What a name stands for is the business of each pod; the flow has said that it does not fit.
  if (typeof port === 'string' || wanted === undefined) return false;
  return endPort === undefined ? port === wanted : port <= wanted && wanted <= endPort;
}

/** Why no peer of a rule is the party, by the peer that comes nearest; none when one is. */
export function peerDifferences(
  peers: readonly PeerSpec[],
  party: Party,
  end: 'source' | 'destination',
): readonly Difference[] {
  let nearest: readonly Difference[] | undefined;
  for (const peer of peers) {
    const differences = differencesFrom(peer, party, end);
    if (nearest === undefined || weight(differences) < weight(nearest)) nearest = differences;
  }
  return nearest ?? [];
}

/** How far all of them together are from fitting. */
export function weight(differences: readonly Difference[]): number {
  return differences.reduce((sum, difference) => sum + difference.weight, 0);
}

function differencesFrom(peer: PeerSpec, party: Party, end: 'source' | 'destination'): readonly Difference[] {
  const wanted = peerWords(peer);
  const goes = end === 'source' ? 'the packet comes from' : 'the packet goes to';
  const other = (): readonly Difference[] => [
    { what: 'peer', wanted, actual: party.name, text: `allows ${wanted}, ${goes} ${party.name}`, weight: WEIGHT.peer },
  ];
  switch (peer.kind) {
    case 'pods':
      return party.pod === undefined ? other() : podDifferences(peer, party, party.pod);
    case 'block': {
      const cidr = parsePrefix(peer.cidr);
      const inside = cidr !== undefined && prefixContains(cidr, party.address);
      const exception = peer.except.find((text) => {
        const except = parsePrefix(text);
        return except !== undefined && prefixContains(except, party.address);
      });
      if (inside && exception === undefined) return [];
      const actual = formatAddress(party.address);
      // Another family is no near miss.
      if (cidr !== undefined && cidr.family !== party.address.family) return other();
      const isException = inside && exception !== undefined;
      const text = `allows ${wanted}, ${isException ? `${actual} is in ${exception}` : `${goes} ${actual}`}`;
      return [{ what: 'address', wanted, actual, text, weight: isException ? WEIGHT.exception : WEIGHT.block }];
    }
    case 'nodes':
      return party.node === undefined ? other() : [];
    case 'name':
      return other();
  }
}

function podDifferences(
  peer: PeerSpec & { readonly kind: 'pods' },
  party: Party,
  pod: NonNullable<Party['pod']>,
): readonly Difference[] {
  const differences: Difference[] = [];
  const wanted = peerWords(peer);
  const home = pod.metadata.namespace;
  if (typeof peer.namespaces === 'string') {
    if (peer.namespaces !== home) {
      const text = `allows ${wanted}, ${party.name} is in namespace ${home}`;
      differences.push({ what: 'namespace', wanted, actual: `namespace ${home}`, text, weight: WEIGHT.namespace });
    }
  } else {
    const unmet = unmetLabels(peer.namespaces, party.namespace?.metadata.labels ?? new Map<string, string>());
    if (unmet.length > 0) {
      const has = unmet.map(({ actual }) => actual).join(', ');
      const text = `allows ${wanted}, namespace ${home} has ${has}`;
      const actual = `namespace ${home}: ${has}`;
      differences.push({ what: 'namespace', wanted, actual, text, labels: unmet, weight: WEIGHT.namespace });
    }
  }
  const unmet = peer.pods === undefined ? [] : unmetLabels(peer.pods, pod.metadata.labels);
  if (unmet.length > 0) {
    const has = unmet.map(({ actual }) => actual).join(', ');
    const text = `allows ${wanted}, ${party.name} has ${has}`;
    differences.push({ what: 'labels', wanted, actual: has, text, labels: unmet, weight: WEIGHT.label * unmet.length });
  }
  return differences;
}
