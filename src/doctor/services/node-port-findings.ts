/** Faults of the ways into services from outside: node ports, external addresses, templates, groups. */
import { defineFinding } from '../finding.js';
import { resync } from './policy-findings.js';

interface AboutService {
  readonly namespace: string;
  readonly service: string;
}

const show = ({ namespace, service }: AboutService): string => `kubectl -n ${namespace} get service ${service} -o yaml`;

export const NODE_PORT_MISSING = defineFinding<
  AboutService & {
    readonly node: string;
    readonly zone: string;
    readonly vips: readonly string[];
    readonly protocol: string;
  }
>({
  code: 'OVN5030',
  level: 'error',
  title: "A service's node port has no load balancer on a node",
  text: ({ namespace, service, node, vips, protocol }) =>
    `Node ${node} has no load balancer for ${vips.join(', ')} (${protocol}), the node port of service ${namespace}/${service}: connections ` +
    'to it there are refused or time out.',
  remedy: (args) => [{ text: 'See the ports of the service.', commands: [show(args)] }, resync(args.zone)],
});

export const MASQUERADE_DIFFERS = defineFinding<{
  readonly node: string;
  readonly has: readonly string[];
  readonly others: readonly string[];
}>({
  code: 'OVN5031',
  level: 'error',
  title: 'A node has another masquerade subnet than the others',
  text: ({ node, has, others }) =>
    `Node ${node} uses ${has.join(', ')} for addresses that stand for the node, the other nodes ${others.join(', ')}: the subnet was ` +
    'changed and not every node was started anew. Services that answer from the host, and pods that reach themselves through a service, fail there.',
  remedy: ({ node }) => [
    {
      text: `Restart the OVN-Kubernetes pod of node ${node}; if the subnet stays, compare its configuration.`,
      commands: [
        `kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${node} -l app=ovnkube-node`,
        `kubectl get node ${node} -o jsonpath='{.metadata.annotations.k8s\\.ovn\\.org/node-masquerade-subnet}'`,
      ],
    },
  ],
});

export const HAIRPIN_DIFFERS = defineFinding<{
  readonly zone: string;
  readonly node: string;
  readonly address: string;
  readonly subnets: readonly string[];
  readonly balancers: readonly string[];
}>({
  code: 'OVN5032',
  level: 'error',
  title: "Load balancers use an address outside of the node's masquerade subnet",
  text: ({ zone, node, address, subnets, balancers }) =>
    `In zone ${zone} ${String(balancers.length)} load balancers (${balancers.slice(0, 3).join(', ')}${balancers.length > 3 ? ', …' : ''}) ` +
    `translate a pod that reaches itself through a service to ${address}, which is in none of ${subnets.join(', ')} of node ${node}. ` +
    'Policies let the right address pass only, so such connections are dropped.',
  remedy: ({ zone }) => [resync(zone)],
});

export const PORT_CLAIMED = defineFinding<AboutService & { readonly message: string }>({
  code: 'OVN5033',
  level: 'error',
  title: 'A port of a service is taken on a node',
  text: ({ namespace, service, message }) =>
    `OVN-Kubernetes could not open a port of service ${namespace}/${service} on a node, because something else listens there: ${message}`,
  remedy: (args) => [
    {
      text: 'Find who holds the port on the node, in place of PORT, and stop it, or give the service another port.',
      commands: [
        `kubectl -n ${args.namespace} describe service ${args.service}`,
        "kubectl debug node/NODE -it --image=BUSYBOX -- chroot /host ss -lntup 'sport = :PORT'",
      ],
    },
  ],
});

export const TEMPLATE_VALUE_MISSING = defineFinding<
  AboutService & { readonly zone: string; readonly balancer: string; readonly variables: readonly string[] }
>({
  code: 'OVN5034',
  level: 'error',
  title: 'A load balancer uses template variables that no chassis has',
  text: ({ namespace, service, zone, balancer, variables }) =>
    `In zone ${zone} the load balancer ${balancer} of service ${namespace}/${service} is written with ${variables.join(', ')}, which no ` +
    'chassis of the zone gives a value: the addresses made of them do not exist.',
  remedy: ({ zone }) => [
    {
      text: 'See which variables there are.',
      commands: ['kubectl -n OVN-NAMESPACE exec POD -c nb-ovsdb -- ovn-nbctl list Chassis_Template_Var'],
    },
    resync(zone),
  ],
});

export const ADDRESS_TWICE = defineFinding<
  AboutService & { readonly vip: string; readonly protocol: string; readonly others: readonly string[] }
>({
  code: 'OVN5035',
  level: 'error',
  title: 'Two services have the same address and port',
  text: ({ namespace, service, vip, protocol, others }) =>
    `${vip} (${protocol}) is of service ${namespace}/${service} and of ${others.join(', ')}. OVN has room for one: which of them gets a ` +
    'connection depends on the order in which they were written.',
  remedy: () => [
    { text: 'Give one of them another external address or port.', commands: ['kubectl get services -A -o wide'] },
  ],
});

export const EXTERNAL_VIP_MISSING = defineFinding<
  AboutService & { readonly zone: string; readonly vip: string; readonly protocol: string }
>({
  code: 'OVN5036',
  level: 'error',
  title: "A service's external address has no load balancer",
  text: ({ namespace, service, zone, vip, protocol }) =>
    `Zone ${zone} has no load balancer for ${vip} (${protocol}), an external address of service ${namespace}/${service}: connections that ` +
    'are brought to the zone for it are not translated.',
  remedy: (args) => [{ text: 'See the addresses of the service.', commands: [show(args)] }, resync(args.zone)],
});

export const GROUP_NOT_ATTACHED = defineFinding<{
  readonly zone: string;
  readonly node: string;
  readonly group: string;
  readonly where: string;
  readonly balancers: number;
}>({
  code: 'OVN5038',
  level: 'error',
  title: 'A node lacks a group of load balancers',
  text: ({ node, group, where, balancers }) =>
    `${where} of node ${node} does not have the load-balancer group ${group}, so ${String(balancers)} load balancers that every node ` +
    'should have do nothing there.',
  remedy: ({ zone }) => [resync(zone)],
});
