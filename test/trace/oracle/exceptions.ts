/**
 * Cases in which we do not agree with the recording, each looked at. A case that begins to agree, or differs in anything
 * else, fails the test.
 */
import type { Fact } from './facts.js';

export interface Exception {
  readonly reason: string;
  /** In what the cases may differ; each differs in one at least. */
  readonly facts: readonly Fact[];
  /** The cases agree when the flows learn nothing, as in the recorder's trace. */
  readonly learning: boolean;
  readonly cases: readonly string[];
}

const UNNOTED_RULES = [
  'pp-shop.client-monitoring.prom-0-tcp9090-v4',
  'pp-shop.client-monitoring.prom-0-tcp8080-v4',
  'pp-shop.api-0-monitoring.prom-0-tcp9090-v4',
  'pp-shop.web-1-monitoring.prom-0-tcp9090-v4',
  'pp-shop.sec-0-monitoring.prom-0-tcp9090-v4',
  'pp-shop.sec-0-monitoring.prom-0-tcp9090-v6',
  'pp-shop.sec-0-monitoring.prom-0-tcp8080-v4',
];

export const EXCEPTIONS: readonly Exception[] = [
  {
    reason:
      'A backend that asks its own service answers itself. The flow that turns the answer round is learned from the first packet; the recorder only traced, and nothing was learned. Real packets that it sent through the same switch arrived as ours do: at the pod, from the virtual address.',
    facts: [
      'verdict',
      'legs',
      'delivered to',
      'delivered lsp',
      'egress node',
      'addresses',
      'ports',
      'ttl',
      'eth',
      'tos',
      'snat',
      'dnat',
      'ended in',
      'deciding row',
    ],
    learning: true,
    cases: [
      'hairpin-shop.web-2-solo-local-v4--reply',
      'hairpin-shop.web-2-solo-local-v6--reply',
      'hairpin-shop.cart-0-solo-remote-v4--reply',
      'hairpin-kube-system.coredns-0-kube-dns-v4-b1--reply',
      'hairpin-shop.web-0-web-svc-v4-b1--reply',
      'hairpin-shop.web-0-web-svc-v6-b1--reply',
      'udn-b-0-svc-b-svc-v4-b1--reply',
      'udn-b-1-svc-b-svc-v4-b0--reply',
      'udn-b-1-svc-b-svc-v6-b0--reply',
      'udn-g-0-svc-g-svc-v4-b0--reply',
      'udn-g-0-svc-g-svc-v6-b0--reply',
    ],
  },
  {
    reason:
      'Such an answer went astray in the recording, so that the connections of the packet after it never saw one and those of the lost answer are there too.',
    facts: ['connections after'],
    learning: true,
    cases: [
      'hairpin-shop.web-2-solo-local-v4--est',
      'hairpin-shop.web-2-solo-local-v6--est',
      'hairpin-shop.cart-0-solo-remote-v4--est',
      'hairpin-kube-system.coredns-0-kube-dns-v4-b1--est',
      'hairpin-shop.web-0-web-svc-v4-b1--est',
      'hairpin-shop.web-0-web-svc-v6-b1--est',
      'udn-b-0-svc-b-svc-v4-b1--est',
      'udn-b-1-svc-b-svc-v4-b0--est',
      'udn-b-1-svc-b-svc-v6-b0--est',
      'udn-g-0-svc-g-svc-v4-b0--est',
      'udn-g-0-svc-g-svc-v6-b0--est',
    ],
  },
  {
    reason:
      'The packet by which a gateway router refuses a connection is translated on its way out, which leaves a connection; the recorder stopped at the refusal.',
    facts: ['connections after'],
    learning: false,
    cases: [
      'host-svc-shop.empty-svc-on-ovn-control-plane-v6',
      'host-svc-shop.empty-svc-on-ovn-worker2-v6',
      'in-np-shop.web-lb-30081-on-ovn-control-plane-v6',
    ],
  },
  {
    reason:
      'The recorder noted the rules it met before load balancing only, so it has no rule here but the flow that drops for all rules. Ours is BaselineAdminNetworkPolicy default, egress rule 0, the one that denies monitoring.',
    facts: ['deciding row'],
    learning: false,
    cases: UNNOTED_RULES,
  },
];

interface AnswerException {
  readonly reason: string;
  readonly recorded: string;
  /** What we say instead. */
  readonly ours: string;
  readonly cases: readonly string[];
}

/** The same for what a user is told (answers.ts). */
export const ANSWER_EXCEPTIONS: readonly AnswerException[] = [
  {
    reason: 'The recorder noted the rules it met before load balancing only, so it has no rule here.',
    recorded: 'dropped',
    ours: 'dropped by BaselineAdminNetworkPolicy /default rule 0',
    cases: UNNOTED_RULES,
  },
  {
    reason:
      'The recorder put a packet on a port whose pod would not send it: the pod has no route there on its default network, since its primary network is another one. The switch would have dropped it as recorded.',
    recorded: 'dropped by UDNIsolation /DenyPrimaryUDN',
    ours: 'dropped',
    cases: [
      'ext-udn-blue.b-0-198.51.100.9-tcp443',
      'node-udn-blue.b-0-ovn-control-plane-6443-v4',
      'node-udn-blue.b-0-ovn-control-plane-9100-v4',
      'node-udn-blue.b-0-ovn-control-plane-6443-v6',
      'node-udn-blue.b-0-ovn-worker-6443-v6',
      'node-udn-blue.b-0-ovn-worker2-6443-v4',
      'node-udn-blue.b-0-ovn-worker2-9100-v4',
    ],
  },
  {
    reason:
      'The recorder calls everything outside that leaves OVN by the port of the physical network. The packet goes to 169.254.0.2 or fd69::2, which is what the gateway router calls its own node: the bridge gives it to the node (OVN-Kubernetes, masquerade addresses), where the backend is.',
    recorded: 'arrives outside',
    ours: 'arrives at the host',
    cases: ['host-svc-default.kubernetes-on-ovn-control-plane-v4', 'host-svc-default.node-exporter-on-ovn-worker-v6'],
  },
  {
    reason:
      'The recorder had no tunnels for questions to travel through, so the router never heard from its neighbour in the next zone; we take it that the port with the address answers, and say so.',
    recorded: 'astray, waits',
    ours: 'arrives cudn-red/r-1',
    cases: ['udn-au-0-r-1-v6'],
  },
];
