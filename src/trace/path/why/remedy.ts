import { formatAddress } from '../../../net/prefix.js';
import type { Owner } from '../../../ovnk/owner.js';
import type { Remedy } from '../path-trace.js';
import { endOf } from './closest.js';
import type { NearMiss, Request } from './closest.js';
import { serviceWords } from './compare.js';
import type { Service } from './compare.js';
import { ruleName } from './evaluations.js';
import { labelArguments, tellingLabels } from './labels.js';
import type { Party } from './party.js';
import { portWords } from './rule-spec.js';
import { yamlOf } from './yaml.js';

type Json = string | number | readonly Json[] | { readonly [key: string]: Json };
type List = 'ingress' | 'egress';

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** A change of an object as a command; JSON has no single quotes unless a name brings one, and then the shell needs help. */
function patch(object: string, path: string, value: Json): string {
  const text = JSON.stringify([{ op: 'add', path, value }]).replaceAll("'", `'\\''`);
  return `kubectl patch ${object} --type=json -p '${text}'`;
}

function target(owner: Owner): string | undefined {
  switch (owner.kind) {
    case 'NetworkPolicy':
      return `networkpolicy -n ${owner.namespace} ${owner.name}`;
    case 'AdminNetworkPolicy':
      return `adminnetworkpolicy ${owner.name}`;
    case 'BaselineAdminNetworkPolicy':
      return `baselineadminnetworkpolicy ${owner.name}`;
    default:
      return undefined;
  }
}

const listOf = (owner: Owner): List => ('direction' in owner && owner.direction === 'Egress' ? 'egress' : 'ingress');
const peersKey = (list: List): 'from' | 'to' => (list === 'ingress' ? 'from' : 'to');
const isAdmin = ({ kind }: Owner): boolean => kind === 'AdminNetworkPolicy' || kind === 'BaselineAdminNetworkPolicy';

/** The selectors of exactly this party, as the two kinds of policies write peers. */
function peerValue({ pod, address }: Party, admin: boolean): Json {
  if (pod === undefined) {
    const cidr = `${formatAddress(address)}/${address.family === 4 ? 32 : 128}`;
    return admin ? { networks: [cidr] } : { ipBlock: { cidr } };
  }
  const namespaceSelector = { matchLabels: { [NAME_LABEL]: pod.metadata.namespace } };
  const podSelector = { matchLabels: Object.fromEntries(tellingLabels(pod.metadata.labels)) };
  return admin ? { pods: { namespaceSelector, podSelector } } : { namespaceSelector, podSelector };
}

/** The ports entry for the service; undefined for protocols without ports, which a policy cannot name. */
function portValue({ protocol, port }: Service, admin: boolean): Json | undefined {
  if (port === undefined) return undefined;
  return admin ? { portNumber: { protocol, port } } : { protocol, port };
}

function ruleValue(list: List, party: Party, service: Service): Record<string, Json> {
  const port = portValue(service, false);
  return { [peersKey(list)]: [peerValue(party, false)], ...(port === undefined ? {} : { ports: [port] }) };
}

function snippet(list: List, party: Party, service: Service): NonNullable<Remedy['rule']> {
  return { kind: 'NetworkPolicy', list, yaml: yamlOf([ruleValue(list, party, service)]) };
}

/** What would let a packet through that no policy allows, or that a baseline denies. */
export function policyRemedy(
  list: List,
  request: Request,
  miss: NearMiss | undefined,
  baseline: boolean,
): Remedy | undefined {
  const mended = miss === undefined ? undefined : mend(miss, request);
  const party = list === 'ingress' ? request.source : request.destination;
  const subject = list === 'ingress' ? request.destination : request.source;
  const rule = snippet(list, party, request.service);
  if (mended !== undefined) return { ...mended, rule };
  const pod = subject.pod === undefined ? 'the pod' : subject.name;
  const isolates = baseline ? '; from then on all other traffic of it needs a rule, too' : '';
  return { text: `add a rule to spec.${list} of a NetworkPolicy that selects ${pod}${isolates}`, rule };
}

