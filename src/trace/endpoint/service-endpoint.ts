/**
 * A service as the end of a trace: its virtual addresses by kind, the port that was asked for, and its endpoints.
 *
 * In: a World, a name and a port. Out: a ServiceEndpoint, or an OvnctlError that says why there is nothing to send to.
 * Which backend the load balancer takes is the databases' business; the endpoints here are Kubernetes' view of them.
 */
import { UsageError } from '../../base/errors.js';
import type { EndpointSlice } from '../../kube/model/endpoint-slice.js';
import { qualifiedName } from '../../kube/model/object-meta.js';
import type { Protocol } from '../../kube/model/protocol.js';
import { findServicePorts } from '../../kube/model/service.js';
import type { Service, ServicePort } from '../../kube/model/service.js';
import { formatAddress, parseAddress } from '../../net/prefix.js';
import type { Address } from '../../net/prefix.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { kubeList, kubeObject } from '../../world/kube-look-up.js';
import type { World } from '../../world/world.js';
import type { ObjectName } from './object-name.js';
import { masqueradeOf } from './node-endpoint.js';
import { objectNotFound } from './object-name.js';

export type VipKind = 'clusterIP' | 'externalIP' | 'loadBalancer' | 'nodePort';

export interface ServiceVip {
  readonly kind: VipKind;
  readonly address: Address;
  readonly port: number;
  /** The node whose address it is, for node ports. */
  readonly node?: string;
}

