/** Faults of a host's default routes, whatever ovnkube has said about them so far. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';
import { defaultDestination, familyWord } from './families.js';
import type { Family } from './families.js';
import { networkPolicy } from './nmstate.js';
import { restart } from './startup-findings.js';

/** `dual-stack` asks what would be after a conversion, for which ovnkube is restarted on every node. */
export type When = 'now' | 'dual-stack';

interface AboutNode {
  readonly node: string;
  readonly when: When;
}

const happens = (when: When, now: string): string =>
  when === 'now' ? now.replace(/^without/, 'Without') : `After the conversion to dual stack: ${now}`;

/** What becomes of a family whose next hop ovnkube does not find. */
const lost = (family: Family): string =>
  `ovnkube since September 2022 (OpenShift 4.12) starts without an error and leaves the ${familyWord(family)} next hop out of ` +
  `the node's l3-gateway-config, so the gateway router gets no ${defaultDestination(family)}: in shared gateway mode pods ` +
  `reach nothing outside over ${familyWord(family)}, in local mode egress IPs, egress services and replies to services are ` +
  'lost. Older ones end and go into CrashLoopBackOff.';

const again = (node: string): Remedy => restart(node, undefined);

export const DIFFERENT_INTERFACES = defineFinding<
  AboutNode & {
    readonly family: Family;
    readonly stray: string;
    readonly gateway: string;
    readonly keep: string;
    /** Whether `keep` is what ovnkube is told to use. */
    readonly configured: boolean;
  }
>({
  code: 'OVN3004',
  level: 'error',
  title: 'The default route of a family is on another interface than the gateway interface',
  text: ({ node, when, family, stray, gateway, keep, configured }) =>
    `On node ${node} the ${familyWord(family)} default route goes to ${gateway} through ${stray}, not through ${keep}, ` +
    `${configured ? 'the gateway interface that ovnkube is told to use' : 'which has that of the other family'}. ` +
    happens(
      when,
      configured
        ? lost(family)
        : 'without --gateway-interface ovnkube ends with "multiple gateway interfaces detected" and goes into ' +
            'CrashLoopBackOff; with it, it starts and silently leaves that family without a next hop.',
    ),
  remedy: ({ node, family, stray, keep }) => [
    {
      text:
        `Give both families their default route on ${keep}, and none on ${stray}. Without router advertisements or DHCP on ` +
        `${keep}, add a static route with the address of the router there under spec.desiredState.routes.config.`,
      manifest: networkPolicy({
        node,
        interfaces: [
          { name: keep, automatic: { 4: true, 6: true } },
          { name: stray, automatic: { [family]: false } },
        ],
        routes: [{ destination: defaultDestination(family), interface: stray, absent: true }],
      }),
    },
    again(node),
  ],
});

export const NO_DEFAULT_ROUTE = defineFinding<
  AboutNode & { readonly family: Family; readonly interface: string | undefined }
>({
  code: 'OVN3005',
  level: 'error',
  title: 'A configured family has no default route',
  text: ({ node, when, family }) =>
    `Node ${node} has no ${familyWord(family)} default route in its main table, though the cluster ` +
    `${when === 'now' ? 'is configured for' : 'is to get'} ${familyWord(family)}. ${happens(when, lost(family))}`,
  remedy: ({ node, family, interface: name }) => [
    {
      text:
        `Add the ${familyWord(family)} default route on ${name ?? 'the gateway interface'}: by ` +
        `${family === 6 ? 'router advertisements or DHCPv6' : 'DHCP'} as below, or a static one with the router's address ` +
        'under spec.desiredState.routes.config.',
      manifest: networkPolicy({
        node,
        interfaces: [{ name: name ?? 'GATEWAY-INTERFACE', automatic: { 4: true, 6: true } }],
      }),
    },
    again(node),
  ],
});

