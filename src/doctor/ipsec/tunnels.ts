/** The matrix of nodes: each must have a tunnel to each other that is set up for IPsec, and keys for it in the kernel. */
import type { Node } from '../../kube/model/node.js';
import { encapAddresses } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import type { SeenText, Sight } from '../sight.js';
import { NO_ASSOCIATION, NOT_CONFIGURED } from './ipsec-findings.js';
import { IPSEC_OFF, ipsecZones } from './ipsec-zones.js';
import { associatedPeers, parseTunnels } from './monitor.js';
import type { IpsecTunnel } from './monitor.js';

interface Peer {
  readonly name: string;
  readonly addresses: readonly string[];
}

export const ipsecTunnels: Analyzer = {
  id: 'ipsec/tunnels',
  area: 'ipsec',
  title: 'every pair of nodes has a tunnel that is set up for IPsec, and keys for it',
  inputs: ['hosts.ipsec-tunnels', 'hosts.xfrm-state', 'kube.nodes', 'nb.NB_Global'],
  finds: [NOT_CONFIGURED, NO_ASSOCIATION],
  analyze: async (sight) => {
    const zones = await ipsecZones(sight);
    if (!zones.some(({ on }) => on)) return IPSEC_OFF;
    const peers = (await sight.objects('nodes')).filter(isPartOf).map(peerOf);
    const findings: Finding[] = [];
    for (const { name } of peers) {
      const others = peers.filter((peer) => peer.name !== name && peer.addresses.length > 0);
      findings.push(...(await rowOf(sight, name, others)));
    }
    return findings;
  },
};

function peerOf(node: Node): Peer {
  const annotated = encapAddresses(node);
  const addresses =
    annotated.ok && annotated.value !== undefined
      ? annotated.value
      : node.addresses.flatMap(({ type, address }) => (type === 'InternalIP' ? [address] : []));
  return { name: node.metadata.name, addresses };
}

async function rowOf(sight: Sight, node: string, others: readonly Peer[]): Promise<readonly Finding[]> {
  const shown = await sight.hostText(node, 'ipsec-tunnels');
  const state = await sight.hostText(node, 'xfrm-state', { mayLack: shown !== undefined });
  const tunnels = shown && parseTunnels(shown.text);
  if (shown !== undefined && tunnels === undefined) {
    sight.miss({ code: 'host.format', subject: shown.from, reason: 'it is not what ovs-monitor-ipsec prints' });
  }
  const associated = state && associatedPeers(state.text);
  return others.flatMap((peer) => cell(node, peer, shown, tunnels, state, associated));
}

function cell(
  node: string,
  { name: peer, addresses }: Peer,
  shown: SeenText | undefined,
  tunnels: readonly IpsecTunnel[] | undefined,
  state: SeenText | undefined,
  associated: ReadonlySet<string> | undefined,
): readonly Finding[] {
  const place = { object: { kind: 'Tunnel', name: `${node}:${peer}` }, node };
  const own = tunnels?.filter(({ remote }) => addresses.includes(remote));
  const best = own?.find((tunnel) => tunnel.state === 'CONFIGURED') ?? own?.[0];
  if (shown !== undefined && tunnels !== undefined && best?.state !== 'CONFIGURED') {
    const words = best === undefined ? 'is not known to the IPsec daemon' : `is in state ${best.state}`;
    const has = tunnels.map(({ remote }) => remote).join(', ');
    const excerpt = best?.line ?? `tunnels to ${has || 'nobody'}`;
    const evidence = [textEvidence(shown, 'tunnels/show', excerpt)] as const;
    return [found(NOT_CONFIGURED, { node, peer, addresses, state: words }, { ...place, evidence })];
  }
  // Either tells of an association; none of both, as far as they are known.
  const known = [
    ...(best === undefined ? [] : [best.associated]),
    ...(associated === undefined ? [] : [addresses.some((address) => associated.has(address))]),
  ];
  if (known.length === 0 || known.includes(true)) return [];
  const evidence = [
    ...(shown === undefined || best === undefined
      ? []
      : [textEvidence(shown, 'tunnels/show', `${best.line}: no kernel security association`)]),
    ...(state === undefined
      ? []
      : [textEvidence(state, 'xfrm state', `none in both directions with ${addresses.join(' or ')}`)]),
  ];
  const [first, ...more] = evidence;
  if (first === undefined) return [];
  return [found(NO_ASSOCIATION, { node, peer, addresses }, { ...place, evidence: [first, ...more] })];
}
