import { formatMac } from '../../../src/net/mac.js';
import { formatAddress } from '../../../src/net/prefix.js';
import { Slot } from '../../../src/lflow/packet/slots.js';
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import type { Connection } from '../../../src/trace/conntrack/connection-table.js';
import type { Tuple } from '../../../src/trace/conntrack/tuple.js';
import { describeDelivery } from '../../../src/trace/path/arrival.js';
import type { Attributor } from '../../../src/trace/path/attribution.js';
import { judge } from '../../../src/trace/path/cause.js';
import { addressText } from '../../../src/trace/path/headers.js';
import type { Journey, Leg } from '../../../src/trace/path/walk.js';
import type { Delivery, TableNode } from '../../../src/trace/tree.js';
import type { World } from '../../../src/world/world.js';
import type { Fact, Facts } from './facts.js';
import { headerText } from './packet-text.js';
import { connectionText } from './recorded-facts.js';
import type { Replayed } from './replay.js';

interface End {
  readonly verdict: string;
  readonly out: string;
  readonly packet: Microflow;
  readonly to?: { readonly name: string; readonly lsp: string };
  readonly vlan?: string;
  /** Where the packet ended or waits, and the row that decided. */
  readonly table?: TableNode;
  readonly row?: string;
}

export class OurFacts {
  readonly #attributor: Attributor;
  readonly #zones: ReadonlyMap<string, string>;

  private constructor(attributor: Attributor, zones: ReadonlyMap<string, string>) {
    this.#attributor = attributor;
    this.#zones = zones;
  }

  static async of(world: World, attributor: Attributor): Promise<OurFacts> {
    const zones = new Map<string, string>();
    for (const zone of world.zones) {
      for (const { name, remote } of (await zone.southbound()).chassis.all()) if (!remote) zones.set(name, zone.name);
    }
    return new OurFacts(attributor, zones);
  }

  /** The facts of one way in the words of the recording. */
  async of({ journey, before, after }: Replayed): Promise<Facts> {
    const { legs } = journey;
    const [first, last] = [legs[0], legs.at(-1)];
    if (first === undefined || last === undefined) throw new Error('a journey has legs');
    const end = await this.#endOf(journey, last);
    const { packet, table } = end;
    const entered = legs.slice(1).map(entryOf);
    const outs = [...legs.slice(1).map(({ zone }) => `tunnel ${zone.name}`), end.out];
    const sent = entryOf(first);
    const facts: Record<Exclude<Fact, 'backends'>, string> = {
      verdict: end.verdict,
      legs: legs.map(({ zone }, index) => `${zone.name} > ${outs[index] ?? ''}`).join(', '),
      'headers between legs': entered.map(headerText).join(', '),
      'tunnel keys': legs.slice(1).map(tunnelKeys).join(', '),
      'delivered to': end.to?.name ?? '',
      'delivered lsp': end.to?.lsp ?? '',
      'egress node': end.verdict === 'external' ? last.zone.name : '',
      addresses: `${addressText(packet, 'source')} > ${addressText(packet, 'destination')}`,
      ports: `${packet[Slot.tpSrc]} > ${packet[Slot.tpDst]}`,
      ttl: String(packet[Slot.nwTtl]),
      eth: `${formatMac(packet[Slot.ethSrc])} > ${formatMac(packet[Slot.ethDst])}`,
      tos: String(packet[Slot.nwTos]),
      mark: String(packet[Slot.pktMark]),
      vlan: end.vlan ?? '',
      snat: changed(sent, packet, 'source'),
      dnat: changed(sent, packet, 'destination'),
      'ended in':
        table === undefined
          ? ''
          : `${last.zone.name} ${table.datapath.displayName} ${table.stage ?? ''} ${table.flow?.uuid ?? ''}`,
      'deciding row': end.row ?? '',
      'connections before': this.#connectionList(before),
      'connections after': this.#connectionList(after),
    };
    return facts;
  }