export const NO_DEFAULT_ROUTE_AT_ALL = defineFinding<AboutNode & { readonly interface: string | undefined }>({
  code: 'OVN3006',
  level: 'error',
  title: 'The host has no default route in any family',
  text: ({ node, when }) =>
    `Node ${node} has no default route in its main table, in any configured family. ` +
    happens(
      when,
      'without --gateway-interface ovnkube ends with "unable to find default gateway and none provided via config"; with it, ' +
        'it starts with empty next hops in shared gateway mode, so that pods reach nothing outside, and with a placeholder in ' +
        'local mode, where egress IPs, egress services and external gateways then do not work.',
    ),
  remedy: ({ node, interface: name }) => [
    {
      text: 'Give the gateway interface a default route of each configured family.',
      manifest: networkPolicy({
        node,
        interfaces: [{ name: name ?? 'GATEWAY-INTERFACE', automatic: { 4: true, 6: true } }],
      }),
    },
    again(node),
  ],
});

/** Default routes of one interface: the metric is the lowest of them. */
export interface DefaultOn {
  readonly interface: string;
  readonly metric: number;
}

export const SEVERAL_DEFAULT_ROUTES = defineFinding<
  AboutNode & {
    readonly family: Family;
    /** Lowest metric first. */
    readonly routes: readonly DefaultOn[];
    /** The gateway interface of OVN-Kubernetes, when it is known and one of them. */
    readonly wanted: string | undefined;
  }
>({
  code: 'OVN3007',
  level: 'warning',
  title: 'A family has default routes on several interfaces',
  text: ({ node, family, routes, wanted }) => {
    const first = routes[0]?.interface ?? '';
    return (
      `Node ${node} has ${familyWord(family)} default routes on ` +
      `${routes.map(({ interface: name, metric }) => `${name} (metric ${metric})`).join(', ')}. The host uses the one with ` +
      `the lowest metric, on ${first}; ovnkube does not compare metrics: ` +
      (wanted === undefined
        ? 'it takes the first on the gateway interface. Where these are not the same, pods and the host leave through ' +
          'different interfaces, and replies come back on the wrong one.'
        : wanted === first
          ? `it takes the one on its gateway interface, the same. When that route goes, the host leaves through ` +
            `${routes[1]?.interface ?? ''} and pods do not.`
          : `it takes the one on its gateway interface, ${wanted}. Pods and the host leave through different interfaces, and ` +
            'replies come back on the wrong one.')
    );
  },
  remedy: ({ node, family, routes, wanted }) => {
    const keep = wanted ?? routes[0]?.interface ?? '';
    const others = routes.map((each) => each.interface).filter((name) => name !== keep);
    return [
      {
        text:
          `Keep one ${familyWord(family)} default route, on ${keep}` +
          `${wanted === undefined ? ', if that is the gateway interface' : ''}. Networks behind ${others.join(', ')} need ` +
          'routes of their own instead.',
        manifest: networkPolicy({
          node,
          interfaces: others.map((name) => ({ name, automatic: { [family]: false } })),
          routes: others.map((name) => ({ destination: defaultDestination(family), interface: name, absent: true })),
        }),
      },
      { text: 'See that only that one is left.', commands: [`ip -${family} route show default`] },
    ];
  },
});

export const MULTIPATH_ACROSS_INTERFACES = defineFinding<
  AboutNode & { readonly family: Family; readonly interfaces: readonly string[]; readonly keep: string | undefined }
>({
  code: 'OVN3008',
  level: 'error',
  title: 'The default route is spread over several interfaces, so ovnkube ignores it',
  text: ({ node, when, family, interfaces }) =>
    `The ${familyWord(family)} default route of node ${node} is a multipath route over ${interfaces.join(' and ')}. With a ` +
    'gateway interface configured, ovnkube takes such a route only if all its hops are on that interface; this one counts as ' +
    `if it were not there. ${happens(when, lost(family))}`,
  remedy: ({ node, family, interfaces, keep }) => {
    const stays = keep ?? interfaces[0] ?? 'GATEWAY-INTERFACE';
    const others = interfaces.filter((name) => name !== stays);
    return [
      {
        text: `Keep the hop on ${stays}; put those on ${others.join(', ')} into a table of their own, or remove them.`,
        manifest: networkPolicy({
          node,
          interfaces: others.map((name) => ({ name, automatic: { [family]: false } })),
          routes: others.map((name) => ({ destination: defaultDestination(family), interface: name, absent: true })),
        }),
      },
      again(node),
    ];
  },
});

