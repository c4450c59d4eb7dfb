import type { Microflow } from '../../lflow/packet/slots.js';
import type { TableNode } from '../tree.js';
import type { Attributor } from './attribution.js';
import type { ChainNode } from './chains.js';
import { headerChanges, headersOf } from './headers.js';
import type { Hop, PacketHeaders, Stage, Translation } from './path-trace.js';
import type { Journey, Leg } from './walk.js';

/** The way of a packet, one hop for every pass through a pipeline. */
export async function hopsOf(journey: Journey, attributor: Attributor): Promise<readonly Hop[]> {
  const hops: Hop[] = [];
  for (const leg of journey.legs) {
    for (const pass of passesOf(leg)) {
      const stages = await Promise.all(pass.tables.map((table) => stageOf(leg, table, attributor)));
      const after = pass.next ?? nextPacket(journey, leg);
      const changes = headerChanges(headersOf(pass.entry.before), headersOf(after ?? lastPacket(pass)));
      const { datapath, pipeline, inport, outport } = pass.entry;
      hops.push({
        zone: leg.zone.name,
        datapath: datapath.displayName,
        datapathType: datapath.kind === 'router' ? 'router' : 'switch',
        pipeline,
        ...(inport.port === undefined ? {} : { inport: inport.port.displayName }),
        ...(pipeline === 'ingress' || outport.port === undefined ? {} : { outport: outport.port.displayName }),
        stages,
        ...(changes === undefined ? {} : { changes }),
      });
    }
  }
  return hops;
}

interface Pass {
  readonly entry: Extract<ChainNode, { kind: 'pipeline' }>;
  readonly tables: TableNode[];
  /** The packet as it enters the next pass. */
  next?: Microflow;
}

function passesOf(leg: Leg): readonly Pass[] {
  const passes: Pass[] = [];
  for (const node of leg.nodes) {
    const current = passes.at(-1);
    if (node.kind === 'pipeline') {
      if (current !== undefined) current.next = node.before;
      passes.push({ entry: node, tables: [] });
    } else if (node.kind === 'table') {
      current?.tables.push(node);
    }
  }
  return passes;
}

function lastPacket(pass: Pass): Microflow {
  return pass.tables.at(-1)?.before ?? pass.entry.before;
}

/** The packet after the last pass of a leg: as the next leg gets it, or as it was delivered. */
function nextPacket(journey: Journey, leg: Leg): Microflow | undefined {
  const following = journey.legs[journey.legs.indexOf(leg) + 1];
  const first = following?.nodes[0];
  if (first !== undefined) return first.before;
  return journey.end.kind === 'dead' ? undefined : journey.end.delivery.packet;
}

async function stageOf(leg: Leg, table: TableNode, attributor: Attributor): Promise<Stage> {
  const { pipeline, table: number, stage, flow } = table;
  const where = { pipeline, table: number, ...(stage === undefined ? {} : { name: stage }) };
  if (flow === undefined) return where;
  const owner = (await attributor.originAt(leg, table))?.owner;
  const { priority, match, actions, uuid } = flow;
  return { ...where, priority, match, actions, uuid, ...(owner === undefined ? {} : { owner: owner.summary }) };
}

interface Place {
  readonly leg: Leg;
  readonly table: TableNode;
}

/** Translates the source, which shows only where the packet is looked at again, tables later. */
const UNSEEN_TRANSLATION = /\bct_snat_to_vip;/;

/** Every change of addresses or ports on the way, with what made it. */
export async function translationsOf(journey: Journey, attributor: Attributor): Promise<readonly Translation[]> {
  const translations: Translation[] = [];
  let before: PacketHeaders | undefined;
  let by: Place | undefined;
  let unseen: Place | undefined;
  const see = async (packet: Microflow): Promise<void> => {
    const now = headersOf(packet);
    for (const side of ['dst', 'src'] as const) {
      const [from, to] = [before && endOf(before, side), endOf(now, side)];
      if (from === undefined || from === to || by === undefined) continue;
      const maker = side === 'src' ? (unseen ?? by) : by;
      if (side === 'src') unseen = undefined;
      const { leg, table } = maker;
      const { owner } =
        table.flow === undefined ? { owner: undefined } : await attributor.originOf(leg.zone, table.flow);
      translations.push({
        kind: side === 'dst' ? 'dnat' : 'snat',
        zone: leg.zone.name,
        datapath: table.datapath.displayName,
        from,
        to,
        ...(owner === undefined ? {} : { owner: owner.summary }),
      });
    }
    before = now;
  };
  for (const leg of journey.legs) {
    for (const node of leg.nodes) {
      await see(node.before);
      if (node.kind !== 'table') continue;
      by = { leg, table: node };
      if (UNSEEN_TRANSLATION.test(node.flow?.actions ?? '')) unseen = by;
    }
  }
  if (journey.end.kind !== 'dead') await see(journey.end.delivery.packet);
  return translations;
}

function endOf(headers: PacketHeaders, side: 'src' | 'dst'): string {
  const [address, port] = side === 'src' ? [headers.ipSrc, headers.srcPort] : [headers.ipDst, headers.dstPort];
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
