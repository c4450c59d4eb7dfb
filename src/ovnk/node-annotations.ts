/**
 * What OVN-Kubernetes writes on nodes (util/node_annotations.go, util/subnet_annotations.go): gateway, subnets, chassis.
 * Each reader gives undefined for an annotation that is not there and an error text for one that can't be read.
 */
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { Fields } from '../kube/model/fields.js';
import type { Node } from '../kube/model/node.js';

export const GATEWAY_ANNOTATION = 'k8s.ovn.org/l3-gateway-config';
export const SUBNETS_ANNOTATION = 'k8s.ovn.org/node-subnets';
export const CHASSIS_ANNOTATION = 'k8s.ovn.org/node-chassis-id';
export const ENCAP_ANNOTATION = 'k8s.ovn.org/node-encap-ips';
export const HOST_CIDRS_ANNOTATION = 'k8s.ovn.org/host-cidrs';
export const MASQUERADE_ANNOTATION = 'k8s.ovn.org/node-masquerade-subnet';

export interface GatewayConfig {
  /** `shared`, `local`; `disabled` or empty when the node has no gateway. */
  readonly mode: string;
  /** The bridge the node's uplink is in, like `br-ex`; empty when not told. */
  readonly bridge: string;
  /** With prefix length. */
  readonly addresses: readonly string[];
  readonly nextHops: readonly string[];
  /** Whether the node takes connections to node ports. */
  readonly nodePorts: boolean;
}

type Read<T> = Result<T | undefined, string>;

function jsonOf(node: Node, annotation: string): Read<unknown> {
  const text = node.metadata.annotations.get(annotation);
  if (text === undefined) return ok(undefined);
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return err('is not JSON');
  }
}

/** The node's gateway for the default network. */
export function gatewayConfig(node: Node): Read<GatewayConfig> {
  const json = jsonOf(node, GATEWAY_ANNOTATION);
  if (!json.ok || json.value === undefined) return json as Read<GatewayConfig>;
  const fields = Fields.of(json.value);
  const gateway = fields.inside('default');
  // Until dual stack there was one of each; newer versions still write them beside the lists in single-stack clusters.
  const several = (list: string, single: string): readonly string[] => {
    const all = gateway.texts(list);
    return (all.length > 0 ? all : [gateway.text(single) ?? '']).filter((text) => text !== '');
  };
  const config = {
    mode: gateway.text('mode') ?? '',
    bridge: gateway.text('bridge-id') ?? '',
    addresses: several('ip-addresses', 'ip-address'),
    nextHops: several('next-hops', 'next-hop'),
    nodePorts: gateway.text('node-port-enable') === 'true',
  };
  return fields.misfit === undefined ? ok(config) : err(fields.misfit);
}

/** Subnets by network, `default` for the cluster's own. */
export function nodeSubnets(node: Node): Read<ReadonlyMap<string, readonly string[]>> {
  const json = jsonOf(node, SUBNETS_ANNOTATION);
  if (!json.ok || json.value === undefined) return json as Read<ReadonlyMap<string, readonly string[]>>;
  const fields = Fields.of(json.value);
  const subnets = new Map<string, readonly string[]>();
  for (const network of Object.keys(json.value ?? {})) {
    const value = fields.value(network);
    subnets.set(network, typeof value === 'string' ? [value] : fields.texts(network));
  }
  return fields.misfit === undefined ? ok(subnets) : err(fields.misfit);
}

/** Addresses that other nodes send tunnelled packets to; the node's own ones when there is no such annotation. */
export const encapAddresses = (node: Node): Read<readonly string[]> => addressList(node, ENCAP_ANNOTATION);

/** Every address of the host, with prefix length. */
export const hostCidrs = (node: Node): Read<readonly string[]> => addressList(node, HOST_CIDRS_ANNOTATION);

function addressList(node: Node, annotation: string): Read<readonly string[]> {
  const json = jsonOf(node, annotation);
  if (!json.ok || json.value === undefined) return json as Read<readonly string[]>;
  return Array.isArray(json.value) && json.value.every((each) => typeof each === 'string')
    ? ok(json.value)
    : err('is not a list of addresses');
}

/** The subnet of addresses that stand for the node inside OVN, one for each family. */
export function masqueradeSubnets(node: Node): readonly string[] {
  const json = jsonOf(node, MASQUERADE_ANNOTATION);
  if (!json.ok || json.value === undefined) return [];
  const fields = Fields.of(json.value);
  return ['ipv4', 'ipv6'].flatMap((family) => fields.text(family) ?? []);
}
