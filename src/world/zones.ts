import type { Zone, World } from './world.js';
import { DEFAULT_NETWORK } from '../ovnk/network.js';
import { gatewayRouter } from '../ovnk/names.js';
import { whenHeld } from '../ovsdb/replica/not-held.js';
import { isUnreadable, unlessUnreadable } from './unreadable.js';
import type { AccessError, UnavailableError } from '../base/errors.js';

/**
 * The zone that a node belongs to: with interconnect the zone is called as its node; otherwise the one whose pods say so,
 * or whose southbound database has the node's chassis as its own, or whose northbound database has the node's gateway router.
 * Zones that lack the database looked at, or whose database can't be read or does not say, are passed over.
 */
export async function zoneOfNode(world: World, node: string): Promise<Zone | undefined> {
  const named = world.zones.find(({ name, place }) => name === node || place?.nodes.includes(node) === true);
  if (named !== undefined) return named;
  for (const zone of world.zones) {
    if ((await unlessUnreadable(() => nodesOf(zone)))?.includes(node) === true) return zone;
    if (zone.hasNorthbound && (await unlessUnreadable(() => hasGateway(zone, node))) === true) return zone;
  }
  return undefined;
}

function hasGateway(zone: Zone, node: string): Promise<boolean> {
  const name = gatewayRouter(DEFAULT_NETWORK, node);
  return whenHeld(async () => (await zone.northbound()).routerNamed(name) !== undefined);
}

/** Hostnames of the zone's own chassis, in order; none when the zone has no southbound database. */
export async function nodesOf(zone: Zone): Promise<readonly string[]> {
  if (!zone.hasSouthbound) return [];
  return whenHeld(async () => {
    const { chassis } = await zone.southbound();
    return [...chassis.all()]
      .filter(({ remote }) => !remote)
      .map(({ hostname }) => hostname)
      .sort();
  });
}

/** What keeps the first of the zones from saying which nodes are its own; undefined when all of them say. */
export async function unreadZone(world: World): Promise<AccessError | UnavailableError | undefined> {
  for (const zone of world.zones) {
    try {
      await nodesOf(zone);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return error;
    }
  }
  return undefined;
}

/** Whether the databases of any zone can be read; where none can, there is nothing to answer from. */
export async function isAnyReadable(world: World): Promise<boolean> {
  for (const zone of world.zones) {
    if (zone.hasSouthbound && (await unlessUnreadable(() => nodesOf(zone))) !== undefined) return true;
  }
  return false;
}

/** The zone whose own chassis has this name (a node's `k8s.ovn.org/node-chassis-id`). */
export async function zoneOfChassis(world: World, chassisName: string): Promise<Zone | undefined> {
  for (const zone of world.zones) {
    if (!zone.hasSouthbound) continue;
    if ((await unlessUnreadable(() => isOwnChassis(zone, chassisName))) === true) return zone;
  }
  return undefined;
}

/** Whether the zone has the chassis as its own. Throws OvnctlError when its database can't be read. */
export function isOwnChassis(zone: Zone, name: string): Promise<boolean> {
  return whenHeld(async () => (await zone.southbound()).chassis.named(name)?.remote === false);
}
