import { NotFoundError } from '../base/errors.js';
import { nearestName } from '../lflow/nearest-name.js';
import type { HostText } from '../world/hosts.js';
import type { World, Zone } from '../world/world.js';
import { nodesOf, unreadZone, zoneOfNode } from '../world/zones.js';
import { unlessUnreadable } from '../world/unreadable.js';

/**
 * The World with only these zones and those of these nodes, and with the facts of hosts that belong to them; objects of the
 * cluster stay. Throws NotFoundError for a name that is none, and what keeps a zone from being read that may have the node.
 */
export async function limitedTo(world: World, zones: readonly string[], nodes: readonly string[]): Promise<World> {
  const chosen = new Set<Zone>();
  for (const name of zones) chosen.add(namedZone(world, name));
  for (const node of nodes) chosen.add(await zoneWithNode(world, node));
  const { hosts } = world;
  const own = new Set(nodes);
  return {
    ...world,
    zones: world.zones.filter((zone) => chosen.has(zone)),
    // Which nodes a zone has may take reading it; by name they are told apart only where nodes were asked for.
    ...(hosts === undefined || nodes.length === 0 || zones.length > 0
      ? {}
      : { hosts: { ...hosts, texts: async () => (await hosts.texts()).filter((text) => isOf(text, own)) } }),
  };
}

/** Logs say in no certain way which node they are of. */
function isOf({ path }: HostText, nodes: ReadonlySet<string>): boolean {
  const [kind, node = ''] = path.split('/');
  return kind !== 'hosts' || nodes.has(node);
}

function namedZone(world: World, name: string): Zone {
  const found = world.zones.find((zone) => zone.name === name);
  if (found !== undefined) return found;
  const names = world.zones.map((zone) => zone.name);
  throw new NotFoundError('trace.zone', `unknown zone "${name}"`, { hints: hintsFor(name, names, 'zones') });
}

async function zoneWithNode(world: World, node: string): Promise<Zone> {
  const found = await zoneOfNode(world, node);
  if (found !== undefined) return found;
  const unread = await unreadZone(world);
  if (unread !== undefined) throw unread;
  const names = new Set<string>();
  for (const zone of world.zones) {
    const { place } = zone;
    const known = place?.nodes ?? (await unlessUnreadable(() => nodesOf(zone))) ?? [];
    for (const name of known) names.add(name);
  }
  throw new NotFoundError('source.node', `no zone has the node "${node}"`, {
    hints: hintsFor(node, [...names].sort(), 'nodes'),
  });
}

function hintsFor(name: string, names: readonly string[], what: string): readonly string[] {
  if (names.length === 0) return [`the source has no ${what}`];
  const nearest = nearestName(name, names);
  return [nearest === undefined ? `the ${what} are ${names.join(', ')}` : `did you mean "${nearest}"?`];
}
