import type { Zone, World } from './world.js';
import { DEFAULT_NETWORK } from '../ovnk/network.js';
import { gatewayRouter } from '../ovnk/names.js';

/**
 * The zone that a node belongs to: with interconnect the zone is called as its node; otherwise the one whose southbound
 * database has the node's chassis as its own, or whose northbound database has the node's gateway router.
 * Zones that lack the database looked at, or whose database does not say, are passed over.
 */
export async function zoneOfNode(world: World, node: string): Promise<Zone | undefined> {
  const named = world.zones.find(({ name }) => name === node);
  if (named !== undefined) return named;
  for (const zone of world.zones) {
    if ((await nodesOf(zone)).includes(node)) return zone;
    if (!zone.hasNorthbound) continue;
    const northbound = await zone.northbound();
    if (northbound.routerNamed(gatewayRouter(DEFAULT_NETWORK, node)) !== undefined) return zone;
  }
  return undefined;
}

/** Hostnames of the zone's own chassis, in order; none when the zone has no southbound database. */
export async function nodesOf(zone: Zone): Promise<readonly string[]> {
  if (!zone.hasSouthbound) return [];
  const { chassis } = await zone.southbound();
  return [...chassis.all()]
    .filter(({ remote }) => !remote)
    .map(({ hostname }) => hostname)
    .sort();
}

/** The zone whose own chassis has this name (a node's `k8s.ovn.org/node-chassis-id`). */
export async function zoneOfChassis(world: World, chassisName: string): Promise<Zone | undefined> {
  for (const zone of world.zones) {
    if (!zone.hasSouthbound) continue;
    const chassis = (await zone.southbound()).chassis.named(chassisName);
    if (chassis?.remote === false) return zone;
  }
  return undefined;
}
