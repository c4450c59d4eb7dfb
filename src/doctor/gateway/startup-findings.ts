/** Default-gateway faults that ovnkube does not start with, as it words them. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';
import { defaultDestination, familyWord } from './families.js';
import type { Family } from './families.js';
import { networkPolicy } from './nmstate.js';

const where = (node: string | undefined): string => (node === undefined ? 'the node of this log' : `node ${node}`);

/** The steps after the routes of a node were repaired. */
export function restart(
  node: string | undefined,
  pod: { readonly namespace: string; readonly name: string } | undefined,
): Remedy {
  const commands =
    pod === undefined
      ? [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${node ?? 'NODE'} -l app=ovnkube-node`]
      : [`kubectl -n ${pod.namespace} delete pod ${pod.name}`];
  return {
    text: `Restart ovnkube on ${where(node)}: it looks at the routes only when it starts. Then look again.`,
    commands: [...commands, 'ovnctl doctor gateway'],
  };
}

interface Where {
  readonly node: string | undefined;
  readonly pod: { readonly namespace: string; readonly name: string } | undefined;
}

export const DIFFERENT_INTERFACES_FATAL = defineFinding<
  Where & {
    readonly quoted: boolean;
    /** The interface of each family, as far as the lines before tell. */
    readonly keep: { readonly interface: string; readonly family: Family | undefined };
    readonly stray: { readonly interface: string; readonly family: Family | undefined; readonly address: string };
  }
>({
  code: 'OVN3001',
  level: 'error',
  title: 'ovnkube does not start: the default routes of IPv4 and IPv6 use different interfaces',
  text: ({ node, keep, stray, quoted }) =>
    `On ${where(node)} the ${keep.family === undefined ? 'first' : familyWord(keep.family)} default route leaves through ` +
    `${keep.interface} and the ${stray.family === undefined ? 'other' : familyWord(stray.family)} one through ` +
    `${stray.interface}${stray.address === '' ? '' : ` (${stray.address})`}. ovnkube takes one gateway interface for both ` +
    `families and ends; its pod goes into CrashLoopBackOff. ` +
    (quoted
      ? 'This ovnkube is of July 2023 or later, which only ends like this without --gateway-interface.'
      : 'This ovnkube is older than July 2023; without --gateway-interface it ends like this in every release.'),
  remedy: ({ node, pod, keep, stray }) => [
    {
      text:
        `Give both families their default route on ${keep.interface}, and none on ${stray.interface}. ` +
        `Where there is no router advertisement or DHCP on ${keep.interface}, add a static route with the address of the ` +
        'router there under spec.desiredState.routes.config.',
      manifest: networkPolicy({
        node,
        interfaces: [
          { name: keep.interface, automatic: { 4: true, 6: true } },
          { name: stray.interface, automatic: { [stray.family ?? 6]: false } },
        ],
        routes: [{ destination: defaultDestination(stray.family ?? 6), interface: stray.interface, absent: true }],
      }),
    },
    restart(node, pod),
  ],
});

export const NO_GATEWAY_OF_FAMILY_FATAL = defineFinding<
  Where & {
    /** undefined when nothing tells which. */
    readonly missing: Family | undefined;
    readonly interface: string | undefined;
    readonly era: 'per-interface' | 'ipv6-required';
  }
>({
  code: 'OVN3002',
  level: 'error',
  title: 'ovnkube does not start: a family has no default gateway',
  text: ({ node, missing, interface: name, era }) =>
    `On ${where(node)} ovnkube found no default gateway ` +
    (missing === undefined ? 'for one of the configured families' : `for ${familyWord(missing)}`) +
    `${name === undefined ? '' : ` on ${name}, while the other family has one there`}. ` +
    (era === 'ipv6-required'
      ? 'Builds of April and May 2023 end when a dual-stack node has no IPv6 default gateway; those before and after go on without it.'
      : 'Until September 2022 (OpenShift 4.11 and older) ovnkube ends when the gateway interface lacks a default route of a ' +
        'configured family; newer ones start and silently leave that family without a way out.'),
  remedy: ({ node, pod, missing, interface: name }) => {
    const family = missing ?? 6;
    const nic = name ?? 'GATEWAY-INTERFACE';
    return [
      {
        text:
          `Add the ${familyWord(family)} default route on ${nic}: let the interface take it from ` +
          `${family === 6 ? 'router advertisements or DHCPv6' : 'DHCP'}, or add a static one with the router's address ` +
          'under spec.desiredState.routes.config. Both families have to be there after a reboot as well.',
        manifest: networkPolicy({ node, interfaces: [{ name: nic, automatic: { 4: true, 6: true } }] }),
      },
      {
        text: 'See that each family has its default route there.',
        commands: ['ip -4 route show default', 'ip -6 route show default'],
      },
      restart(node, pod),
    ];
  },
});

