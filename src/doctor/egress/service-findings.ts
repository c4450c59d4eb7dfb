/** Faults of EgressServices. */
import { defineFinding } from '../finding.js';
import { rewriteRows } from '../policies/restart.js';

interface AboutService {
  readonly namespace: string;
  readonly name: string;
}

const named = ({ namespace, name }: AboutService): string => `EgressService ${namespace}/${name}`;

const look = ({ namespace, name }: AboutService): readonly string[] => [
  `kubectl -n ${namespace} get egressservice ${name} -o yaml`,
  `kubectl -n ${namespace} get service ${name} -o wide`,
];

export const EGRESS_SERVICE_WITHOUT_HOST = defineFinding<AboutService & { readonly selector: string }>({
  code: 'OVN7050',
  level: 'error',
  title: 'No node sends the traffic of an EgressService',
  text: (args) =>
    `${named(args)} has no host: its pods leave with the addresses of their nodes. A ready node must match its nodeSelector (${args.selector}) and, with ` +
    'externalTrafficPolicy Local, run one of its pods.',
  remedy: (args) => [
    {
      text: 'See which nodes match and are ready, and whether the service has endpoints.',
      commands: [...look(args), `kubectl get nodes --show-labels`],
    },
  ],
});

export const EGRESS_SERVICE_WITHOUT_SERVICE = defineFinding<AboutService & { readonly why: string }>({
  code: 'OVN7051',
  level: 'error',
  title: 'An EgressService has no service of type LoadBalancer',
  text: (args) => `${named(args)} needs a Service of the same name and type LoadBalancer; ${args.why}.`,
  remedy: ({ namespace, name }) => [
    {
      text: 'Make the service a LoadBalancer, or remove the EgressService.',
      commands: [
        `kubectl -n ${namespace} patch service ${name} -p '{"spec":{"type":"LoadBalancer"}}'`,
        `kubectl -n ${namespace} delete egressservice ${name}`,
      ],
    },
  ],
});

export const EGRESS_SERVICE_WITHOUT_ADDRESS = defineFinding<AboutService>({
  code: 'OVN7052',
  level: 'error',
  title: 'The service of an EgressService has no load balancer address',
  text: (args) => `${named(args)} is to send with the service's load balancer address, which it does not have (yet).`,
  remedy: ({ namespace, name }) => [
    {
      text: 'See why nothing gives the service an address, for example whether MetalLB runs and has addresses left.',
      commands: [`kubectl -n ${namespace} describe service ${name}`],
    },
  ],
});

export const EGRESS_SERVICE_NODE_UNLABELLED = defineFinding<
  AboutService & { readonly node: string; readonly label: string }
>({
  code: 'OVN7053',
  level: 'warning',
  title: 'The host of an EgressService lacks its label',
  text: (args) =>
    `Node ${args.node} is the host of ${named(args)} and lacks the label ${args.label}, by which load balancers are told where to announce the ` +
    'address.',
  remedy: ({ node, label }) => [
    { text: 'Set the label; the cluster manager should do that.', commands: [`kubectl label node ${node} ${label}=`] },
  ],
});

export const EGRESS_SERVICE_ROUTE_MISSING = defineFinding<
  AboutService & { readonly zone: string; readonly addresses: readonly string[]; readonly host: string }
>({
  code: 'OVN7054',
  level: 'error',
  title: 'Endpoints of an EgressService are not routed to its host',
  text: (args) =>
    `Zone ${args.zone} has no policy that routes ${args.addresses.join(', ')} to node ${args.host} for ${named(args)}: these pods leave with the ` +
    'address of their node.',
  remedy: (args) => rewriteRows(args.zone, look(args)),
});

export const EGRESS_SERVICE_ROUTE_STALE = defineFinding<
  AboutService & { readonly zone: string; readonly match: string }
>({
  code: 'OVN7055',
  level: 'error',
  title: 'A route of an EgressService is left over',
  text: (args) => `Zone ${args.zone} still routes "${args.match}" for ${named(args)}, which does not exist.`,
  remedy: ({ namespace, zone }) => rewriteRows(zone, [`kubectl -n ${namespace} get egressservices`]),
});
