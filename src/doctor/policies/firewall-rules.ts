/**
 * What the rules of EgressFirewalls say: what they deny that pods need, what they leave open, what is never reached. The
 * first rule that matches holds; addresses of pods are never denied (egressfirewall.go leaves them out of the match).
 */
import type { EgressFirewall, EgressFirewallRule } from '../../kube/model/egress.js';
import type { EndpointSlice } from '../../kube/model/endpoint-slice.js';
import type { Node } from '../../kube/model/node.js';
import type { Protocol } from '../../kube/model/protocol.js';
import { selects } from '../../kube/model/selector.js';
import { parseAddress, parsePrefix, prefixContains } from '../../net/prefix.js';
import type { Address, Prefix } from '../../net/prefix.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import { familyWord } from '../gateway/families.js';
import {
  FIREWALL_DENIES_API,
  FIREWALL_DENIES_DNS,
  FIREWALL_ONE_FAMILY,
  FIREWALL_RULE_UNREACHED,
} from './firewall-findings.js';
import { destinationText, ruleText } from './firewall-words.js';
import { podSubnets } from './pod-subnets.js';

const SERVICE_LABEL = 'kubernetes.io/service-name';

/** Services that a cluster's DNS is known by. */
const DNS = ['kube-system/kube-dns', 'kube-system/coredns', 'openshift-dns/dns-default'];

export const policiesFirewallRules: Analyzer = {
  id: 'policies/firewall-rules',
  area: 'policies',
  title: 'no EgressFirewall denies what pods need, or leaves open what it means to close',
  inputs: ['kube.egressfirewalls', 'kube.endpointslices', 'kube.nodes'],
  finds: [FIREWALL_DENIES_API, FIREWALL_DENIES_DNS, FIREWALL_ONE_FAMILY, FIREWALL_RULE_UNREACHED],
  analyze: async (sight) => {
    const firewalls = (await sight.objects('egressfirewalls')).filter(({ metadata }) => metadata.name === 'default');
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    if (firewalls.length === 0) return { skipped: 'there are no EgressFirewalls' };
    const nodes = await sight.objects('nodes');
    const slices = await sight.objects('endpointslices');
    const subnets = podSubnets(nodes);
    return firewalls.flatMap((firewall) => [
      ...denied(firewall, slices, nodes, subnets),
      ...oneFamily(firewall, subnets),
      ...unreached(firewall, subnets),
    ]);
  },
};

const placeOf = ({ metadata: { namespace } }: EgressFirewall) => ({
  object: { kind: 'EgressFirewall', namespace, name: 'default' },
});

const ruleEvidence = (firewall: EgressFirewall, rule: EgressFirewallRule, index: number): Evidence =>
  fieldEvidence('EgressFirewall', firewall, `spec.egress[${index}]`, ruleText(rule));

interface Target {
  readonly address: Address;
  readonly port: number;
  readonly protocol: Protocol;
}

/** The rule that denies the target; undefined also when a name stands before it, which may mean the address. */
function denierOf(rules: readonly EgressFirewallRule[], target: Target, nodes: readonly Node[]) {
  for (const [index, rule] of rules.entries()) {
    const { address, port, protocol } = target;
    const hasPort =
      rule.ports.length === 0 ||
      rule.ports.some((each) => each.protocol === protocol && (each.port === undefined || each.port === port));
    if (!hasPort) continue;
    if (rule.dnsName !== undefined) return undefined;
    const prefix = rule.cidr === undefined ? undefined : parsePrefix(rule.cidr);
    const { nodeSelector } = rule;
    const isOnNode =
      nodeSelector !== undefined &&
      nodes.some(
        (node) =>
          selects(nodeSelector, node.metadata.labels) &&
          node.addresses.some((each) => sameAddress(each.address, address)),
      );
    if (!isOnNode && (prefix === undefined || !prefixContains(prefix, address))) continue;
    return rule.type === 'Deny' ? { index, rule } : undefined;
  }
  return undefined;
}

const sameAddress = (text: string, address: Address): boolean => {
  const other = parseAddress(text);
  return other !== undefined && other.family === address.family && other.value === address.value;
};

