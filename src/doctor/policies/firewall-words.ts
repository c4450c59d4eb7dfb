import type { EgressFirewallRule } from '../../kube/model/egress.js';
import { selectorText } from './policy-words.js';

export const destinationText = ({ cidr, dnsName, nodeSelector }: EgressFirewallRule): string =>
  cidr ?? dnsName ?? (nodeSelector === undefined ? '' : `nodes: ${selectorText(nodeSelector)}`);

export const ruleText = (rule: EgressFirewallRule): string => {
  const ports = rule.ports.map(({ protocol, port }) => `${protocol}${port === undefined ? '' : ` ${port}`}`).join(', ');
  return `${rule.type} ${destinationText(rule)}${ports === '' ? '' : ` (${ports})`}`;
};
