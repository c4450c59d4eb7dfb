/** How ovnkube chooses the default gateway of a family from the routes of a host (util/net_linux.go, node/helper_linux.go). */
import type { HostRoute } from './ip-route.js';

export interface Gateway {
  readonly interface: string;
  readonly address: string;
  readonly route: HostRoute;
}

export interface FamilyGateways {
  /** Default routes of the main table, lowest metric first, which is how the kernel lists them. */
  readonly defaults: readonly HostRoute[];
  /** Default routes of other tables. */
  readonly elsewhere: readonly HostRoute[];
  /** The one ovnkube takes when no interface is configured: the first with a gateway. */
  readonly first: Gateway | undefined;
  /** The one it takes for that interface: of routes that are on it with all their hops, the first with a gateway. */
  on(name: string): Gateway | undefined;
}

export function familyGateways(routes: readonly HostRoute[]): FamilyGateways {
  const all = routes.filter((route) => route.isDefault);
  const defaults = all.filter(({ table }) => table === 'main').sort((a, b) => a.metric - b.metric);
  const firstOf = (candidates: readonly HostRoute[]): Gateway | undefined => {
    for (const route of candidates) {
      const hop = route.hops.find(({ gateway }) => gateway !== undefined);
      if (hop?.gateway !== undefined) return { interface: hop.interface, address: hop.gateway, route };
    }
    return undefined;
  };
  return {
    defaults,
    elsewhere: all.filter(({ table }) => table !== 'main'),
    first: firstOf(defaults),
    on: (name) => firstOf(defaults.filter(({ hops }) => hops.every((hop) => hop.interface === name))),
  };
}

export const crossesInterfaces = ({ hops }: HostRoute): boolean => new Set(hops.map((hop) => hop.interface)).size > 1;