/** The smallest change by which the nearest rule would let the packet through. */
function mend(
  { owner, summary, spec, differences }: NearMiss,
  { source, destination, service }: Request,
): Remedy | undefined {
  const object = target(owner);
  const list = listOf(owner);
  if (object === undefined || !('rule' in owner) || typeof owner.rule !== 'number' || spec === undefined)
    return undefined;
  const party = endOf(owner) === 'source' ? source : destination;
  const rule = ruleName(summary);
  const at = `/spec/${list}/${owner.rule}`;
  const [first, second] = differences;
  if (first === undefined || first.what === 'address-set') return undefined;
  if (second === undefined && (first.what === 'port' || first.what === 'protocol')) {
    const value = portValue(service, isAdmin(owner));
    if (value === undefined) return undefined;
    return {
      text: `use ${portWords(spec.ports)}; or add ${serviceWords(service)} to ${rule}`,
      command: patch(object, `${at}/ports/-`, value),
    };
  }
  if (differences.some(({ what }) => what === 'port' || what === 'protocol')) {
    if (isAdmin(owner)) return undefined;
    return {
      text: `add a rule for ${party.name} and ${serviceWords(service)} to ${objectName(rule)}`,
      command: patch(object, `/spec/${list}/-`, ruleValue(list, party, service)),
    };
  }
  const labelled = relabel(differences, party);
  if (labelled !== undefined) return labelled;
  return {
    text: `add ${party.name} to the peers of ${rule}`,
    command: patch(object, `${at}/${peersKey(list)}/-`, peerValue(party, isAdmin(owner))),
  };
}

/** The name of a rule without the rule. */
const objectName = (rule: string): string => rule.replace(/, (?:in|e)gress rule \d+$/, '');

/** Labels that make the peer one that the rule selects; undefined when labels alone can't. */
function relabel(differences: NearMiss['differences'], { pod, namespace }: Party): Remedy | undefined {
  if (pod === undefined) return undefined;
  const { name, namespace: home, labels: own } = pod.metadata;
  const commands: string[] = [];
  const texts: string[] = [];
  for (const { what, labels } of differences) {
    if (labels === undefined || labels.some(({ key }) => key === NAME_LABEL)) return undefined;
    const wanted = labels
      .map(({ key, value, wanted: text }) => (value === undefined ? text : `${key}=${value}`))
      .join(', ');
    if (what === 'labels') {
      const lost = labels.filter(({ key }) => own.has(key)).map(({ key }) => `${key}=${own.get(key) ?? ''}`);
      texts.push(
        `give pod ${home}/${name} the label ${wanted}${lost.length === 0 ? '' : ` in place of ${lost.join(', ')}`}`,
      );
      commands.push(`kubectl label pod -n ${home} ${name} ${labelArguments(labels, own)}`);
    } else if (what === 'namespace' && namespace !== undefined) {
      texts.push(`give namespace ${home} the label ${wanted}`);
      commands.push(`kubectl label namespace ${home} ${labelArguments(labels, namespace.metadata.labels)}`);
    } else {
      return undefined;
    }
  }
  return { text: `${texts.join(' and ')}, or add a rule for it`, command: commands.join(' && ') };
}

/** What has precedence over a deny of an AdminNetworkPolicy. */
export function adminRemedy(owner: Owner, priority: number | undefined, request: Request): Remedy | undefined {
  const object = target(owner);
  if (object === undefined || !('rule' in owner) || typeof owner.rule !== 'number') return undefined;
  const list = listOf(owner);
  const party = list === 'ingress' ? request.source : request.destination;
  const port = portValue(request.service, true);
  const value = {
    name: 'allow-traced',
    action: 'Allow',
    [peersKey(list)]: [peerValue(party, true)],
    ...(port === undefined ? {} : { ports: [port] }),
  };
  const others =
    priority === undefined || priority === 0 ? '' : `, or in an AdminNetworkPolicy with a priority below ${priority}`;
  const name = 'name' in owner ? owner.name : '';
  return {
    text: `an Allow (or Pass) rule has to come before ${list} rule ${owner.rule} of ${owner.kind} ${name}${others}`,
    command: patch(object, `/spec/${list}/${owner.rule}`, value),
  };
}

/** Where an Allow of an EgressFirewall must go to be asked before the rule that denies. */
export function firewallRemedy(
  { namespace, rule }: Owner & { readonly kind: 'EgressFirewall' },
  { destination, service }: Request,
  miss: NearMiss | undefined,
): Remedy | undefined {
  if (rule === undefined) return undefined;
  const object = `egressfirewall -n ${namespace} default`;
  const ports = service.port === undefined ? undefined : { protocol: service.protocol, port: service.port };
  if (miss?.owner.kind === 'EgressFirewall' && miss.owner.rule !== undefined && ports !== undefined) {
    return {
      text: `use ${portWords(miss.spec?.ports ?? [])}; or add ${serviceWords(service)} to rule ${miss.owner.rule}`,
      command: patch(object, `/spec/egress/${miss.owner.rule}/ports/-`, ports),
    };
  }
  const cidr = `${formatAddress(destination.address)}/${destination.address.family === 4 ? 32 : 128}`;
  const value = { type: 'Allow', to: { cidrSelector: cidr }, ...(ports === undefined ? {} : { ports: [ports] }) };
  return {
    text: `an Allow for ${cidr} has to come before rule ${rule}, anywhere from spec.egress[0] to spec.egress[${rule}]`,
    command: patch(object, `/spec/egress/${rule}`, value),
  };
}
