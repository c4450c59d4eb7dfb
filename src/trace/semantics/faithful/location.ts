import type { Chassis } from '../../../ovn/southbound/chassis.js';
import type { Port } from '../../../ovn/southbound/ports.js';
import type { Southbound } from '../../../ovn/southbound/southbound.js';

/** Ports that are wherever their datapath is. */
const EVERYWHERE: ReadonlySet<string> = new Set(['patch', 'localnet', 'localport', 'vtep']);

/**
 * The chassis a port is on; undefined for ports that are everywhere and for ports that are nowhere (not bound).
 * A gateway port is where its group's best member is, unless the database records who claimed it.
 */
export function chassisOf(southbound: Southbound, port: Port): Chassis | undefined {
  if (EVERYWHERE.has(port.type)) return undefined;
  const { chassis } = southbound;
  const claimed = port.row.ref('chassis') ?? port.row.ref('requested_chassis');
  if (claimed !== undefined) return chassis.withUuid(claimed);
  const group = port.row.ref('ha_chassis_group');
  if (group !== undefined) {
    const [best] = chassis.haMembers(group);
    return best === undefined ? undefined : chassis.withUuid(best.chassis);
  }
  const requested = port.options.get('requested-chassis') ?? port.options.get('l3gateway-chassis');
  if (requested === undefined) return undefined;
  // OVN accepts a chassis by its name or its hostname, and a list of them, of which the first is the main one.
  const [main = ''] = requested.split(',');
  for (const each of chassis.all()) if (each.name === main || each.hostname === main) return each;
  return undefined;
}

/** Whether nothing on any chassis has claimed the port, so that no packet reaches it. */
export function isUnbound(southbound: Southbound, port: Port): boolean {
  return !EVERYWHERE.has(port.type) && chassisOf(southbound, port) === undefined;
}
