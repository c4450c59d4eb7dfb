import { NotFoundError } from '../../base/errors.js';
import { nearestName } from '../../lflow/nearest-name.js';
import type { Address, Family } from '../../net/prefix.js';
import type { Chassis } from '../../ovn/southbound/chassis.js';
import type { Port } from '../../ovn/southbound/ports.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import { isUnreadable } from '../../world/unreadable.js';
import type { World, Zone } from '../../world/world.js';
import { chassisOf } from '../semantics/faithful/location.js';
import { hostPort } from './node-endpoint.js';

/** A logical port by its own name, for what is no pod: a virtual machine, a port made by hand. */
export interface PortEndpoint {
  readonly kind: 'Port';
  readonly port: Port;
  readonly zone: Zone;
  readonly southbound: Southbound;
  readonly chassis: Chassis;
  readonly mac: bigint;
  readonly addresses: ReadonlyMap<Family, Address>;
  readonly notes: readonly string[];
}

/**
 * The port of that name in the zone where it is bound. Throws NotFoundError when no zone has it or it has no addresses,
 * AccessError or UnavailableError when a zone that may have it can't be read.
 */
export async function resolvePort(world: World, name: string): Promise<PortEndpoint> {
  const names: string[] = [];
  let unread: Error | undefined;
  for (const zone of world.zones) {
    if (!zone.hasSouthbound) continue;
    let found: { southbound: Southbound; port: Port | undefined };
    try {
      const southbound = await zone.southbound();
      found = { southbound, port: southbound.ports.named(name) };
      if (found.port === undefined) for (const other of southbound.ports.all()) names.push(other.name);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      unread ??= error;
      continue;
    }
    const { southbound, port } = found;
    if (port === undefined) continue;
    const chassis = chassisOf(southbound, port);
    if (port.type === 'remote' || chassis?.remote === true) continue;
    const host = hostPort(port);
    if (chassis === undefined || host === undefined) {
      const why = chassis === undefined ? 'is bound to no chassis' : 'has no MAC and IP address of its own';
      throw new NotFoundError('endpoint.port', `port ${name} of zone ${zone.name} ${why}`);
    }
    return { kind: 'Port', port, zone, southbound, chassis, mac: host.mac, addresses: host.addresses, notes: [] };
  }
  if (unread !== undefined) throw unread;
  const near = nearestName(name, names);
  throw new NotFoundError('endpoint.no-port', `no zone has a logical port ${name}`, {
    hints: near === undefined ? [] : [`Did you mean ${near}?`],
  });
}
