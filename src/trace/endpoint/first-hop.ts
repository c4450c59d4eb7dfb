import { formatAddress, parseAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Address, Family, Prefix } from '../../net/prefix.js';
import { parseMac } from '../../net/mac.js';
import { portAddresses } from '../../ovn/northbound/northbound.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { Port } from '../../ovn/southbound/ports.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import type { PodNetwork } from '../../ovnk/pod-networks.js';
import type { PodEndpoint } from './pod-endpoint.js';

/** Whom the pod's first frame is addressed to, as its own routes and the answer to its ARP (or ND) decide. */
export type FirstHop =
  | {
      /** `neighbour`: the destination itself; `gateway`: the router; `proxy`: the router answered for the destination. */
      readonly kind: 'neighbour' | 'gateway' | 'proxy';
      readonly mac: bigint;
      /** The address that the MAC address was asked for. */
      readonly nextHop: Address;
    }
  /** Whoever has the next hop's address, if anybody, is on the physical network: its MAC address is in no database. */
  | { readonly kind: 'outside'; readonly nextHop: Address }
  /** The destination is the pod's own address: nothing leaves the pod. */
  | { readonly kind: 'self' }
  /** The frame can't be sent: no route in the pod, or nobody answers for the next hop. */
  | { readonly kind: 'none'; readonly reason: string };

const same = (a: Address, b: Address): boolean => a.family === b.family && a.value === b.value;

/** A port of a switch, or a router port behind one, with an address it answers for. */
interface Station {
  readonly mac: bigint;
  readonly prefix: Prefix;
}

interface Stations {
  readonly all: readonly Station[];
  /** The first one with the address. */
  readonly byAddress: Readonly<Record<Family, ReadonlyMap<bigint, Station>>>;
}

const known = new WeakMap<Datapath, Stations>();

/** Every station of the port's switch; gathered once, since every packet's sender asks them. */
function stationsOf(southbound: Southbound, { datapath }: Port): Stations {
  let stations = known.get(datapath);
  if (stations === undefined) {
    const all = [...gather(southbound, datapath)];
    const byAddress = { 4: new Map<bigint, Station>(), 6: new Map<bigint, Station>() };
    for (const station of all) {
      const { family, value } = station.prefix;
      if (!byAddress[family].has(value)) byAddress[family].set(value, station);
    }
    stations = { all, byAddress };
    known.set(datapath, stations);
  }
  return stations;
}

function* gather(southbound: Southbound, datapath: Datapath): Generator<Station> {
  for (const other of southbound.ports.of(datapath)) {
    const station = southbound.ports.peerOf(other) ?? other;
    for (const { mac: text, ips } of portAddresses(station.row.strings('mac'))) {
      const mac = parseMac(text);
      if (mac === undefined) continue;
      for (const ip of ips) {
        const prefix = parsePrefix(ip);
        if (prefix !== undefined) yield { mac, prefix };
      }
    }
  }
}

/** The MAC address that a station of the port's switch (or a router behind it) answers with; undefined when none does. */
export function answeringMac(southbound: Southbound, port: Port, wanted: Address): bigint | undefined {
  return stationsOf(southbound, port).byAddress[wanted.family].get(wanted.value)?.mac;
}

/** The subnet of a router on the port's switch that contains the address, with the router's MAC address. */
export function subnetOn(southbound: Southbound, port: Port, own: Address): (Prefix & { mac: bigint }) | undefined {
  for (const { mac, prefix } of stationsOf(southbound, port).all) {
    if (prefix.length < (prefix.family === 4 ? 32 : 128) && prefixContains(prefix, own)) return { ...prefix, mac };
  }
  return undefined;
}

/** The MAC address that a switch's ARP proxy (option arp_proxy of its router port) gives for the address. */
async function proxyMac(source: PodEndpoint, wanted: Address): Promise<bigint | undefined> {
  if (!source.zone.hasNorthbound) return undefined;
  const northbound = await source.zone.northbound();
  const logicalSwitch = northbound.switchNamed(source.port.datapath.name);
  for (const port of logicalSwitch === undefined ? [] : northbound.portsOf(logicalSwitch)) {
    const [mac, ...covered] = (port.map('options').get('arp_proxy') ?? '').trim().split(/\s+/);
    const answers = covered.some((text) => {
      const prefix = parsePrefix(text);
      return prefix !== undefined && prefixContains(prefix, wanted);
    });
    if (mac !== undefined && answers) return parseMac(mac);
  }
  return undefined;
}

interface Route {
  readonly prefix: Prefix;
  readonly hop: Address;
}

const routes = new WeakMap<PodNetwork, readonly Route[]>();

/** The routes of a network with their addresses parsed: a pod is asked for many destinations. */
function routesOf(network: PodNetwork): readonly Route[] {
  let known = routes.get(network);
  if (known === undefined) {
    known = network.routes.flatMap(({ destination, nextHop }) => {
      const prefix = parsePrefix(destination);
      const hop = parseAddress(nextHop);
      return prefix === undefined || hop === undefined ? [] : [{ prefix, hop }];
    });
    routes.set(network, known);
  }
  return known;
}

/** The next hop by the pod's routes: its gateway, or the longest of its routes that contains the destination. */
function nextHopOf({ annotation }: PodEndpoint, destination: Address): Address | undefined {
  let best: { readonly length: number; readonly hop: Address } | undefined;
  for (const { prefix, hop } of routesOf(annotation)) {
    if (!prefixContains(prefix, destination)) continue;
    if (best === undefined || prefix.length > best.length) best = { length: prefix.length, hop };
  }
  if (best !== undefined) return best.hop;
  return annotation.gateways
    .flatMap((text) => parseAddress(text) ?? [])
    .find(({ family }) => family === destination.family);
}

/**
 * Decides the destination MAC address of a packet that the pod sends to `destination`. In its own subnet the pod asks for
 * the address itself, beyond it for its gateway; who answers is found among the ports of its switch.
 */
export async function firstHop(source: PodEndpoint, destination: Address): Promise<FirstHop> {
  const own = source.addresses.get(destination.family);
  if (own === undefined) {
    const family = `IPv${destination.family}`;
    return { kind: 'none', reason: `pod ${source.namespace}/${source.name} has no ${family} address` };
  }
  if (same(own, destination)) return { kind: 'self' };
  const southbound = await source.zone.southbound();
  const onLink = prefixContains(own, destination);
  const nextHop = onLink ? destination : nextHopOf(source, destination);
  if (nextHop === undefined) {
    const where = `in pod ${source.namespace}/${source.name} on network ${source.network}`;
    return { kind: 'none', reason: `no route to ${formatAddress(destination)} ${where}` };
  }
  const mac = answeringMac(southbound, source.port, nextHop);
  if (mac !== undefined) return { kind: onLink ? 'neighbour' : 'gateway', mac, nextHop };
  const proxy = await proxyMac(source, nextHop);
  if (proxy !== undefined) return { kind: 'proxy', mac: proxy, nextHop };
  const physical = [...southbound.ports.of(source.port.datapath)].some(({ type }) => type === 'localnet');
  if (physical) return { kind: 'outside', nextHop };
  const where = `switch ${source.port.datapath.name}`;
  return { kind: 'none', reason: `no port of ${where} answers for ${formatAddress(nextHop)}` };
}
