/** Faults of optional features: multicast, hybrid overlay, hardware offload, DHCP and DNS of OVN, and the deployment itself. */
import { defineFinding } from '../finding.js';
import { familyWord } from '../gateway/families.js';
import type { Family } from '../gateway/families.js';

const resync = (zone: string) => ({
  text: `Restart the OVN-Kubernetes pod of zone ${zone}, which writes its databases anew.`,
  commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${zone} -l app=ovnkube-node`],
});

interface Multicast {
  readonly namespace: string;
  readonly zone: string;
}

export const MULTICAST_RULE_MISSING = defineFinding<Multicast & { readonly directions: readonly string[] }>({
  code: 'OVN9060',
  level: 'error',
  title: 'A namespace with multicast lacks the rules for it',
  text: ({ namespace, zone, directions }) =>
    `Namespace ${namespace} has multicast switched on and pods in zone ${zone}, but the zone has no rule that allows it (${directions.join(' and ')}): ` +
    'the default rule drops multicast from and to these pods.',
  remedy: ({ zone }) => [resync(zone)],
});

export const MULTICAST_RULE_LEFT = defineFinding<Multicast>({
  code: 'OVN9061',
  level: 'warning',
  title: 'Rules for multicast are left of a namespace',
  text: ({ namespace, zone }) =>
    `Zone ${zone} allows multicast for namespace ${namespace}, which does not exist or does not have multicast switched on.`,
  remedy: ({ namespace, zone }) => [
    resync(zone),
    {
      text: 'Or switch it on, if it should be.',
      commands: [`kubectl annotate namespace ${namespace} k8s.ovn.org/multicast-enabled=true`],
    },
  ],
});

export const MULTICAST_OPTION_MISSING = defineFinding<{
  readonly zone: string;
  readonly row: string;
  readonly options: readonly string[];
}>({
  code: 'OVN9062',
  level: 'warning',
  title: 'Multicast is on, but a switch or router is not set up for it',
  text: ({ zone, row, options }) =>
    `In zone ${zone} ${row} lacks ${options.join(', ')}, although namespaces have multicast switched on: groups are not learned or not ` +
    'carried to other nodes.',
  remedy: ({ zone }) => [resync(zone)],
});

export const MULTICAST_OFF = defineFinding<{ readonly namespace: string }>({
  code: 'OVN9063',
  level: 'warning',
  title: 'A namespace asks for multicast, but the cluster does not have it',
  text: ({ namespace }) =>
    `Namespace ${namespace} has multicast switched on, but OVN-Kubernetes runs without it: no zone has the rules that come with it.`,
  remedy: () => [
    {
      text: 'Start OVN-Kubernetes with --enable-multicast (OpenShift does), or take the annotation away.',
      commands: ['kubectl -n OVN-NAMESPACE get daemonset ovnkube-node -o yaml | grep -i multicast'],
    },
  ],
});

export const MULTICAST_FAMILY_MISSING = defineFinding<
  Multicast & { readonly family: Family; readonly direction: string }
>({
  code: 'OVN9064',
  level: 'error',
  title: 'A rule for multicast is of one address family only',
  text: ({ namespace, zone, family, direction }) =>
    `In zone ${zone} the ${direction} rule that allows multicast of namespace ${namespace} says nothing about ${familyWord(family)}, which pods have: ` +
    `${familyWord(family)} multicast is dropped.`,
  remedy: ({ zone }) => [resync(zone)],
});

export const HYBRID_SUBNET_MISSING = defineFinding<{ readonly node: string }>({
  code: 'OVN9040',
  level: 'error',
  title: 'A node of the hybrid overlay has no subnet',
  text: ({ node }) =>
    `Node ${node} takes part in the hybrid overlay, but has no subnet (annotation hybrid-overlay-node-subnet): its pods get no addresses.`,
  remedy: ({ node }) => [
    {
      text: 'See whether the cluster manager runs and has subnets left; start the hybrid-overlay service of the node anew.',
      commands: [
        'kubectl get pods -A | grep -E "ovnkube-(control-plane|cluster-manager|master)"',
        `kubectl describe node ${node}`,
      ],
    },
  ],
});

export const HYBRID_GATEWAY_MISSING = defineFinding<{ readonly node: string; readonly missing: readonly string[] }>({
  code: 'OVN9041',
  level: 'error',
  title: 'A node has no gateway into the hybrid overlay',
  text: ({ node, missing }) =>
    `The cluster has nodes of the hybrid overlay, but on node ${node} ${missing.join(' and ')} is not written: no flows to them are made, and ` +
    'pods of the node do not reach theirs.',
  remedy: ({ node }) => [resync(node)],
});

export const HYBRID_ADDRESS_TAKEN = defineFinding<{
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  readonly address: string;
}>({
  code: 'OVN9042',
  level: 'error',
  title: 'A pod has the address of the hybrid overlay',
  text: ({ namespace, pod, node, address }) =>
    `Pod ${namespace}/${pod} has ${address}, the third address of node ${node}, which the hybrid overlay needs: the pod was there before the ` +
    'feature was switched on, and both are disturbed.',
  remedy: ({ namespace, pod }) => [
    {
      text: 'Delete the pod; the one made in its place gets another address.',
      commands: [`kubectl -n ${namespace} delete pod ${pod}`],
    },
  ],
});

export const HYBRID_POLICY_MISSING = defineFinding<{ readonly node: string; readonly zone: string }>({
  code: 'OVN9043',
  level: 'error',
  title: "The router has no policy for a node's way into the hybrid overlay",
  text: ({ node, zone }) =>
    `In zone ${zone} the cluster router has no policy that sends packets of node ${node} for the hybrid overlay to its gateway.`,
  remedy: ({ zone }) => [resync(zone)],
});

export const GATEWAY_MTU_OFF = defineFinding<{ readonly node: string }>({
  code: 'OVN9050',
  level: 'info',
  title: "A node's gateway router can not tell senders that packets are too large",
  text: ({ node }) =>
    `On node ${node} the gateway router has no MTU of its own (annotation gateway-mtu-support is "false"), because Open vSwitch offloads to ` +
    'hardware or can not compare lengths: large packets from outside may vanish instead of being refused.',
  remedy: ({ node }) => [
    {
      text: 'See whether hardware offload is meant to be on; if large transfers hang, lower the MTU of pods.',
      commands: [
        `kubectl debug node/${node} -it --image=BUSYBOX -- chroot /host ovs-vsctl get Open_vSwitch . other_config:hw-offload`,
      ],
    },
  ],
});

export const OFFLOAD_LOCAL_GATEWAY = defineFinding<{ readonly node: string; readonly zone: string }>({
  code: 'OVN9051',
  level: 'warning',
  title: 'Hardware offload is on, but packets leave through the host',
  text: ({ node }) =>
    `Open vSwitch of node ${node} offloads to hardware, but the gateway mode is local (routingViaHost): packets of pods leave through the ` +
    "kernel's routing, which is not offloaded. The two are not supported together.",
  remedy: ({ node }) => [
    {
      text: 'Use the shared gateway mode, or switch the offload off.',
      commands: [
        `oc patch network.operator cluster --type=merge -p '{"spec":{"defaultNetwork":{"ovnKubernetesConfig":{"gatewayConfig":{"routingViaHost":false}}}}}'`,
        `kubectl debug node/${node} -it --image=BUSYBOX -- chroot /host ovs-vsctl remove Open_vSwitch . other_config hw-offload`,
      ],
    },
  ],
});

export const DPU_FAILED = defineFinding<{
  readonly namespace: string;
  readonly pod: string;
  readonly network: string;
  readonly reason: string;
}>({
  code: 'OVN9052',
  level: 'error',
  title: 'The DPU could not connect a pod',
  text: ({ namespace, pod, network, reason }) =>
    `The DPU reports that it could not connect network ${network} of pod ${namespace}/${pod}: ${reason || 'no reason given'}`,
  remedy: ({ namespace, pod }) => [
    {
      text: 'Read what was asked of the DPU and what ovnkube on it says; then make the pod anew.',
      commands: [
        `kubectl -n ${namespace} get pod ${pod} -o jsonpath='{.metadata.annotations.k8s\\.ovn\\.org/dpu\\.connection-details}'`,
        `kubectl -n ${namespace} delete pod ${pod}`,
      ],
    },
  ],
});

export const VM_WITHOUT_DHCP = defineFinding<{
  readonly namespace: string;
  readonly pod: string;
  readonly port: string;
  readonly families: readonly Family[];
  readonly zone: string;
}>({
  code: 'OVN9070',
  level: 'error',
  title: "A virtual machine's port has no DHCP",
  text: ({ namespace, pod, port, families }) =>
    `Pod ${namespace}/${pod} runs a virtual machine that gets its addresses from OVN, but its port ${port} has no DHCP options for ` +
    `${families.map(familyWord).join(' and ')}: the machine gets no such address when it starts or renews.`,
  remedy: ({ namespace, pod, zone }) => [
    resync(zone),
    { text: 'See what is written on the pod.', commands: [`kubectl -n ${namespace} describe pod ${pod}`] },
  ],
});

export const FOREIGN_DNS = defineFinding<{
  readonly zone: string;
  readonly logicalSwitch: string;
  readonly names: readonly string[];
}>({
  code: 'OVN9071',
  level: 'info',
  title: 'OVN answers names itself',
  text: ({ zone, logicalSwitch, names }) =>
    `In zone ${zone} the switch ${logicalSwitch} answers queries for ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''} from the ` +
    "database, before the cluster's DNS sees them. OVN-Kubernetes writes no such rows.",
  remedy: () => [
    {
      text: 'If nobody meant it, take the row off the switch.',
      commands: [
        'kubectl -n OVN-NAMESPACE exec POD -c nb-ovsdb -- ovn-nbctl list DNS',
        'kubectl -n OVN-NAMESPACE exec POD -c nb-ovsdb -- ovn-nbctl clear Logical_Switch SWITCH dns_records',
      ],
    },
  ],
});

export const MODE_DOUBT = defineFinding<{ readonly shape: string; readonly doubt: string }>({
  code: 'OVN9080',
  level: 'warning',
  title: 'The deployment of OVN-Kubernetes is in between',
  text: ({ shape, doubt }) => `The deployment looks like ${shape}, but ${doubt}.`,
  remedy: () => [
    {
      text: 'If an upgrade or a change of mode runs, let it end; otherwise remove what is left of the other mode.',
      commands: [
        'kubectl get daemonsets,deployments,statefulsets -A | grep ovnkube',
        'kubectl get pods -A -o wide | grep ovnkube',
      ],
    },
  ],
});

export const ZONE_TWICE = defineFinding<{ readonly name: string; readonly zones: readonly string[] }>({
  code: 'OVN9081',
  level: 'error',
  title: 'Two zones have the same name',
  text: ({ name, zones }) =>
    `${zones.join(' and ')} both say that they are zone ${name}. Each takes the nodes of the other for its own, and makes no way to them.`,
  remedy: ({ zones }) => [
    {
      text: 'See where the names come from: the node of the pod, or --zone of the configuration. A cloned node has the name of its origin.',
      commands: zones.map((zone) => `kubectl get node ${zone} -o yaml | grep -E "zone-name|hostname"`),
    },
  ],
});
