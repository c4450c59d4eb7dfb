/** Room for the tunnel: the MTU of pods and the header of Geneve must fit the interface that tunnelled packets leave by. */
import type { Node } from '../../kube/model/node.js';
import { configuredBy } from '../../ovnk/configured.js';
import type { Setting } from '../../ovnk/configured.js';
import { encapAddresses } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { isPartOf } from '../gateway/cluster.js';
import { configuredFamilies } from '../gateway/families.js';
import { parseInterfaces } from '../gateway/ip-route.js';
import type { SeenText, Sight } from '../sight.js';
import { MTU_TOO_SMALL } from './host-findings.js';

/** Outer Ethernet is not counted: IP, UDP, Geneve with its option, and the inner Ethernet header; ovnkube asks for as much. */
const IPV4_OVERHEAD = 58;
const IPV6_OVERHEAD = 78;
/** Of pods, where nothing is set. */
const DEFAULT_MTU = 1400;

export const nodesMtu: Analyzer = {
  id: 'nodes/mtu',
  area: 'nodes',
  title: "every node's MTU has room for the tunnel",
  inputs: ['hosts.addresses', 'hosts.configuration', 'kube.nodes'],
  finds: [MTU_TOO_SMALL],
  analyze: async (sight) => {
    const room = await tunnelRoom(sight);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    return (room?.nodes ?? []).flatMap(({ name, device, has, text }): readonly Finding[] => {
      const { mtu, overhead, setting } = room ?? { mtu: 0, overhead: 0, setting: undefined };
      const needs = mtu + overhead;
      if (has >= needs) return [];
      const evidence = [textEvidence(text, device, `mtu ${String(has)}`), ...settingEvidence(setting)] as const;
      const args = { node: name, device, has, needs, mtu, overhead };
      return [found(MTU_TOO_SMALL, args, { object: { kind: 'Node', name }, node: name, evidence })];
    });
  },
};

export const settingEvidence = (setting: Setting | undefined): readonly Evidence[] =>
  setting === undefined
    ? []
    : [{ source: `ConfigMap ${setting.configMap}`, ref: 'configuration of ovnkube', excerpt: setting.line }];

interface TunnelRoom {
  /** Of pods. */
  readonly mtu: number;
  /** Of the tunnel, in bytes. */
  readonly overhead: number;
  /** What sets the MTU; the default when nothing does. */
  readonly setting: Setting | undefined;
  readonly nodes: readonly {
    readonly name: string;
    /** The interface with the tunnel address, and its MTU. */
    readonly device: string;
    readonly has: number;
    readonly text: SeenText;
  }[];
}

/** What the tunnel needs and what each node has; undefined, with the gap noted, when the configuration is not known. */
export async function tunnelRoom(sight: Sight): Promise<TunnelRoom | undefined> {
  const nodes = (await sight.objects('nodes')).filter(isPartOf);
  const maps = await sight.configuration();
  const configured = maps && configuredBy(maps);
  const families = configuredFamilies(configured, nodes)?.families;
  if (
    configured === undefined ||
    families === undefined ||
    !maps?.some(({ data }) => data.has('ovnkube.conf') || data.has('mtu'))
  ) {
    const reason = 'the configuration of ovnkube is not there to tell';
    if (nodes.length > 0) sight.miss({ code: 'host.absent', subject: 'MTU of pods', reason });
    return undefined;
  }
  const found: TunnelRoom['nodes'][number][] = [];
  for (const node of nodes) {
    const name = node.metadata.name;
    const text = await sight.hostText(name, 'addresses');
    if (text === undefined) continue;
    const interfaces = parseInterfaces(text.text);
    if (!interfaces.ok) {
      sight.miss({ code: 'host.format', subject: text.from, reason: `it ${interfaces.error}` });
      continue;
    }
    const own = tunnelAddresses(node);
    const device = interfaces.value.find(({ addresses }) => addresses.some(({ address }) => own.includes(address)));
    if (device?.mtu === undefined) {
      const reason = device === undefined ? `no interface has ${own.join(' or ')}` : 'no MTU is told';
      sight.miss({ code: 'host.format', subject: text.from, reason });
    } else found.push({ name, device: device.name, has: device.mtu, text });
  }
  return {
    mtu: configured.mtu === undefined ? DEFAULT_MTU : Number(configured.mtu.value),
    overhead: families.includes(6) ? IPV6_OVERHEAD : IPV4_OVERHEAD,
    setting: configured.mtu,
    nodes: found,
  };
}

function tunnelAddresses(node: Node): readonly string[] {
  const annotated = encapAddresses(node);
  if (annotated.ok && annotated.value !== undefined && annotated.value.length > 0) return annotated.value;
  return node.addresses.flatMap(({ type, address }) => (type === 'InternalIP' ? [address] : []));
}
