/** Faults of AdminPolicyBasedExternalRoutes. */
import { defineFinding } from '../finding.js';
import { rewriteRows } from '../policies/restart.js';

interface AboutRoute {
  readonly name: string;
}

const look = (name: string): string => `kubectl get adminpolicybasedexternalroute ${name} -o yaml`;

export const EXTERNAL_ROUTE_FAILED = defineFinding<AboutRoute & { readonly messages: readonly string[] }>({
  code: 'OVN7070',
  level: 'error',
  title: 'An AdminPolicyBasedExternalRoute could not be set up',
  text: ({ name, messages }) =>
    `AdminPolicyBasedExternalRoute ${name} failed: ${messages.join('; ') || 'no message says why'}.`,
  remedy: ({ name }) => [
    {
      text: 'Correct what the message names; addresses of one family only, and gateways that a policy does not share with another, are the usual ones.',
      commands: [look(name), `kubectl edit adminpolicybasedexternalroute ${name}`],
    },
  ],
});

export const EXTERNAL_ROUTE_MISSING = defineFinding<
  AboutRoute & { readonly pods: readonly string[]; readonly hop: string; readonly node: string; readonly zone: string }
>({
  code: 'OVN7071',
  level: 'error',
  title: 'Pods have no route to their external gateway',
  text: ({ name, pods, hop, node, zone }) =>
    `The gateway router of node ${node} in zone ${zone} has no route to ${hop} of AdminPolicyBasedExternalRoute ${name} for ${pods.slice(0, 5).join(', ')}${pods.length > 5 ? ` and ${pods.length - 5} more` : ''}.`,
  remedy: ({ name, zone }) => rewriteRows(zone, [look(name)]),
});

export const EXTERNAL_GATEWAY_DOWN = defineFinding<
  AboutRoute & { readonly hop: string; readonly nodes: readonly string[] }
>({
  code: 'OVN7072',
  level: 'warning',
  title: 'An external gateway does not answer to BFD',
  text: ({ name, hop, nodes }) =>
    `The BFD session with ${hop} of AdminPolicyBasedExternalRoute ${name} is down on ${nodes.join(', ')}: the routes to it are not used. With no other ` +
    'gateway, pods leave as if there were no such policy.',
  remedy: ({ name, hop, nodes }) => [
    {
      text: `See whether ${hop} runs BFD and is reached from the nodes (UDP port 3784).`,
      commands: [`kubectl debug node/${nodes[0] ?? 'NODE'} -it --image=busybox -- ping -c 3 ${hop}`, look(name)],
    },
    {
      text: 'If the gateway does not do BFD, switch bfdEnabled off for it.',
      commands: [`kubectl edit adminpolicybasedexternalroute ${name}`],
    },
  ],
});

export const EXTERNAL_GATEWAY_FAR = defineFinding<
  AboutRoute & { readonly hop: string; readonly nodes: readonly string[]; readonly networks: readonly string[] }
>({
  code: 'OVN7073',
  level: 'error',
  title: 'An external gateway is in no network of the nodes',
  text: ({ name, hop, nodes, networks }) =>
    `${hop} of AdminPolicyBasedExternalRoute ${name} is outside of ${networks.join(', ')}, the networks of the gateway routers of ${nodes.join(', ')}: ` +
    'packets for it can not be delivered.',
  remedy: ({ name }) => [
    {
      text: "Use a gateway in the network of the nodes' uplink.",
      commands: [`kubectl edit adminpolicybasedexternalroute ${name}`],
    },
  ],
});

export const EXTERNAL_ROUTE_STALE = defineFinding<{
  readonly address: string;
  readonly pod: string | undefined;
  readonly hop: string;
  readonly node: string;
  readonly zone: string;
}>({
  code: 'OVN7074',
  level: 'error',
  title: 'A route to an external gateway is left over',
  text: ({ address, pod, hop, node, zone }) =>
    `The gateway router of node ${node} in zone ${zone} sends what comes from ${address} (${pod ?? 'of no pod'}) to ${hop}; no ` +
    'AdminPolicyBasedExternalRoute asks for it.',
  remedy: ({ zone }) => rewriteRows(zone, ['kubectl get adminpolicybasedexternalroutes -o yaml']),
});

export const LEGACY_EXTERNAL_GATEWAY = defineFinding<{
  readonly namespace: string;
  readonly annotations: readonly string[];
}>({
  code: 'OVN7075',
  level: 'info',
  title: 'A namespace asks for external gateways by an annotation',
  text: ({ namespace, annotations }) =>
    `Namespace ${namespace} has ${annotations.join(', ')}. New versions of OVN-Kubernetes do not read these any more: use an ` +
    'AdminPolicyBasedExternalRoute.',
  remedy: ({ namespace, annotations }) => [
    {
      text: 'Write the gateways as an AdminPolicyBasedExternalRoute, see that its status is Success, then remove the annotations.',
      commands: [
        `kubectl get namespace ${namespace} -o yaml`,
        `kubectl annotate namespace ${namespace} ${annotations.map((each) => `${each}-`).join(' ')}`,
      ],
    },
  ],
});