  /** Every committed connection, one on a line, sorted. */
  #connectionList(connections: readonly Connection[]): string {
    const texts = connections.map(({ zone, original, reply, mark, label, seenReply }) =>
      connectionText({
        zone: this.#zones.get(zone.slice(0, zone.indexOf('/'))) ?? zone,
        original: tupleText(original),
        reply: tupleText(reply),
        mark,
        label,
        seen: seenReply,
      }),
    );
    return texts.sort().join('\n');
  }

  async #endOf({ end, question }: Journey, leg: Leg): Promise<End> {
    switch (end.kind) {
      case 'gap':
        return { verdict: 'gap', out: end.reason, packet: end.delivery.packet };
      case 'dead': {
        const { verdict, cause } = await judge({ legs: [leg], end }, end, this.#attributor);
        const where = { table: end.table, row: cause.row?.uuid ?? '' };
        if (question !== undefined) {
          return { verdict: 'arp-pending', out: 'arp-request', packet: end.table.before, ...where };
        }
        const out = verdict === 'rejected' ? 'reject' : 'drop';
        return { verdict, out, packet: atLastLook(leg, end.table), ...where };
      }
      case 'delivered':
        if (question === undefined) return deliveredEnd(end.delivery, leg);
        return {
          verdict: 'arp-pending',
          out: 'arp-request',
          packet: question.table.before,
          table: question.table,
          row: await this.#rowOf(leg, question.table),
        };
    }
  }

  async #rowOf(leg: Leg, { flow }: TableNode): Promise<string> {
    return flow === undefined ? '' : (await this.#attributor.originOf(leg.zone, flow)).row.uuid;
  }
}

/**
 * The switch writes changes of a packet when it looks at it again or sends it; of one that is dropped the recording has
 * what was written until then.
 */
function atLastLook(leg: Leg, table: TableNode): Microflow {
  const until = leg.nodes.slice(0, leg.nodes.indexOf(table));
  return until.findLast(({ kind }) => kind === 'transformation')?.before ?? entryOf(leg);
}

function deliveredEnd(delivery: Delivery, leg: Leg): End {
  const { packet } = delivery;
  const { port } = delivery.port;
  const described = describeDelivery(delivery, leg);
  if (port === undefined) throw new Error('delivered to no port');
  switch (described.kind) {
    case 'external': {
      const tag = port.row.optionalInteger('tag');
      // The node's own bridge is the external network; other ones are told apart by their ports.
      const out = port.options.get('network_name') === 'physnet' ? 'external' : 'localnet';
      return { verdict: 'external', out, packet, ...(tag === undefined ? {} : { vlan: `vid=${tag},pcp=0` }) };
    }
    case 'host': {
      const name = port.name.replace(/^k8s-/, 'host:');
      return { verdict: 'delivered', out: 'local-host', packet, to: { name, lsp: name } };
    }
    case 'pod':
    case 'port': {
      const pod = described.name ?? '';
      // The default network's port of a pod has the pod's own name.
      const name = port.name === pod.replace('/', '_') ? pod : `${pod} (${port.name})`;
      return { verdict: 'delivered', out: `lsp ${port.name}`, packet, to: { name, lsp: port.name } };
    }
  }
}

function entryOf({ nodes }: Leg): Microflow {
  const [first] = nodes;
  if (first === undefined) throw new Error('a leg begins with a pipeline');
  return first.before;
}

/** As the tunnel header has them: the datapath, and the two ports in one number. */
function tunnelKeys(leg: Leg): string {
  const [first] = leg.nodes;
  const datapath = first?.kind === 'pipeline' ? first.datapath.key : 0;
  const packet = entryOf(leg);
  const ports = (packet[Slot.inport] << 16n) | packet[Slot.outport];
  return `tun_id=0x${datapath.toString(16)},tun_metadata0=0x${ports.toString(16)}`;
}

function changed(before: Microflow, after: Microflow, side: 'source' | 'destination'): string {
  const address = addressText(after, side);
  return address === addressText(before, side) ? '' : address;
}

function tupleText({ family, protocol, src, dst, srcPort, dstPort }: Tuple): string {
  const [source, destination] = [src, dst].map((value) => formatAddress({ family, value }));
  return `${protocol} ${source ?? ''} > ${destination ?? ''} ${srcPort} ${dstPort}`;
}
