import type { PolicyDirection } from '../../kube/model/network-policy.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { networkOf, networkPrefix } from '../network.js';
import type { Owner } from '../owner.js';

type Ids = ReadonlyMap<string, string>;

const directionOf = (word: string | undefined): PolicyDirection | undefined =>
  word === 'Ingress' || word === 'Egress' ? word : undefined;

const indexOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

/** `first<separator>rest`, split once. */
function pair(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? ['', text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function podOf(text: string): { readonly namespace: string; readonly name: string } | undefined {
  const [namespace, name] = pair(text, '/');
  return namespace === '' ? undefined : { namespace, name };
}

/** `<EgressIP>_<namespace>/<pod>`, or the fixed name of a rule that serves all egress IPs. */
function egressIpOwner(network: string, name: string): Owner {
  const [egressIp, served] = pair(name, '_');
  const pod = podOf(served);
  if (egressIp === '' || pod === undefined) return { kind: 'Infrastructure', network, part: `egress IP: ${name}` };
  return { kind: 'EgressIP', network, name: egressIp, pod };
}

/** The owner that the external_ids `k8s.ovn.org/owner-type` and its keys name (DbObjectIDs of OVN-Kubernetes). */
function typedOwner(type: string, ids: Ids, row: Row): Owner | undefined {
  const network = networkOf(row);
  const name = ids.get('k8s.ovn.org/name') ?? '';
  const direction = directionOf(ids.get('direction'));
  switch (type) {
    case 'NetworkPolicy':
    case 'NetworkPolicyPortIndexOwnerType': {
      const [namespace, policy] = pair(name, ':');
      return {
        kind: 'NetworkPolicy',
        network,
        namespace,
        name: policy,
        direction,
        rule: indexOf(ids.get('gress-index')),
      };
    }
    case 'NetpolNamespace': {
      const exception = ids.get('type') === 'arpAllow';
      return { kind: 'DefaultDeny', network, namespace: name, direction, exception };
    }
    case 'NetpolDefault':
      return { kind: 'Infrastructure', network, part: 'a pod may answer itself through a service (hairpin)' };
    case 'NetpolNode': {
      const prefix = networkPrefix(network);
      const node = name.startsWith(prefix) ? name.slice(prefix.length) : name;
      return { kind: 'Node', network, name: node, part: 'a node may always reach its own pods' };
    }
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return { kind: type, network, name, direction, rule: indexOf(ids.get('gress-index')) };
    case 'EgressFirewall':
      return { kind: 'EgressFirewall', network, namespace: name, rule: indexOf(ids.get('rule-index')) };
    case 'EgressFirewallDNS':
      return { kind: 'Infrastructure', network, part: `addresses of the DNS name ${name}, for egress firewalls` };
    case 'MulticastCluster':
      return { kind: 'Multicast', network, namespace: undefined, rule: ids.get('type') ?? '', direction };
    case 'MulticastNS':
      return { kind: 'Multicast', network, namespace: name, rule: 'Allow', direction };
    case 'UDNIsolation': {
      const pod = name.startsWith('OpenPort-') ? podOf(name.slice('OpenPort-'.length)) : undefined;
      return { kind: 'UDNIsolation', network, rule: name, direction, pod };
    }
    case 'AdvertisedNetwork':
    case 'ClusterNetworkConnect':
      return { kind: type, network, name };
    case 'EgressIP':
      return egressIpOwner(network, name);
    case 'EgressQoS': {
      // The first rule has priority 1000, the next 999, …
      const priority = indexOf(ids.get('priority'));
      return {
        kind: 'EgressQoS',
        network,
        namespace: name,
        rule: priority === undefined ? undefined : 1000 - priority,
      };
    }
    case 'NetworkQoS': {
      const [namespace, qos] = pair(name, ':');
      return { kind: 'NetworkQoS', network, namespace, name: qos, rule: indexOf(ids.get('rule-index')) };
    }
    case 'Namespace':
      return { kind: 'Namespace', network, name };
    case 'HybridNodeRoute':
      return { kind: 'Node', network, name, part: 'hybrid overlay' };
    case 'PodSelector':
      return { kind: 'Infrastructure', network, part: `addresses of the pods that a policy selects (${name})` };
    case 'VirtualMachine': {
      const machine = podOf(name);
      return machine && { kind: 'Infrastructure', network, part: `DHCP of the virtual machine ${name}` };
    }
    case 'EgressService':
    case 'ClusterNodeIPs':
    case 'Cluster':
    case 'UDNEnabledService':
    case 'NoOverlayClusterSubnetSNAT':
      return { kind: 'Infrastructure', network, part: name === '' ? type : name };
    default:
      return undefined;
  }
}

/** Versions before the typed ids (OpenShift up to about 4.12) wrote plain keys. */
function legacyOwner(ids: Ids, row: Row): Owner | undefined {
  const network = networkOf(row);
  const firewall = ids.get('egressFirewall');
  if (firewall !== undefined) {
    // The first rule has priority 10000, the next 9999, …
    const rule = row.has('priority') ? 10000 - row.integer('priority') : undefined;
    return { kind: 'EgressFirewall', network, namespace: firewall, rule };
  }
  const denied = directionOf(ids.get('default-deny-policy-type'));
  const namespace = ids.get('namespace');
  if (denied !== undefined) {
    return {
      kind: 'DefaultDeny',
      network,
      namespace: namespace ?? '',
      direction: denied,
      exception: row.string('action') !== 'drop',
    };
  }
  const policy = ids.get('policy');
  if (namespace === undefined || policy === undefined) return undefined;
  const direction = directionOf(ids.get('policy_type'));
  const rule = direction === undefined ? undefined : indexOf(ids.get(`${direction}_num`));
  return { kind: 'NetworkPolicy', network, namespace, name: policy, direction, rule };
}

function serviceOwner(ids: Ids, network: string): Owner | undefined {
  const service =
    ids.get('k8s.ovn.org/kind') === 'Service'
      ? ids.get('k8s.ovn.org/owner')
      : ids.get('k8s.ovn.org/udn-enabled-default-service');
  const named = service === undefined ? undefined : podOf(service);
  return named && { kind: 'Service', network, ...named };
}

function egressServiceOwner(ids: Ids, network: string): Owner | undefined {
  // `:ic` marks the rows for endpoints of other zones.
  const named = podOf((ids.get('EgressSVC') ?? '').replace(/:ic$/, ''));
  return named && { kind: 'EgressService', network, ...named };
}

/** The owner that a row's external_ids name; undefined when they name none. */
export function labelledOwner(row: Row): Owner | undefined {
  const ids = row.map('external_ids');
  if (ids.size === 0) return undefined;
  const type = ids.get('k8s.ovn.org/owner-type');
  if (type !== undefined) return typedOwner(type, ids, row);
  const network = networkOf(row);
  return serviceOwner(ids, network) ?? egressServiceOwner(ids, network) ?? legacyOwner(ids, row);
}
