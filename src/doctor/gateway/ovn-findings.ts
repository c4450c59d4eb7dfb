/** Default gateways as OVN-Kubernetes has written them down: the node's annotation, and the gateway router. */
import { defineFinding } from '../finding.js';
import { defaultDestination, familyWord } from './families.js';
import type { Family } from './families.js';
import { networkPolicy } from './nmstate.js';
import { restart } from './startup-findings.js';

interface AboutFamily {
  readonly node: string;
  readonly family: Family;
}

export const NO_NEXT_HOP = defineFinding<AboutFamily & { readonly mode: string; readonly bridge: string }>({
  code: 'OVN3012',
  level: 'error',
  title: 'OVN-Kubernetes has no next hop of a configured family',
  text: ({ node, family, mode }) =>
    `The annotation l3-gateway-config of node ${node} has no ${familyWord(family)} next hop, so its gateway router gets no ` +
    `${defaultDestination(family)}. ` +
    (mode === 'local'
      ? `In local gateway mode pods still leave through the host, but ${familyWord(family)} egress IPs, egress services, external gateways and replies to services are lost. `
      : `In shared gateway mode no pod on the node reaches anything outside over ${familyWord(family)}. `) +
    'ovnkube found no usable default route of that family when it started, and said nothing about it.',
  remedy: ({ node, family, bridge }) => [
    {
      text: `Give the host an ${familyWord(family)} default route on the gateway interface, unless it has one by now.`,
      commands: [`ip -${family} route show default`],
      manifest: networkPolicy({
        node,
        interfaces: [{ name: bridge === '' ? 'GATEWAY-INTERFACE' : bridge, automatic: { 4: true, 6: true } }],
      }),
    },
    restart(node, undefined),
  ],
});

export const STALE_NEXT_HOP = defineFinding<
  AboutFamily & { readonly nextHops: readonly string[]; readonly gateway: string; readonly interface: string }
>({
  code: 'OVN3013',
  level: 'error',
  title: "OVN-Kubernetes' next hop is not the host's default gateway",
  text: ({ node, family, nextHops, gateway, interface: name }) =>
    `The host of node ${node} sends ${familyWord(family)} to ${gateway} on ${name}, but OVN-Kubernetes sends pods' packets to ` +
    `${nextHops.join(', ')}. The route changed after ovnkube had started; it does not look again.`,
  remedy: ({ node, family }) => [
    {
      text: 'See which of the two routers answers; repair the route of the host if that is the wrong one.',
      commands: [`ip -${family} route show default`, `ip -${family} neigh show`],
    },
    restart(node, undefined),
  ],
});

export const ROUTER_DEFAULT_DIFFERS = defineFinding<
  AboutFamily & {
    readonly router: string;
    readonly routes: readonly string[];
    readonly nextHops: readonly string[];
  }
>({
  code: 'OVN3014',
  level: 'error',
  title: "The gateway router's default route is not the next hop of the node",
  text: ({ node, family, router, routes, nextHops }) =>
    `${router} sends ${familyWord(family)} to ${routes.join(', ')}, but the annotation of node ${node} says ` +
    `${nextHops.join(', ') || 'nothing'}. A route from before a change of the gateway was left, or somebody changed the router ` +
    'by hand; packets to a router that is gone are lost.',
  remedy: ({ node }) => [restart(node, undefined)],
});

export const ROUTER_WITHOUT_DEFAULT = defineFinding<
  AboutFamily & { readonly router: string; readonly nextHops: readonly string[] }
>({
  code: 'OVN3015',
  level: 'error',
  title: 'The gateway router has no default route',
  text: ({ node, family, router, nextHops }) =>
    `${router} has no ${defaultDestination(family)}` +
    (nextHops.length > 0 ? `, though the annotation of node ${node} has the next hop ${nextHops.join(', ')}` : '') +
    `. Nothing that pods on the node send out over ${familyWord(family)} gets past the router.`,
  remedy: ({ node }) => [restart(node, undefined)],
});

export const ROUTER_ADDRESS_DIFFERS = defineFinding<{
  readonly node: string;
  readonly router: string;
  readonly has: readonly string[];
  readonly should: readonly string[];
}>({
  code: 'OVN3019',
  level: 'error',
  title: "The gateway router's addresses are not those of the node",
  text: ({ node, router, has, should }) =>
    `The external port of ${router} has ${has.join(', ') || 'no address'}, but the gateway of node ${node} has ` +
    `${should.join(', ')}. Packets leave with an address the node does not have, and replies do not come back.`,
  remedy: ({ node }) => [
    { text: 'See which addresses the host has now.', commands: ['ip addr show'] },
    restart(node, undefined),
  ],
});
