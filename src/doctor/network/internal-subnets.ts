/**
 * The subnets that OVN-Kubernetes uses inside, each with what says so: of pods, services, routers among each other, and of
 * addresses that stand for nodes. From the configuration where it is known, else from what is written on nodes and routers.
 */
import { formatAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Prefix } from '../../net/prefix.js';
import type { Node } from '../../kube/model/node.js';
import { configuredBy } from '../../ovnk/configured.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import {
  HOST_CIDRS_ANNOTATION,
  hostCidrs,
  MASQUERADE_ANNOTATION,
  masqueradeSubnets,
  nodeSubnets,
  SUBNETS_ANNOTATION,
} from '../../ovnk/node-annotations.js';
import { annotationEvidence, rowEvidence } from '../evidence.js';
import type { Evidence } from '../finding.js';
import type { Sight } from '../sight.js';

export type Use = 'pods' | 'services' | 'join' | 'transit' | 'masquerade' | 'hybrid';

export interface Subnet {
  readonly use: Use;
  readonly prefix: Prefix;
  readonly text: string;
  readonly evidence: Evidence;
}

export const USE_WORDS: Readonly<Record<Use, string>> = {
  pods: 'the subnet of pods',
  services: 'the subnet of services',
  join: 'the join subnet',
  transit: 'the transit subnet',
  masquerade: 'the masquerade subnet',
  hybrid: 'a hybrid-overlay subnet',
};

export const HYBRID_SUBNET_ANNOTATION = 'k8s.ovn.org/hybrid-overlay-node-subnet';

export const overlaps = (a: Prefix, b: Prefix): boolean => prefixContains(a, b) || prefixContains(b, a);

/** The network that an address with a prefix length is in. */
function networkText(prefix: Prefix): string {
  const shift = BigInt((prefix.family === 4 ? 32 : 128) - prefix.length);
  const value = (prefix.value >> shift) << shift;
  return `${formatAddress({ family: prefix.family, value })}/${String(prefix.length)}`;
}

function subnet(use: Use, text: string, evidence: Evidence): readonly Subnet[] {
  const prefix = parsePrefix(text);
  return prefix === undefined ? [] : [{ use, prefix, text: networkText(prefix), evidence }];
}

/** Each once, whatever number of nodes or zones say it. */
export async function internalSubnets(sight: Sight, nodes: readonly Node[]): Promise<readonly Subnet[]> {
  const maps = (await sight.configuration()) ?? [];
  const configured = configuredBy(maps);
  const fromConfiguration = (use: Use, texts: readonly string[]): readonly Subnet[] =>
    texts.flatMap((text) =>
      subnet(use, text, { source: 'configuration of OVN-Kubernetes', ref: USE_WORDS[use], excerpt: text }),
    );
  const all: Subnet[] = [
    ...fromConfiguration('pods', configured.clusterSubnets),
    ...fromConfiguration('services', configured.serviceSubnets),
  ];
  for (const node of nodes) {
    const pods = nodeSubnets(node);
    // Of a subnet of the cluster each node's is a part.
    if (configured.clusterSubnets.length === 0 && pods.ok) {
      for (const text of pods.value?.get(DEFAULT_NETWORK) ?? [])
        all.push(...subnet('pods', text, annotationEvidence('Node', node, SUBNETS_ANNOTATION)));
    }
    for (const text of masqueradeSubnets(node))
      all.push(...subnet('masquerade', text, annotationEvidence('Node', node, MASQUERADE_ANNOTATION)));
    const hybrid = node.metadata.annotations.get(HYBRID_SUBNET_ANNOTATION);
    if (hybrid !== undefined)
      all.push(...subnet('hybrid', hybrid, annotationEvidence('Node', node, HYBRID_SUBNET_ANNOTATION)));
  }
  for (const { zone, northbound } of await sight.northbounds()) {
    for (const [use, names] of [
      ['join', ['rtoj-ovn_cluster_router']],
      ['transit', nodes.map(({ metadata }) => `rtots-${metadata.name}`)],
    ] as const) {
      for (const row of names.flatMap((name) => northbound.routerPort(name) ?? [])) {
        const evidence = rowEvidence(zone, 'northbound', row, ['name', 'networks']);
        for (const text of row.strings('networks')) all.push(...subnet(use, text, evidence));
      }
    }
  }
  const seen = new Set<string>();
  return all.filter(({ use, text }) => {
    const key = `${use} ${text}`;
    return !seen.has(key) && seen.add(key);
  });
}

export interface NodeNetwork {
  readonly node: Node;
  readonly prefix: Prefix;
  readonly text: string;
  readonly evidence: Evidence;
}

/** The networks that nodes have addresses in, without those that OVN-Kubernetes itself gives them. */
export function nodeNetworks(nodes: readonly Node[]): readonly NodeNetwork[] {
  return nodes.flatMap((node) => {
    const read = hostCidrs(node);
    const pods = nodeSubnets(node);
    const own = [...(pods.ok ? (pods.value?.get(DEFAULT_NETWORK) ?? []) : []), ...masqueradeSubnets(node)]
      .flatMap((text) => parsePrefix(text) ?? [])
      // The host's own end is the second address, of pods' subnets and of the masquerade subnet alike.
      .map(({ family, value, length }) => {
        const shift = BigInt((family === 4 ? 32 : 128) - length);
        return { family, value: ((value >> shift) << shift) + 2n };
      });
    return (read.ok ? (read.value ?? []) : []).flatMap((text): readonly NodeNetwork[] => {
      const prefix = parsePrefix(text);
      if (prefix === undefined || own.some(({ family, value }) => family === prefix.family && value === prefix.value))
        return [];
      return [{ node, prefix, text, evidence: annotationEvidence('Node', node, HOST_CIDRS_ANNOTATION) }];
    });
  });
}
