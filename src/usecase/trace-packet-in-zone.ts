/**
 * `trace packet` on a World: finds the zone that has the datapath (or the ingress port), and traces there.
 *
 * Input: the World and the arguments as typed; output: the trace and the zone's name. With several zones that know the
 * name the answer would be a guess, so the user is asked for one. Must not know flags, streams or formats.
 */
import { NotFoundError, UsageError } from '../base/errors.js';
import { NO_SETS } from '../lflow/expr/parse.js';
import { microflowInport } from '../lflow/expr/microflow.js';
import { nearestName } from '../lflow/nearest-name.js';
import { symbolTable } from '../lflow/symbols/table.js';
import type { Chassis } from '../ovn/southbound/chassis.js';
import type { Southbound } from '../ovn/southbound/southbound.js';
import { ChassisMemory } from '../trace/semantics/faithful/chassis-memory.js';
import { faithful } from '../trace/semantics/faithful/faithful.js';
import type { World, Zone } from '../world/world.js';
import { malformed, tracePacket, unknownDatapath, unknownPort } from './trace-packet.js';
import type { PacketTrace, TracePacketRequest } from './trace-packet.js';

export interface PacketQuery extends Omit<TracePacketRequest, 'southbound' | 'semantics'> {
  /** Name of the zone to look in; needed where several have a datapath of that name. */
  readonly zone?: string;
  /** What the datapath does, not what `ovn-trace` says; `ct`, `lbDst` and `selectId` then mean nothing. */
  readonly faithful?: boolean;
  /** Chassis the packet is on, by name or host name; needed for `faithful` where the zone has several. */
  readonly chassis?: string;
}

export interface ZonedPacketTrace extends PacketTrace {
  readonly zone: string;
}

export async function tracePacketInZone(world: World, query: PacketQuery): Promise<ZonedPacketTrace> {
  const zone = await zoneOf(world, query);
  const southbound = await zone.southbound();
  if (query.faithful !== true) return { ...tracePacket({ ...query, southbound }), zone: zone.name };
  const chassis = chassisOf(southbound, query.chassis);
  const semantics = (view: Southbound): ReturnType<typeof faithful> =>
    faithful(view, { chassis, memory: new ChassisMemory(), choose: () => 0 });
  return { ...tracePacket({ ...query, southbound, semantics }), zone: zone.name };
}

async function zoneOf(world: World, query: PacketQuery): Promise<Zone> {
  const zones = world.zones.filter(({ hasSouthbound }) => hasSouthbound);
  if (query.zone !== undefined) return namedZone(zones, query.zone);
  const [first, second] = zones;
  if (first === undefined) {
    throw new NotFoundError('trace.zone', `${world.source.path} has no southbound database`);
  }
  if (second === undefined) return first;
  const views = await Promise.all(zones.map(async (zone) => ({ zone, southbound: await zone.southbound() })));
  const wanted = query.datapath ?? inportOf(await first.southbound(), query.microflow);
  const knowing = views.filter(({ southbound }) =>
    query.datapath === undefined
      ? southbound.ports.named(wanted) !== undefined
      : southbound.datapaths.lookUp(wanted).found !== undefined,
  );
  const [only, another] = knowing;
  if (only === undefined) {
    const all = views.map(({ southbound }) => southbound);
    throw query.datapath === undefined ? unknownPort(wanted, all) : unknownDatapath(wanted, all);
  }
  if (another === undefined) return only.zone;
  const what = query.datapath === undefined ? `a port "${wanted}"` : `a datapath "${wanted}"`;
  throw new UsageError('trace.zone', `${knowing.length} zones have ${what}`, {
    hints: [`add --zone with one of ${knowing.map(({ zone }) => zone.name).join(', ')}`],
  });
}

function namedZone(zones: readonly Zone[], name: string): Zone {
  const zone = zones.find((candidate) => candidate.name === name);
  if (zone !== undefined) return zone;
  const names = zones.map((candidate) => candidate.name);
  const nearest = nearestName(name, names);
  throw new NotFoundError('trace.zone', `unknown zone "${name}"`, {
    hints: [nearest === undefined ? `the zones are ${names.join(', ')}` : `did you mean "${nearest}"?`],
  });
}

/** The ingress port the microflow names; with more than one zone it also tells the zone. */
function inportOf(southbound: Southbound, microflow: string): string {
  const { release } = southbound.release;
  const name = microflowInport(microflow, { symbols: symbolTable(release), sets: NO_SETS, release });
  if (!name.ok) throw malformed(microflow, name.error);
  return name.value;
}

/** The chassis that is asked for, else the only one of this zone. */
function chassisOf(southbound: Southbound, wanted: string | undefined): Chassis {
  const local = [...southbound.chassis.all()].filter(({ remote }) => !remote);
  const names = local.map(({ hostname, name }) => (hostname === '' ? name : hostname));
  const found = local.filter(({ name, hostname }) => wanted === undefined || name === wanted || hostname === wanted);
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only;
  const hints = names.length > 0 ? [`the chassis are ${names.join(', ')}`] : [];
  if (wanted !== undefined) throw new NotFoundError('trace.chassis', `unknown chassis "${wanted}"`, { hints });
  throw new UsageError('trace.chassis', `the zone has ${local.length} chassis: say which one the packet is on`, {
    hints,
  });
}