export const NO_GATEWAY_FATAL = defineFinding<Where>({
  code: 'OVN3003',
  level: 'error',
  title: 'ovnkube does not start: the host has no default gateway and none is configured',
  text: ({ node }) =>
    `On ${where(node)} ovnkube found no default route with a gateway in any family, and neither --gateway-interface nor ` +
    `--gateway-nexthop is set. It ends; its pod goes into CrashLoopBackOff.`,
  remedy: ({ node, pod }) => [
    {
      text: 'See what default routes there are, also in other tables and without a gateway; ovnkube uses neither.',
      commands: ['ip -4 route show table all default', 'ip -6 route show table all default'],
    },
    {
      text: 'Give the uplink a default route of each configured family; put its name in place of GATEWAY-INTERFACE.',
      manifest: networkPolicy({ node, interfaces: [{ name: 'GATEWAY-INTERFACE', automatic: { 4: true, 6: true } }] }),
    },
    restart(node, pod),
  ],
});

export const INTERFACE_MISMATCH = defineFinding<Where & { readonly foundInterface: string; readonly provided: string }>(
  {
    code: 'OVN3017',
    level: 'warning',
    title: 'The default route is not on the configured gateway interface',
    text: ({ node, foundInterface, provided }) =>
      foundInterface === ''
        ? `On ${where(node)} ovnkube found no usable default route on ${provided}, the configured gateway interface. It starts, ` +
          'but without next hops: in shared gateway mode pods reach nothing outside, in local mode egress IPs, egress services ' +
          'and external gateways do not work.'
        : `On ${where(node)} the default route is on ${foundInterface}, but ovnkube is told to use ${provided}. Pods leave ` +
          'through another interface than the host.',
    remedy: ({ node, pod, foundInterface, provided }) => [
      {
        text: `Put the default routes on ${provided}${foundInterface === '' ? '' : `, and none on ${foundInterface}`}.`,
        manifest: networkPolicy({
          node,
          interfaces: [
            { name: provided, automatic: { 4: true, 6: true } },
            ...(foundInterface === '' ? [] : [{ name: foundInterface, automatic: { 4: false, 6: false } }]),
          ],
        }),
      },
      {
        text: 'On OpenShift, see which interface configure-ovs chose for the bridge, and why.',
        commands: [
          `oc debug node/${node ?? 'NODE'} -- chroot /host journalctl -u ovs-configuration.service`,
          `oc debug node/${node ?? 'NODE'} -- chroot /host cat /etc/ovnk/default_bridge /var/lib/ovnk/iface_default_hint`,
        ],
      },
      restart(node, pod),
    ],
  },
);

export const GATEWAY_ADDRESS_MISSING = defineFinding<
  Where & { readonly family: Family; readonly bridge: string; readonly when?: 'now' | 'dual-stack' }
>({
  code: 'OVN3016',
  level: 'error',
  title: 'The gateway bridge has no address of a configured family',
  text: ({ node, family, bridge, when = 'now' }) =>
    (when === 'now' ? '' : 'After the conversion to dual stack: ') +
    `${bridge === '' ? 'The gateway interface' : bridge} on ${where(node)} has no ${familyWord(family)} address that ` +
    `OVN-Kubernetes could use. The gateway router can't translate ${familyWord(family)} to it: setting it up fails with ` +
    '"failed to find valid external IP family match for join subnet IP", and no packet of that family leaves the node.',
  remedy: ({ node, pod, family, bridge }) => [
    {
      text:
        `Give ${bridge === '' ? 'the gateway interface' : bridge} an ${familyWord(family)} address, by DHCP or router ` +
        'advertisement as below or a static one.',
      manifest: networkPolicy({
        node,
        interfaces: [{ name: bridge === '' ? 'GATEWAY-INTERFACE' : bridge, automatic: { [family]: true } }],
      }),
    },
    restart(node, pod),
  ],
});
