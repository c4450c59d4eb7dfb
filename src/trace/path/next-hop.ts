import { Slot } from '../../lflow/packet/slots.js';
import { formatAddress, parsePrefix } from '../../net/prefix.js';
import type { Address } from '../../net/prefix.js';
import { portAddresses } from '../../ovn/northbound/northbound.js';
import type { Port } from '../../ovn/southbound/ports.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import type { TableNode } from '../tree.js';
import type { ChainNode } from './chains.js';

/** A router asks for the MAC address of its next hop and holds the packet until it is answered. */
export interface Question {
  readonly table: TableNode;
  readonly nextHop: Address;
  /** The router port that the question leaves by. */
  readonly port: Port | undefined;
}

/** The first table of a way in which a router had to ask. */
export function questionOn(nodes: readonly ChainNode[], southbound: Southbound): Question | undefined {
  const table = nodes.find(
    (node): node is TableNode => node.kind === 'table' && node.before[Slot.ethDst] === 0n && node.children.some(asks),
  );
  if (table === undefined) return undefined;
  const { before, datapath } = table;
  const is4 = before[Slot.ethType] === 0x0800n;
  // Routing leaves the next hop in reg0 (IPv4) or xxreg0 (IPv6).
  const nextHop: Address = { family: is4 ? 4 : 6, value: is4 ? before[Slot.xxreg0] >> 96n : before[Slot.xxreg0] };
  return { table, nextHop, port: southbound.ports.withKey(datapath, Number(before[Slot.outport] & 0xffffn)) };
}

function asks(node: TableNode['children'][number]): boolean {
  return (
    node.kind === 'transformation' &&
    node.action.kind === 'nested' &&
    (node.action.name === 'arp' || node.action.name === 'nd_ns')
  );
}

/** Key of a question's answer. */
export function neighbourKey(port: Port, nextHop: Address): string {
  return `${port.name} ${formatAddress(nextHop)}`;
}

/**
 * Who answers on the segment behind a router port: a station of the switch it is attached to, in the database at hand.
 * `port` is the answering port; undefined when nobody there has the address.
 */
export function stationWith(
  southbound: Southbound,
  port: Port,
  wanted: Address,
): { port: Port; mac: string } | undefined {
  const peer = southbound.ports.peerOf(port);
  const segment = peer === undefined || peer.datapath.kind === 'router' ? [peer] : southbound.ports.of(peer.datapath);
  for (const station of segment) {
    if (station === undefined) continue;
    for (const holder of [station, southbound.ports.peerOf(station)]) {
      const mac = holder === undefined ? undefined : macOf(holder, wanted);
      if (holder !== undefined && mac !== undefined) return { port: holder, mac };
    }
  }
  return undefined;
}

function macOf(port: Port, wanted: Address): string | undefined {
  return portAddresses(port.row.strings('mac')).find(({ ips }) =>
    ips.some((text) => {
      const own = parsePrefix(text);
      return own?.family === wanted.family && own.value === wanted.value;
    }),
  )?.mac;
}
