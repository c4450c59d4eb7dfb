/**
 * Routes as iproute2 prints them: `ip -j route`, or the lines of `ip route` as sosreports keep them.
 * Source: ip-route(8). Only what decides about default routes is kept; each route keeps the text it was made of.
 */
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { Fields } from '../../kube/model/fields.js';

export interface RouteHop {
  /** undefined for a route to whatever is on the link. */
  readonly gateway: string | undefined;
  readonly interface: string;
}

export interface HostRoute {
  readonly isDefault: boolean;
  /** Several for a multipath route. */
  readonly hops: readonly RouteHop[];
  /** The kernel's default: 0 for IPv4, 1024 for IPv6. */
  readonly metric: number;
  /** kernel, static, dhcp, ra, bgp, …; empty when not printed. */
  readonly protocol: string;
  /** `main` when not printed. */
  readonly table: string;
  /** Seconds until a route learned from an advertisement goes. */
  readonly expires: number | undefined;
  /** The route in the notation of `ip route`. */
  readonly line: string;
}

const isDefault = (destination: string): boolean => ['default', '0.0.0.0/0', '::/0'].includes(destination);
const defaultMetric = (family: 4 | 6): number => (family === 4 ? 0 : 1024);

/** Every unicast route in the output; an error text when it is neither JSON of `ip -j route` nor lines of `ip route`. */
export function parseRoutes(text: string, family: 4 | 6): Result<readonly HostRoute[], string> {
  const trimmed = text.trim();
  if (trimmed === '') return ok([]);
  return trimmed.startsWith('[') ? fromJson(trimmed, family) : fromLines(trimmed, family);
}

function fromJson(text: string, family: 4 | 6): Result<readonly HostRoute[], string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('is not JSON');
  }
  const fields = Fields.of({ routes: json });
  const routes = fields.list('routes', (route) => {
    const type = route.text('type') ?? 'unicast';
    const hop = (each: Fields): RouteHop => ({
      // An IPv4 route through an IPv6 router has `via` instead (RFC 5549).
      gateway: each.text('gateway') ?? each.optional('via')?.text('host'),
      interface: each.text('dev') ?? '',
    });
    const paths = route.list('nexthops', hop);
    const hops = paths.length > 0 ? paths : [hop(route)];
    const table = route.wholeOrText('table');
    const given = {
      destination: route.text('dst') ?? '',
      hops,
      metric: route.whole('metric') ?? defaultMetric(family),
      protocol: String(route.wholeOrText('protocol') ?? ''),
      table: table === undefined || table === 254 ? 'main' : String(table),
      expires: route.whole('expires'),
    };
    return type === 'unicast' ? [{ ...given, isDefault: isDefault(given.destination), line: lineOf(given) }] : [];
  });
  return fields.misfit === undefined ? ok(routes.flat()) : err(fields.misfit);
}

function lineOf(route: Omit<HostRoute, 'line' | 'isDefault'> & { readonly destination: string }): string {
  const hop = ({ gateway, interface: dev }: RouteHop): string =>
    `${gateway === undefined ? '' : `via ${gateway} `}dev ${dev}`;
  const [only] = route.hops;
  const words = [
    route.destination,
    ...(route.hops.length === 1 && only !== undefined ? [hop(only)] : []),
    ...(route.table === 'main' ? [] : [`table ${route.table}`]),
    ...(route.protocol === '' ? [] : [`proto ${route.protocol}`]),
    `metric ${route.metric}`,
    ...(route.expires === undefined ? [] : [`expires ${route.expires}sec`]),
    ...(route.hops.length > 1 ? route.hops.map((each) => `nexthop ${hop(each)}`) : []),
  ];
  return words.join(' ');
}

const OTHER_TYPES = /^(?:unreachable|blackhole|prohibit|local|broadcast|multicast|throw|anycast)\s/;

function fromLines(text: string, family: 4 | 6): Result<readonly HostRoute[], string> {
  const joined: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const last = joined.length - 1;
    // The paths of a multipath route stand on lines of their own.
    if (/^\s+nexthop\s/.test(line) && last >= 0) joined[last] = `${joined[last] ?? ''} ${line.trim()}`;
    else joined.push(line.trim());
  }
  const routes: HostRoute[] = [];
  for (const line of joined) {
    if (OTHER_TYPES.test(line)) continue;
    const route = fromLine(line, family);
    if (route === undefined) return err(`has a line that is no route: ${line}`);
    routes.push(route);
  }
  return ok(routes);
}

function fromLine(line: string, family: 4 | 6): HostRoute | undefined {
  const [head = '', ...paths] = line.split(/\s+nexthop\s+/);
  const [destination = '', ...words] = head.split(/\s+/);
  const after = (list: readonly string[], key: string): string | undefined => {
    const at = list.indexOf(key);
    return at < 0 ? undefined : list[at + 1];
  };
  const via = (list: readonly string[]): string | undefined => {
    const first = after(list, 'via');
    return first === 'inet6' || first === 'inet' ? list[list.indexOf('via') + 2] : first;
  };
  const hop = (list: readonly string[]): RouteHop => ({ gateway: via(list), interface: after(list, 'dev') ?? '' });
  const hops = paths.length > 0 ? paths.map((path) => hop(path.split(/\s+/))) : [hop(words)];
  if (hops.some((each) => each.interface === '') || !/^(?:default$|[0-9a-fA-F.:]+(?:\/\d+)?$)/.test(destination)) {
    return undefined;
  }
  const expires = /^(\d+)/.exec(after(words, 'expires') ?? '')?.[1];
  return {
    isDefault: isDefault(destination),
    hops,
    metric: Number(after(words, 'metric') ?? defaultMetric(family)),
    protocol: after(words, 'proto') ?? '',
    table: after(words, 'table') ?? 'main',
    expires: expires === undefined ? undefined : Number(expires),
    line,
  };
}

/** Addresses of an interface, as `ip -j addr` prints them. */
export interface HostInterface {
  readonly name: string;
  readonly mtu: number | undefined;
  readonly addresses: readonly { readonly address: string; readonly length: number; readonly scope: string }[];
}

export function parseInterfaces(text: string): Result<readonly HostInterface[], string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('is not JSON');
  }
  const fields = Fields.of({ interfaces: json });
  const interfaces = fields.list('interfaces', (each) => ({
    name: each.text('ifname') ?? '',
    mtu: each.whole('mtu'),
    addresses: each
      .list('addr_info', (info) => ({
        address: info.text('local') ?? '',
        length: info.whole('prefixlen') ?? 0,
        scope: info.text('scope') ?? '',
      }))
      .filter(({ address }) => address !== ''),
  }));
  return fields.misfit === undefined ? ok(interfaces) : err(fields.misfit);
}