function denied(
  firewall: EgressFirewall,
  slices: readonly EndpointSlice[],
  nodes: readonly Node[],
  subnets: readonly Prefix[],
): readonly Finding[] {
  const findings: Finding[] = [];
  const { namespace } = firewall.metadata;
  for (const [definition, services, protocol] of [
    [FIREWALL_DENIES_API, ['default/kubernetes'], 'TCP'],
    [FIREWALL_DENIES_DNS, DNS, 'UDP'],
  ] as const) {
    const own = slices.filter(({ metadata }) =>
      services.some((service) => service === `${metadata.namespace}/${metadata.labels.get(SERVICE_LABEL) ?? ''}`),
    );
    for (const slice of own) {
      const targets = slice.ports
        .filter((each) => each.protocol === protocol && each.port !== undefined)
        .flatMap(({ port = 0 }) =>
          slice.endpoints.flatMap(({ addresses }) => addresses.map((text) => ({ text, port }))),
        );
      for (const { text, port } of targets) {
        const address = parseAddress(text);
        if (address === undefined || subnets.some((subnet) => prefixContains(subnet, address))) continue;
        const denier = denierOf(firewall.rules, { address, port, protocol }, nodes);
        if (denier === undefined) continue;
        const args = { namespace, rule: denier.index, cidr: destinationText(denier.rule), address: text, port };
        const evidence = [
          ruleEvidence(firewall, denier.rule, denier.index),
          fieldEvidence('EndpointSlice', slice, 'endpoints', `${text} port ${port}/${protocol}`),
        ] as const;
        findings.push(found(definition, args, { ...placeOf(firewall), family: address.family, evidence }));
        // One address is enough to tell; the rule is the same for the others.
        break;
      }
    }
  }
  return findings;
}

const isAll = (rule: EgressFirewallRule, family: 4 | 6): boolean => {
  const prefix = rule.cidr === undefined || rule.ports.length > 0 ? undefined : parsePrefix(rule.cidr);
  return prefix?.length === 0 && prefix.family === family;
};

function oneFamily(firewall: EgressFirewall, subnets: readonly Prefix[]): readonly Finding[] {
  const isDual = new Set(subnets.map(({ family }) => family)).size > 1;
  if (!isDual) return [];
  return ([4, 6] as const).flatMap((family) => {
    const other = family === 4 ? 6 : 4;
    const index = firewall.rules.findIndex((rule) => rule.type === 'Deny' && isAll(rule, family));
    const rule = firewall.rules[index];
    // Allowing all of the other family is said, not forgotten.
    if (rule === undefined || firewall.rules.some((each) => isAll(each, other))) return [];
    const args = {
      namespace: firewall.metadata.namespace,
      rule: index,
      denied: familyWord(family),
      open: familyWord(other),
      cidr: other === 4 ? '0.0.0.0/0' : '::/0',
    };
    const evidence = [
      ruleEvidence(firewall, rule, index),
      fieldEvidence('EgressFirewall', firewall, 'spec.egress', firewall.rules.map(ruleText).join('; ')),
    ] as const;
    return [found(FIREWALL_ONE_FAMILY, args, { ...placeOf(firewall), family: other, evidence })];
  });
}

function unreached(firewall: EgressFirewall, subnets: readonly Prefix[]): readonly Finding[] {
  const families = new Set(subnets.map(({ family }) => family));
  return firewall.rules.flatMap((rule, index) => {
    const before = firewall.rules.slice(0, index);
    const prefix = rule.cidr === undefined ? undefined : parsePrefix(rule.cidr);
    const by =
      prefix === undefined
        ? lastOfAll(before, families)
        : before.findIndex((each) => {
            const wider = each.cidr === undefined || each.ports.length > 0 ? undefined : parsePrefix(each.cidr);
            return wider !== undefined && wider.length <= prefix.length && prefixContains(wider, prefix);
          });
    const decider = firewall.rules[by];
    if (decider === undefined) return [];
    const args = {
      namespace: firewall.metadata.namespace,
      rule: index,
      by,
      to: destinationText(rule),
      cidr: destinationText(decider),
    };
    const evidence = [ruleEvidence(firewall, rule, index), ruleEvidence(firewall, decider, by)] as const;
    return [
      found(FIREWALL_RULE_UNREACHED, args, {
        ...placeOf(firewall),
        ...(prefix === undefined ? {} : { family: prefix.family }),
        evidence,
      }),
    ];
  });
}

/** The rule that completes the decision for every family; -1 when something is left for a name or a node. */
function lastOfAll(rules: readonly EgressFirewallRule[], families: ReadonlySet<4 | 6>): number {
  const at = [...families].map((family) => rules.findIndex((rule) => isAll(rule, family)));
  return at.length === 0 || at.includes(-1) ? -1 : Math.max(...at);
}
