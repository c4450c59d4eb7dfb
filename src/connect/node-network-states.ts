/**
 * NodeNetworkStates (nmstate.io) as facts of hosts: what kubernetes-nmstate saw of a node's routes and addresses, in the form
 * in which `ip -j` prints the same, so that whoever judges it has one form to read.
 *
 * In: the objects, undecoded. Out: texts of hosts. What an object lacks has no text; what is not as expected is left out.
 */
import type { HostText } from '../world/hosts.js';
import { isRecord } from './files/record.js';

type Fields = Readonly<Record<string, unknown>>;

/** Texts for `hosts/NODE/…` of every node that an object is about. */
export function hostTextsOfStates(states: readonly unknown[]): readonly HostText[] {
  return states.flatMap((state) => {
    const name = memberOf(memberOf(state, 'metadata'), 'name');
    const current = memberOf(memberOf(state, 'status'), 'currentState');
    if (typeof name !== 'string' || !isRecord(current)) return [];
    const routes = recordsIn(memberOf(memberOf(current, 'routes'), 'running'));
    const interfaces = recordsIn(current['interfaces']);
    const text = (file: string, value: unknown): HostText => ({
      path: `hosts/${name}/${file}.json`,
      from: `NodeNetworkState ${name}`,
      read: () => Promise.resolve(JSON.stringify(value)),
    });
    return [
      ...(isRecord(current['routes'])
        ? [text('routes4', routesOf(routes, false)), text('routes6', routesOf(routes, true))]
        : []),
      ...(Array.isArray(current['interfaces']) ? [text('addresses', addressesOf(interfaces))] : []),
    ];
  });
}

function memberOf(value: unknown, member: string): unknown {
  return isRecord(value) ? value[member] : undefined;
}

const recordsIn = (list: unknown): readonly Fields[] => (Array.isArray(list) ? list.filter(isRecord) : []);

function routesOf(routes: readonly Fields[], isIpv6: boolean): readonly Fields[] {
  return routes.flatMap((route) => {
    const { destination, metric, 'next-hop-address': gateway, 'next-hop-interface': dev, 'table-id': table } = route;
    if (typeof destination !== 'string' || destination.includes(':') !== isIpv6) return [];
    const isDefault = destination === '0.0.0.0/0' || destination === '::/0';
    const hasGateway = typeof gateway === 'string' && !NO_GATEWAY.has(gateway);
    return [
      {
        dst: isDefault ? 'default' : destination,
        ...(hasGateway ? { gateway } : {}),
        dev,
        ...(typeof metric === 'number' && metric >= 0 ? { metric } : {}),
        ...(typeof table === 'number' && table > 0 ? { table } : {}),
      },
    ];
  });
}

/** How nmstate writes that there is no next hop. */
const NO_GATEWAY: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

/** A bridge and its internal port have one name and stand there twice. */
function addressesOf(interfaces: readonly Fields[]): readonly Fields[] {
  const byName = new Map<string, Fields[]>();
  for (const each of interfaces) {
    const { name } = each;
    if (typeof name !== 'string') continue;
    const known = byName.get(name) ?? [];
    byName.set(name, known);
    for (const family of ['ipv4', 'ipv6'] as const) {
      for (const address of recordsIn(memberOf(each[family], 'address'))) {
        const { ip, 'prefix-length': length } = address;
        if (typeof ip !== 'string') continue;
        const scope = /^fe[89ab]/i.test(ip) ? 'link' : 'global';
        known.push({ family: family === 'ipv4' ? 'inet' : 'inet6', local: ip, prefixlen: length, scope });
      }
    }
  }
  return [...byName].map(([ifname, addr_info]) => ({ ifname, addr_info }));
}
