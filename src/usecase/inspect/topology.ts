/**
 * How switches and routers are connected, in all zones or some: every zone knows its own part, and the switches and routers
 * that zones share join them.
 *
 * In: a World, perhaps a network. Out: networks with their elements and links. NotFoundError for an unknown network or node.
 * Must not know how it is drawn.
 */
import { NotFoundError } from '../../base/errors.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import { placeOf } from '../../ovnk/datapath-role.js';
import type { DatapathRole } from '../../ovnk/datapath-role.js';
import { networkOf } from '../../ovnk/network.js';
import { podOfPort } from '../../ovnk/pod-of-port.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { World } from '../../world/world.js';
import { hold, inZones, nearestHints } from './zones-together.js';

export interface TopologyElement {
  /** Unique in the document: the name, behind the zone's unless zones share the element. */
  readonly id: string;
  readonly kind: 'switch' | 'router';
  readonly name: string;
  readonly role: DatapathRole;
  /** The node, or the zone, that it belongs to; absent when it spans several. */
  readonly node?: string;
  /** Zones that have it. */
  readonly zones: readonly string[];
  readonly subnets: readonly string[];
  readonly ports: number;
  readonly pods: number;
  /** Physical networks that it is connected to. */
  readonly physical: readonly string[];
}

export interface TopologyNetwork {
  /** Absent for what connects networks with each other. */
  readonly network?: string;
  /** By id. */
  readonly elements: readonly TopologyElement[];
}

export interface Topology {
  readonly networks: readonly TopologyNetwork[];
  /** Ids of two elements that are connected, each pair once. */
  readonly links: readonly (readonly [string, string])[];
}

interface ZonePart {
  readonly elements: readonly (TopologyElement & { readonly network?: string })[];
  readonly links: readonly (readonly [string, string])[];
}

export interface TopologyOptions {
  readonly network?: string;
}

/** Of these the zones of a cluster have one in common. */
const SHARED: ReadonlySet<DatapathRole> = new Set([
  'transit-switch',
  'transit-router',
  'layer2-switch',
  'localnet-switch',
  'connect-router',
]);

export async function topology(world: World, options: TopologyOptions = {}): Promise<Topology> {
  const several = world.zones.length > 1;
  const parts = await inZones(world, 'northbound', async (zone) => {
    const northbound = await zone.northbound();
    hold(northbound.database, ['Logical_Switch', 'Logical_Switch_Port', 'Logical_Router', 'Logical_Router_Port']);
    return partOf(northbound, zone.name, several);
  });
  const elements = new Map<string, ZonePart['elements'][number]>();
  for (const element of parts.flatMap((part) => part.elements)) {
    const known = elements.get(element.id);
    elements.set(element.id, known === undefined ? element : joined(known, element));
  }
  const { network } = options;
  const names = new Set([...elements.values()].flatMap((each) => each.network ?? []));
  if (network !== undefined && !names.has(network)) {
    throw new NotFoundError('inspect.network', `network "${network}" does not exist`, {
      hints: nearestHints(network, [...names]),
    });
  }
  const wanted = [...elements.values()].filter((each) => network === undefined || each.network === network);
  const links = new Map<string, readonly [string, string]>();
  const ids = new Set(wanted.map(({ id }) => id));
  for (const [a, b] of parts.flatMap((part) => part.links)) {
    if (!ids.has(a) || !ids.has(b)) continue;
    const pair = a < b ? ([a, b] as const) : ([b, a] as const);
    links.set(pair.join('\n'), pair);
  }
  return {
    networks: byNetwork(wanted),
    links: [...links].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair),
  };
}

function byNetwork(elements: ZonePart['elements']): readonly TopologyNetwork[] {
  const networks = new Map<string | undefined, TopologyElement[]>();
  for (const { network, ...element } of [...elements].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const known = networks.get(network);
    if (known === undefined) networks.set(network, [element]);
    else known.push(element);
  }
  // The cluster's own network first, what connects networks last.
  const weight = (name: string | undefined): string =>
    name === 'default' ? '0' : name === undefined ? '2' : `1${name}`;
  return [...networks]
    .sort(([a], [b]) => (weight(a) < weight(b) ? -1 : 1))
    .map(([network, of]) => ({ ...(network === undefined ? {} : { network }), elements: of }));
}

type Placed = ZonePart['elements'][number];

function joined(a: Placed, b: Placed): Placed {
  const both = (x: readonly string[], y: readonly string[]): readonly string[] => [...new Set([...x, ...y])].sort();
  return {
    ...a,
    zones: both(a.zones, b.zones),
    subnets: both(a.subnets, b.subnets),
    physical: both(a.physical, b.physical),
    pods: a.pods + b.pods,
    ports: Math.max(a.ports, b.ports),
  };
}

function partOf(northbound: Northbound, zone: string, several: boolean): ZonePart {
  const { database } = northbound;
  const links: (readonly [string, string])[] = [];
  const elements: Placed[] = [];
  const routerOfPort = new Map<string, string>();
  const placed = (row: Row, kind: Placed['kind'], more: Pick<Placed, 'subnets' | 'pods' | 'physical'>): Placed => {
    const name = row.string('name');
    const place = placeOf(northbound, name);
    const role = place?.role ?? 'unknown';
    const shared = SHARED.has(role);
    const node = place?.node ?? (several && !shared ? zone : undefined);
    const network = role === 'connect-router' ? undefined : (place?.network ?? networkOf(row));
    return {
      id: shared || !several ? name : `${zone}/${name}`,
      kind,
      name,
      role,
      ...(node === undefined ? {} : { node }),
      ...(network === undefined ? {} : { network }),
      zones: [zone],
      ports: row.refs('ports').length,
      ...more,
    };
  };
  const routerPorts = database.table('Logical_Router_Port');
  for (const row of database.table('Logical_Router').rows()) {
    const element = placed(row, 'router', { subnets: [], pods: 0, physical: [] });
    elements.push(element);
    for (const uuid of row.refs('ports')) {
      const port = routerPorts.get(uuid);
      if (port !== undefined) routerOfPort.set(port.string('name'), element.id);
    }
  }
  for (const row of routerPorts.rows()) {
    const [a, b] = [routerOfPort.get(row.string('name')), routerOfPort.get(row.optionalString('peer') ?? '')];
    if (a !== undefined && b !== undefined) links.push([a, b]);
  }
  for (const row of database.table('Logical_Switch').rows()) {
    const ports = northbound.portsOf(row);
    const config = row.map('other_config');
    const element = placed(row, 'switch', {
      subnets: ['subnet', 'ipv6_prefix'].flatMap((key) => config.get(key) ?? []),
      pods: ports.filter((port) => port.string('type') !== 'remote' && podOfPort(port) !== undefined).length,
      physical: ports
        .filter((port) => port.string('type') === 'localnet')
        .map((port) => port.map('options').get('network_name') ?? port.string('name'))
        .sort(),
    });
    elements.push(element);
    for (const port of ports) {
      const router = routerOfPort.get(port.map('options').get('router-port') ?? '');
      if (port.string('type') === 'router' && router !== undefined) links.push([element.id, router]);
    }
  }
  return { elements, links };
}