export const ON_LINK_DEFAULT = defineFinding<AboutNode & { readonly family: Family; readonly interface: string }>({
  code: 'OVN3009',
  level: 'error',
  title: 'The default route has no gateway',
  text: ({ node, when, family, interface: name }) =>
    `The ${familyWord(family)} default route of node ${node} is on-link on ${name}, without a gateway. ovnkube needs the ` +
    `address of a router to send to and passes such a route over. ${happens(when, lost(family))}`,
  remedy: ({ node, family, interface: name }) => [
    {
      text:
        `Replace it with a route through a router, in place of ROUTER-ADDRESS. If there is none, as on point-to-point links, ` +
        'start ovnkube with --gateway-nexthop and an address that answers.',
      manifest: networkPolicy({
        node,
        interfaces: [],
        routes: [{ destination: defaultDestination(family), interface: name, gateway: 'ROUTER-ADDRESS' }],
      }),
    },
    again(node),
  ],
});

export const DEFAULT_IN_OTHER_TABLE = defineFinding<
  AboutNode & {
    readonly family: Family;
    readonly table: string;
    readonly interface: string;
    readonly gateway: string | undefined;
  }
>({
  code: 'OVN3010',
  level: 'error',
  title: 'The default route is only in another routing table',
  text: ({ node, when, family, table }) =>
    `Node ${node} has an ${familyWord(family)} default route in table ${table} (a VRF or policy routing), but none in the main ` +
    `table, which is the only one ovnkube looks at. ${happens(when, lost(family))}`,
  remedy: ({ node, family, interface: name, gateway }) => [
    {
      text: 'Add the default route to the main table as well.',
      manifest: networkPolicy({
        node,
        interfaces: [],
        routes: [{ destination: defaultDestination(family), interface: name, gateway: gateway ?? 'ROUTER-ADDRESS' }],
      }),
    },
    again(node),
  ],
});

export const EXPIRING_DEFAULT = defineFinding<
  AboutNode & { readonly interface: string; readonly gateway: string; readonly expires: number }
>({
  code: 'OVN3011',
  level: 'warning',
  title: 'The only IPv6 default route comes from router advertisements and expires',
  text: ({ node, interface: name, gateway, expires }) =>
    `Node ${node} has its only IPv6 default route (${gateway} on ${name}) from router advertisements; it goes away ` +
    `${expires} s after the last one. If ovnkube starts while it is gone, the node has no IPv6 next hop until ovnkube is ` +
    'restarted.',
  remedy: ({ node, interface: name, gateway }) => [
    {
      text: 'Add a static route to the same router, unless its advertisements are known to be steady.',
      manifest: networkPolicy({
        node,
        interfaces: [],
        routes: [{ destination: '::/0', interface: name, gateway }],
      }),
    },
  ],
});

export const OTHER_GATEWAY_INTERFACE = defineFinding<
  AboutNode & { readonly interface: string; readonly provided: string }
>({
  code: 'OVN3018',
  level: 'error',
  title: 'The host leaves through another interface than the configured gateway interface',
  text: ({ node, when, interface: name, provided }) =>
    `All default routes of node ${node} are on ${name}, but ovnkube is told to use ${provided}. ` +
    happens(
      when,
      'it starts with a warning ("Found default gateway interface … does not match provided interface from config") and ' +
        'without next hops.',
    ),
  remedy: ({ node, interface: name, provided }) => [
    {
      text: `Put the default routes on ${provided}, and none on ${name}; or configure ovnkube for ${name}.`,
      manifest: networkPolicy({
        node,
        interfaces: [
          { name: provided, automatic: { 4: true, 6: true } },
          { name, automatic: { 4: false, 6: false } },
        ],
      }),
    },
    again(node),
  ],
});
