/** Faults of services' load balancers. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';

interface AboutService {
  readonly namespace: string;
  readonly service: string;
  readonly zone: string;
}

const remedies = ({ namespace, service, zone }: AboutService): readonly Remedy[] => [
  {
    text: 'See which endpoints the service has, and which of them are ready.',
    commands: [`kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${service} -o wide`],
  },
  {
    text: `Restart the OVN-Kubernetes pod of zone ${zone}, which then writes its load balancers anew.`,
    commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${zone} -l app=ovnkube-node`],
  },
];

export const VIP_MISSING = defineFinding<AboutService & { readonly vip: string; readonly protocol: string }>({
  code: 'OVN5001',
  level: 'error',
  title: "A service's address has no load balancer",
  text: ({ namespace, service, zone, vip, protocol }) =>
    `Zone ${zone} has no load balancer for ${vip} (${protocol}) of service ${namespace}/${service}: packets to it from pods of ` +
    'the zone are not translated and get lost.',
  remedy: remedies,
});

export const STALE_BACKEND = defineFinding<
  AboutService & { readonly vip: string; readonly backends: readonly string[] }
>({
  code: 'OVN5002',
  level: 'error',
  title: 'A load balancer sends to endpoints that the service does not have',
  text: ({ namespace, service, zone, vip, backends }) =>
    `In zone ${zone} the load balancer of ${vip} (service ${namespace}/${service}) sends connections to ${backends.join(', ')}, which ` +
    'no EndpointSlice of the service has. They fail, or reach a stranger.',
  remedy: remedies,
});

export const MISSING_BACKEND = defineFinding<
  AboutService & { readonly vip: string; readonly backends: readonly string[] }
>({
  code: 'OVN5003',
  level: 'warning',
  title: 'A load balancer lacks ready endpoints of its service',
  text: ({ namespace, service, zone, vip, backends }) =>
    `In zone ${zone} the load balancer of ${vip} (service ${namespace}/${service}) does not send to ${backends.join(', ')}, which ` +
    'are ready. They get no connections from there.',
  remedy: remedies,
});

export const BALANCER_WITHOUT_SERVICE = defineFinding<AboutService & { readonly balancer: string }>({
  code: 'OVN5004',
  level: 'warning',
  title: 'A load balancer of a service that does not exist',
  text: ({ namespace, service, zone, balancer }) =>
    `Zone ${zone} has the load balancer ${balancer}, but there is no service ${namespace}/${service}. Its addresses may belong to ` +
    'another service by now.',
  remedy: (args) => remedies(args).slice(1),
});

export const BALANCER_NOT_ATTACHED = defineFinding<AboutService & { readonly balancer: string }>({
  code: 'OVN5005',
  level: 'error',
  title: 'A load balancer is attached to no switch and no router',
  text: ({ namespace, service, zone, balancer }) =>
    `In zone ${zone} the load balancer ${balancer} of service ${namespace}/${service} is in no load-balancer group and on no switch or ` +
    'router, so it does nothing.',
  remedy: (args) => remedies(args).slice(1),
});
