import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';
import type { Pod } from './pod.js';
import { readProtocol } from './protocol.js';
import type { Protocol } from './protocol.js';

export interface ServicePort {
  /** Empty only in a service with a single port. */
  readonly name: string;
  readonly port: number;
  readonly protocol: Protocol;
  /** A number, or the name of a container port; the port itself when the object does not say. */
  readonly targetPort: number | string;
  readonly nodePort: number | undefined;
}

export interface Service extends KubeObject {
  /** ClusterIP, NodePort, LoadBalancer or ExternalName. */
  readonly type: string;
  /** Empty for a headless service. */
  readonly clusterIPs: readonly string[];
  readonly headless: boolean;
  readonly externalIPs: readonly string[];
  /** Addresses in `status.loadBalancer.ingress`; names given instead of addresses are left out. */
  readonly ingressIPs: readonly string[];
  readonly externalName: string | undefined;
  readonly ports: readonly ServicePort[];
  readonly selector: ReadonlyMap<string, string>;
  readonly sessionAffinity: string;
  /** Seconds of client-IP affinity; the API's default is three hours. */
  readonly affinitySeconds: number | undefined;
  readonly externalTrafficPolicy: string;
  readonly internalTrafficPolicy: string;
  readonly allocatesNodePorts: boolean;
}

function readPort(port: Fields): ServicePort {
  const number = port.whole('port') ?? 0;
  return {
    name: port.text('name') ?? '',
    port: number,
    protocol: readProtocol(port),
    targetPort: port.wholeOrText('targetPort') ?? number,
    nodePort: port.whole('nodePort'),
  };
}

export function readService(object: Fields): Service {
  const spec = object.inside('spec');
  const given = spec.texts('clusterIPs');
  const single = spec.text('clusterIP');
  const clusterIPs = given.length > 0 ? given : single === undefined ? [] : [single];
  const affinity = spec.text('sessionAffinity') ?? 'None';
  return {
    metadata: readMeta(object),
    type: spec.text('type') ?? 'ClusterIP',
    clusterIPs: clusterIPs.filter((ip) => ip !== '' && ip !== 'None'),
    headless: clusterIPs.includes('None'),
    externalIPs: spec.texts('externalIPs'),
    ingressIPs: object
      .inside('status')
      .inside('loadBalancer')
      .list('ingress', (entry) => entry.text('ip') ?? '')
      .filter((ip) => ip !== ''),
    externalName: spec.text('externalName'),
    ports: spec.list('ports', readPort),
    selector: spec.textMap('selector'),
    sessionAffinity: affinity,
    affinitySeconds:
      affinity === 'ClientIP'
        ? (spec.inside('sessionAffinityConfig').inside('clientIP').whole('timeoutSeconds') ?? 10800)
        : undefined,
    externalTrafficPolicy: spec.text('externalTrafficPolicy') ?? 'Cluster',
    internalTrafficPolicy: spec.text('internalTrafficPolicy') ?? 'Cluster',
    allocatesNodePorts: spec.flag('allocateLoadBalancerNodePorts') ?? true,
  };
}

/**
 * The service's ports that `wanted` (a port number or a port name) and, where given, the protocol pick. Several when
 * one number serves more than one protocol, as DNS does.
 */
export function findServicePorts(service: Service, wanted: string, protocol?: Protocol): readonly ServicePort[] {
  const number = /^\d+$/.test(wanted) ? Number(wanted) : undefined;
  return service.ports.filter(
    (port) =>
      (protocol === undefined || port.protocol === protocol) &&
      (number === undefined ? port.name === wanted : port.port === number),
  );
}

/** The number that a service port stands for in this pod; undefined when it names a port the pod does not declare. */
export function targetPortIn(port: ServicePort, pod: Pod): number | undefined {
  if (typeof port.targetPort === 'number') return port.targetPort;
  return pod.ports.find((declared) => declared.name === port.targetPort && declared.protocol === port.protocol)?.port;
}