export interface ServiceBackend {
  readonly address: Address;
  readonly port: number;
  readonly pod: ObjectName | undefined;
  readonly node: string | undefined;
  /** The node's own network stack, when that is where it is. */
  readonly host: BackendHost | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

export interface BackendHost {
  readonly node: string;
  /** What the gateway router of that node calls it: its balancer would not send a packet back to the node otherwise. */
  readonly alias: Address | undefined;
}

export interface ServiceEndpoint {
  readonly kind: 'Service';
  readonly namespace: string;
  readonly name: string;
  readonly service: Service;
  readonly port: ServicePort;
  /** In order of kind: cluster addresses first; none for a headless service, whose name means the endpoints themselves. */
  readonly vips: readonly ServiceVip[];
  readonly backends: readonly ServiceBackend[];
  /** The network that it is on: that of the slices OVN-Kubernetes made for it, else the default one. */
  readonly network: string;
  readonly notes: readonly string[];
}

const portText = ({ name, port, protocol }: ServicePort): string =>
  name === '' ? `${port}/${protocol}` : `${name} (${port}/${protocol})`;

/** The one port meant; UsageError `endpoint.port` with the ports there are when none is. */
function choosePort(
  service: Service,
  wanted: string | undefined,
  protocol: Protocol | undefined,
  notes: string[],
  isByNode: boolean,
): ServicePort {
  const all = service.ports.map(portText).join(', ');
  const ofNode = service.ports.find(({ nodePort }) => nodePort !== undefined && String(nodePort) === wanted);
  const fail = (message: string): never => {
    const meant =
      ofNode === undefined ? [] : [`${wanted ?? ''} is the node port of ${portText(ofNode)}: --via nodeport`];
    throw new UsageError('endpoint.port', message, {
      hints: [...meant, `Ports of service ${qualifiedName(service)}: ${all}.`],
    });
  };
  const ofProtocol = service.ports.filter((port) => protocol === undefined || port.protocol === protocol);
  const named = wanted === undefined ? ofProtocol : findServicePorts(service, wanted, protocol);
  const found = named.length === 0 && isByNode && ofNode !== undefined ? [ofNode] : named;
  const over = protocol === undefined ? '' : ` over ${protocol}`;
  const [first, second] = found;
  if (first === undefined) {
    return fail(`service ${qualifiedName(service)} has no port${wanted === undefined ? '' : ` ${wanted}`}${over}`);
  }
  if (second !== undefined) {
    if (wanted === undefined)
      return fail(`service ${qualifiedName(service)} has several ports: say which one with --port`);
    notes.push(
      `port ${wanted} of service ${qualifiedName(service)} means ${found.map(portText).join(' and ')}: taking ${portText(first)}; --protocol chooses`,
    );
  } else if (wanted === undefined) {
    notes.push(`service ${qualifiedName(service)}: taking its only port${over}, ${portText(first)}`);
  }
  return first;
}

function refuseExternalName(service: Service): void {
  if (service.type === 'ExternalName') {
    throw new UsageError(
      'endpoint.external-name',
      `service ${qualifiedName(service)} is only another name for ${service.externalName ?? 'an outside host'}: it has no address in the cluster`,
      { hints: ['Trace to the address that name has with: ovnctl trace pod-to-external'] },
    );
  }
}

async function vipsOf(world: World, service: Service, port: ServicePort): Promise<readonly ServiceVip[]> {
  const at = (kind: VipKind, texts: readonly string[]): ServiceVip[] =>
    texts.flatMap((text) => {
      const address = parseAddress(text);
      return address === undefined ? [] : [{ kind, address, port: port.port }];
    });
  const vips = [
    ...at('clusterIP', service.clusterIPs),
    ...at('externalIP', service.externalIPs),
    ...at('loadBalancer', service.ingressIPs),
  ];
  if (port.nodePort === undefined) return vips;
  for (const node of await kubeList(world, 'nodes')) {
    for (const { type, address: text } of node.addresses) {
      const address = type === 'InternalIP' ? parseAddress(text) : undefined;
      if (address !== undefined)
        vips.push({ kind: 'nodePort', address, port: port.nodePort, node: node.metadata.name });
    }
  }
  return vips;
}

const SLICE_NETWORK = 'k8s.ovn.org/endpointslice-network';

/**
 * The slices that OVN-Kubernetes programs for the service: the mirrored ones, with addresses of the namespace's primary
 * user-defined network, where it made such; else those of the service itself.
 */
function slicesOf(service: Service, slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  const mine = slices.filter(({ metadata }) => metadata.namespace === service.metadata.namespace);
  const by = (label: string) => mine.filter(({ metadata }) => metadata.labels.get(label) === service.metadata.name);
  const mirrored = by('k8s.ovn.org/service-name');
  return mirrored.length > 0 ? mirrored : by('kubernetes.io/service-name');
}

/** Network stacks of nodes, by address. A World does not change, and a matrix asks thousands of times. */
async function hostsOf(world: World): Promise<ReadonlyMap<string, BackendHost>> {
  const known = knownHosts.get(world);
  if (known !== undefined) return known;
  const hosts = new Map<string, BackendHost>();
  for (const node of await kubeList(world, 'nodes')) {
    const aliases = masqueradeOf(node);
    for (const { address: text } of node.addresses) {
      const address = parseAddress(text);
      if (address === undefined) continue;
      hosts.set(formatAddress(address), { node: node.metadata.name, alias: aliases.get(address.family) });
    }
  }
  knownHosts.set(world, hosts);
  return hosts;
}

const knownHosts = new WeakMap<World, ReadonlyMap<string, BackendHost>>();

function backendsOf(
  slices: readonly EndpointSlice[],
  port: ServicePort,
  hosts: ReadonlyMap<string, BackendHost>,
): readonly ServiceBackend[] {
  const backends: ServiceBackend[] = [];
  for (const slice of slices) {
    const target = slice.ports.find(({ name, protocol }) => name === port.name && protocol === port.protocol)?.port;
    if (target === undefined) continue;
    for (const { addresses, pod, nodeName: node, ready, serving, terminating } of slice.endpoints) {
      for (const text of addresses) {
        const address = parseAddress(text);
        if (address === undefined) continue;
        const host = hosts.get(formatAddress(address));
        backends.push({ address, port: target, pod, node, host, ready, serving, terminating });
      }
    }
  }
  const order = (a: ServiceBackend, b: ServiceBackend): number =>
    a.address.family - b.address.family ||
    (a.address.value < b.address.value ? -1 : a.address.value > b.address.value ? 1 : 0);
  return backends.sort(order);
}

/**
 * Resolves a service and one of its ports, given by number or name (may be left out when there is only one).
 * Throws NotFoundError (no such service) and UsageError (no such port; ExternalName).
 */
export async function resolveService(
  world: World,
  name: ObjectName,
  options: {
    readonly port?: string | undefined;
    readonly protocol?: Protocol | undefined;
    /** The port may be given as nodes have it. */
    readonly isByNode?: boolean;
  } = {},
): Promise<ServiceEndpoint> {
  const service = await kubeObject(world, 'services', name.namespace, name.name);
  if (service === undefined) throw await objectNotFound(world, 'Service', name);
  refuseExternalName(service);
  const notes: string[] = [];
  const port = choosePort(service, options.port, options.protocol, notes, options.isByNode ?? false);
  const slices = slicesOf(service, await kubeList(world, 'endpointslices', { namespace: name.namespace }));
  return {
    kind: 'Service',
    ...name,
    service,
    port,
    vips: await vipsOf(world, service, port),
    network: slices[0]?.metadata.annotations.get(SLICE_NETWORK) ?? DEFAULT_NETWORK,
    backends: backendsOf(slices, port, await hostsOf(world)),
    notes,
  };
}
