/** Faults of where a service's connections may go: traffic policies, affinity, address families. */
import { defineFinding } from '../finding.js';
import { familyWord } from '../gateway/families.js';
import type { Family } from '../gateway/families.js';

interface AboutService {
  readonly namespace: string;
  readonly service: string;
}

const patch = ({ namespace, service }: AboutService, spec: string): string =>
  `kubectl -n ${namespace} patch service ${service} --type=merge -p '{"spec":${spec}}'`;

const slices = ({ namespace, service }: AboutService): string =>
  `kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${service} -o wide`;

export const resync = (zone: string): { readonly text: string; readonly commands: readonly string[] } => ({
  text: `Restart the OVN-Kubernetes pod of zone ${zone}, which then writes its load balancers anew.`,
  commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${zone} -l app=ovnkube-node`],
});

export const EXTERNAL_LOCAL_GAPS = defineFinding<
  AboutService & { readonly nodes: readonly string[]; readonly type: string }
>({
  code: 'OVN5020',
  level: 'info',
  title: 'A service with externalTrafficPolicy Local answers on some nodes only',
  text: ({ namespace, service, nodes, type }) =>
    `Service ${namespace}/${service} takes connections from outside only on nodes that have a ready endpoint: on ${nodes.join(', ')} they ` +
    'are refused. ' +
    (type === 'LoadBalancer'
      ? 'That is in order as long as the load balancer before the cluster asks the health-check node port and passes these nodes over.'
      : 'Nobody tells clients of a node port which nodes to pass over.'),
  remedy: (args) => [
    {
      text: 'Let clients come only to nodes with an endpoint, put an endpoint on every node that they come to, or see the endpoints:',
      commands: [slices(args)],
    },
    {
      text: 'Or let every node take them; the endpoints then see the address of the node instead of the client.',
      commands: [patch(args, '{"externalTrafficPolicy":"Cluster"}')],
    },
  ],
});

export const INTERNAL_LOCAL_GAPS = defineFinding<AboutService & { readonly nodes: readonly string[] }>({
  code: 'OVN5021',
  level: 'warning',
  title: 'A service with internalTrafficPolicy Local can not be reached from some nodes',
  text: ({ namespace, service, nodes }) =>
    `Service ${namespace}/${service} sends pods only to endpoints on their own node, and ${nodes.join(', ')} has pods but no ready endpoint ` +
    'of it: connections from there are refused.',
  remedy: (args) => [
    {
      text: 'Put an endpoint on every node (a DaemonSet does); see where they are:',
      commands: [slices(args)],
    },
    { text: 'Or let endpoints on other nodes answer.', commands: [patch(args, '{"internalTrafficPolicy":"Cluster"}')] },
  ],
});

export const LOCAL_BALANCER_DIFFERS = defineFinding<
  AboutService & {
    readonly node: string;
    readonly zone: string;
    readonly vip: string;
    readonly foreign: readonly string[];
    readonly missing: readonly string[];
  }
>({
  code: 'OVN5022',
  level: 'error',
  title: "A node's balancer of a Local service does not have the node's endpoints",
  text: ({ namespace, service, node, vip, foreign, missing }) =>
    `The balancer of ${vip} for node ${node} (service ${namespace}/${service}, policy Local) ` +
    [
      ...(foreign.length > 0 ? [`sends to ${foreign.join(', ')} on other nodes`] : []),
      ...(missing.length > 0 ? [`does not send to ${missing.join(', ')}, which are ready on the node`] : []),
    ].join(' and ') +
    '.',
  remedy: (args) => [{ text: 'See where the endpoints are.', commands: [slices(args)] }, resync(args.zone)],
});

export const AFFINITY_CLAMPED = defineFinding<AboutService & { readonly seconds: number }>({
  code: 'OVN5024',
  level: 'warning',
  title: "A service's affinity is longer than OVN can keep it",
  text: ({ namespace, service, seconds }) =>
    `Service ${namespace}/${service} asks to keep a client on its endpoint for ${String(seconds)} seconds after its last new ` +
    'connection. OVN keeps it for 65535 at most (18 hours and 12 minutes); only exactly 86400 means for ever.',
  remedy: (args) => [
    {
      text: 'Ask for what can be kept: 65535, or 86400 for ever.',
      commands: [patch(args, '{"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":65535}}}')],
    },
  ],
});

export const AFFINITY_PERMANENT = defineFinding<AboutService>({
  code: 'OVN5025',
  level: 'info',
  title: "A service's affinity never ends",
  text: ({ namespace, service }) =>
    `Service ${namespace}/${service} asks for 86400 seconds, which OVN-Kubernetes takes for "for ever": a hash of the client's address ` +
    'chooses the endpoint, no timer runs, and the choice changes only when the endpoints do.',
  remedy: (args) => [
    {
      text: 'If a client should become free again, ask for a time up to 65535.',
      commands: [patch(args, '{"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":10800}}}')],
    },
  ],
});

export const AFFINITY_DIFFERS = defineFinding<
  AboutService & { readonly zone: string; readonly balancer: string; readonly wants: string; readonly has: string }
>({
  code: 'OVN5026',
  level: 'error',
  title: 'A load balancer keeps clients otherwise than its service asks',
  text: ({ namespace, service, zone, balancer, wants, has }) =>
    `In zone ${zone} the load balancer ${balancer} has ${has}, but service ${namespace}/${service} asks for ${wants}. Connections of one ` +
    'client go to other endpoints than they should.',
  remedy: ({ zone }) => [resync(zone)],
});

export const FAMILY_WITHOUT_ENDPOINTS = defineFinding<
  AboutService & { readonly family: Family; readonly other: Family; readonly address: string; readonly count: number }
>({
  code: 'OVN5040',
  level: 'warning',
  title: 'A dual-stack service has endpoints in one family only',
  text: ({ namespace, service, family, other, address, count }) =>
    `Service ${namespace}/${service} has the ${familyWord(family)} address ${address}, but no ready endpoint of that family, and ` +
    `${String(count)} of ${familyWord(other)}. Clients that prefer ${familyWord(family)} are refused.`,
  remedy: (args) => [
    {
      text: `See whether the pods have ${familyWord(args.family)} addresses (those made before the cluster became dual-stack have none until they are made anew), and the slices.`,
      commands: [
        slices(args),
        `kubectl -n ${args.namespace} get pods -o custom-columns=NAME:.metadata.name,IPS:.status.podIPs`,
      ],
    },
    {
      text: 'Or keep the service to the family that works.',
      commands: [patch(args, `{"ipFamilyPolicy":"SingleStack","ipFamilies":["${familyWord(args.other)}"]}`)],
    },
  ],
});

export const EXTERNAL_FAMILY = defineFinding<
  AboutService & { readonly address: string; readonly family: Family; readonly has: readonly Family[] }
>({
  code: 'OVN5041',
  level: 'warning',
  title: 'An external address is of a family that the service does not have',
  text: ({ namespace, service, address, family, has }) =>
    `Service ${namespace}/${service} is to answer on ${address}, but has cluster addresses of ${has.map(familyWord).join(' and ')} only: ` +
    `there are no endpoints of ${familyWord(family)} to send to, so the address never answers.`,
  remedy: (args) => [
    {
      text: 'Make the service dual-stack, or take the address away.',
      commands: [patch(args, '{"ipFamilyPolicy":"PreferDualStack"}')],
    },
  ],
});
