/** Faults of egress IPs on another interface of a node than its uplink. */
import { defineFinding } from '../finding.js';
import { rewriteRows } from '../policies/restart.js';

interface AboutSecondary {
  readonly name: string;
  readonly address: string;
  readonly node: string;
}

export const SECONDARY_ROUTE_WRONG = defineFinding<
  AboutSecondary & { readonly pod: string; readonly zone: string; readonly has: string }
>({
  code: 'OVN7040',
  level: 'error',
  title: 'A pod is not handed to its node for an egress IP on another interface',
  text: ({ name, address, node, pod, zone, has }) =>
    `${address} of EgressIP ${name} is on an interface of node ${node} that OVN does not have. Zone ${zone} should hand what pod ${pod} sends to the ` +
    `node's management port with packet mark 1009; it has ${has}.`,
  remedy: ({ name, zone }) => rewriteRows(zone, [`kubectl get egressip ${name} -o yaml`]),
});

export const SECONDARY_NOT_ON_NODE = defineFinding<AboutSecondary & { readonly present: readonly string[] }>({
  code: 'OVN7041',
  level: 'error',
  title: 'A node does not have the egress IP on its interface',
  text: ({ name, address, node, present }) =>
    `${address} of EgressIP ${name} is assigned to node ${node}, which has put ${present.join(', ') || 'none'} on its interfaces.`,
  remedy: ({ address, node }) => [
    {
      text: 'Look at the interfaces of the node, and at what the OVN-Kubernetes pod of the node says about the address.',
      commands: [
        `kubectl debug node/${node} -it --image=busybox -- ip address`,
        `kubectl -n OVN-NAMESPACE logs --field-selector spec.nodeName=${node} -l app=ovnkube-node -c ovnkube-controller | grep -F ${address}`,
      ],
    },
  ],
});

export const SECONDARY_OF_USER_NETWORK = defineFinding<AboutSecondary & { readonly pods: readonly string[] }>({
  code: 'OVN7042',
  level: 'warning',
  title: 'Pods of a user-defined network can not use an egress IP on another interface',
  text: ({ name, address, node, pods }) =>
    `${pods.slice(0, 5).join(', ')} ${pods.length === 1 ? 'is' : 'are'} selected by EgressIP ${name}, whose ${address} is on an interface of node ${node} other than its ` +
    'uplink. That works for the cluster network only.',
  remedy: ({ name }) => [
    {
      text: "Use an address in the network of the nodes' uplink for them.",
      commands: [`kubectl edit egressip ${name}`],
    },
  ],
});
