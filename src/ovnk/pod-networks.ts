import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { Fields } from '../kube/model/fields.js';
import type { Pod } from '../kube/model/pod.js';

const ANNOTATION = 'k8s.ovn.org/pod-networks';

/** One network of a pod, as OVN-Kubernetes set it up; addresses are text as the annotation has it. */
export interface PodNetwork {
  /** `default`, or `namespace/name` of the network attachment. */
  readonly attachment: string;
  /** primary, secondary or infrastructure-locked; older versions say nothing, then the default network is primary. */
  readonly role: string;
  readonly mac: string;
  /** With prefix length. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly routes: readonly { readonly destination: string; readonly nextHop: string }[];
}

function readNetwork(attachment: string, fields: Fields): PodNetwork {
  const addresses = fields.texts('ip_addresses');
  const address = fields.text('ip_address');
  const gateways = fields.texts('gateway_ips');
  const gateway = fields.text('gateway_ip');
  return {
    attachment,
    role: fields.text('role') ?? (attachment === 'default' ? 'primary' : 'secondary'),
    mac: fields.required('mac_address'),
    // Single-stack writers of old gave only the singular members.
    addresses: addresses.length > 0 || address === undefined ? addresses : [address],
    gateways: gateways.length > 0 || gateway === undefined ? gateways : [gateway],
    routes: fields.list('routes', (route) => ({
      destination: route.required('dest'),
      nextHop: route.text('nextHop') ?? '',
    })),
  };
}

/** The pod's networks from its annotation; undefined when it has none (yet), an error text when it can't be read. */
export function podNetworks(pod: Pod): Result<readonly PodNetwork[] | undefined, string> {
  const text = pod.metadata.annotations.get(ANNOTATION);
  if (text === undefined) return ok(undefined);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err(`the annotation ${ANNOTATION} is not JSON`);
  }
  const fields = Fields.of(value);
  const networks = Object.keys(value ?? {}).map((key) => readNetwork(key, fields.inside(key)));
  if (fields.misfit !== undefined) return err(`the annotation ${ANNOTATION}: ${fields.misfit}`);
  return ok(networks);
}

/** The network that carries the pod's ordinary traffic. */
export function primaryNetwork(networks: readonly PodNetwork[]): PodNetwork | undefined {
  return networks.find(({ role }) => role === 'primary');
}
