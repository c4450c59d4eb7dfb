import { Fields } from '../../../kube/model/fields.js';
import { parseAddress, parsePrefix } from '../../../net/prefix.js';
import type { Family } from '../../../net/prefix.js';
import type { Northbound } from '../../../ovn/northbound/northbound.js';
import { DEFAULT_NETWORK } from '../../../ovnk/network.js';
import type { World, Zone } from '../../../world/world.js';
import type { DefaultRoute } from '../path-trace.js';

const ANNOTATION = 'k8s.ovn.org/l3-gateway-config';

/** A gateway router of a node, as a packet finds it. */
export interface Gateway {
  readonly zone: Zone;
  readonly router: string;
  readonly node: string;
}

/** The default route of one family on a gateway router; no next hops when it has none. Undefined without a northbound database. */
export async function defaultRouteOf(
  world: World,
  { zone, router, node }: Gateway,
  family: Family,
): Promise<DefaultRoute | undefined> {
  if (!zone.hasNorthbound) return undefined;
  const northbound = await zone.northbound();
  const routes = defaultRoutes(northbound, router, family);
  const [first] = routes;
  const reported = await reportedNextHops(world, node, family);
  return {
    router,
    nextHops: routes.map((row) => row.string('nexthop')),
    ...(reported === undefined ? {} : { reported }),
    ...(first === undefined
      ? {}
      : { row: { database: 'northbound' as const, zone: zone.name, table: first.table, uuid: first.uuid } }),
  };
}

function defaultRoutes(
  northbound: Northbound,
  router: string,
  family: Family,
): readonly ReturnType<Northbound['portsOf']>[number][] {
  const row = northbound.routerNamed(router);
  const table = northbound.database.table('Logical_Router_Static_Route');
  return (row?.refs('static_routes') ?? [])
    .flatMap((uuid) => table.get(uuid) ?? [])
    .filter((route) => {
      const prefix = parsePrefix(route.string('ip_prefix'));
      return prefix?.length === 0 && prefix.family === family && route.string('policy') !== 'src-ip';
    });
}

/** The next hops of a family that the node found for itself; undefined when it says nothing that can be read. */
async function reportedNextHops(world: World, node: string, family: Family): Promise<readonly string[] | undefined> {
  if (!world.kube.available) return undefined;
  const text = (await world.kube.get('nodes', '', node))?.metadata.annotations.get(ANNOTATION);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const config = Fields.of(value).inside(DEFAULT_NETWORK);
  const several = config.texts('next-hops');
  const single = config.text('next-hop');
  const all = several.length > 0 || single === undefined ? several : [single];
  return all.filter((hop) => parseAddress(hop)?.family === family);
}
