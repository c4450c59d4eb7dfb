import { formatAddress } from '../../../net/prefix.js';
import type { Owner } from '../../../ovnk/owner.js';
import { qualifiedName } from '../../../kube/model/object-meta.js';
import type { Pod } from '../../../kube/model/pod.js';
import { podNetworks, primaryNetwork } from '../../../ovnk/pod-networks.js';
import type { TableNode } from '../../tree.js';
import { unlessUnreadable } from '../../../world/unreadable.js';
import type { Attributor } from '../attribution.js';
import type { AccessStep, Cause, ClosestRule, OwnerSummary } from '../path-trace.js';
import type { Leg } from '../walk.js';
import { knownRules, nearestMiss, requestAt } from './closest.js';
import type { KnownRule, NearMiss, Request } from './closest.js';
import { evaluationsOf, matchedStep, stepOf } from './evaluations.js';
import type { Evaluation, Look } from './evaluations.js';
import { adminRemedy, firewallRemedy, policyRemedy } from './remedy.js';
import { lenientRules } from './rules-of-port.js';

type Explanation = Pick<Cause, 'chain' | 'closest' | 'remedy' | 'missing'>;

/** Policies that are told even when none of their rules matched, because that is why the next tier was asked. */
const TOLD: ReadonlySet<Owner['kind']> = new Set(['NetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy']);

/**
 * The drop of an access-control rule explained: what each tier said, which rule came nearest to letting the packet through,
 * and what would. `deciding` is the table of the rule, which one of the legs visited.
 */
export async function explainAccess(
  legs: readonly Leg[],
  deciding: TableNode,
  owner: Owner | undefined,
  attributor: Attributor,
): Promise<Explanation> {
  const evaluation = evaluationsOf(legs).findLast(({ tables }) => tables.includes(deciding));
  const at = evaluation?.looks.findIndex(({ seen }) => seen === deciding) ?? -1;
  const look = evaluation?.looks[at];
  if (evaluation === undefined || look === undefined) return {};
  const steps: AccessStep[] = [];
  for (const earlier of evaluation.looks.slice(0, at)) {
    const matched = await matchedStep(evaluation, earlier, attributor);
    if (matched === undefined)
      steps.push(...unmatched(earlier, await rulesFor(evaluation, earlier, undefined, attributor)));
    else steps.push(matched);
  }
  const rules = await rulesFor(evaluation, look, deciding.flow?.priority, attributor);
  const decision = await matchedStep(evaluation, look, attributor);
  if (decision?.object.kind === 'DefaultDeny') {
    steps.push(
      ...unmatched(
        look,
        rules.filter(({ owner: { kind } }) => kind === 'NetworkPolicy'),
      ),
    );
  }
  if (decision !== undefined) steps.push(decision);
  const request = await requestAt(look, legs, attributor);
  const miss = request && (await nearestMiss(rules, request, attributor));
  const more =
    owner === undefined || request === undefined ? {} : await advice(owner, evaluation, request, miss, attributor);
  return {
    ...(steps.length === 0 ? {} : { chain: steps }),
    ...(miss === undefined ? {} : { closest: closestOf(miss) }),
    ...more,
  };
}

async function rulesFor(
  evaluation: Evaluation,
  look: Look,
  above: number | undefined,
  attributor: Attributor,
): Promise<readonly KnownRule[]> {
  return knownRules(lenientRules(evaluation, look, above), evaluation, attributor);
}

/** One step for every policy that has rules for the port, none of which matched. */
function unmatched({ tier }: Look, rules: readonly KnownRule[]): readonly AccessStep[] {
  const objects = new Map<string, OwnerSummary>();
  for (const { owner, summary } of rules) {
    if (!TOLD.has(owner.kind)) continue;
    const { kind, namespace, name, direction } = summary;
    const key = `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
    if (objects.has(key)) continue;
    objects.set(key, {
      kind,
      ...(namespace === undefined ? {} : { namespace }),
      name,
      ...(direction === undefined ? {} : { direction }),
      text: key,
    });
  }
  return [...objects.keys()].sort().flatMap((key) => {
    const object = objects.get(key);
    return object === undefined ? [] : [stepOf(tier, 'no-match', object)];
  });
}

function closestOf({ summary, differences }: NearMiss): ClosestRule {
  return {
    object: summary,
    mismatches: differences.map(({ what, wanted, actual, text }) => ({ what, wanted, actual, text })),
  };
}

/** What to change, by the kind of the object that decided. */
async function advice(
  owner: Owner,
  evaluation: Evaluation,
  request: Request,
  miss: NearMiss | undefined,
  attributor: Attributor,
): Promise<Pick<Explanation, 'remedy' | 'missing'>> {
  switch (owner.kind) {
    case 'DefaultDeny':
    case 'BaselineAdminNetworkPolicy': {
      const list = evaluation.pipeline === 'ingress' ? 'egress' : 'ingress';
      const remedy = policyRemedy(list, request, miss, owner.kind !== 'DefaultDeny');
      return { ...(remedy === undefined ? {} : { remedy }), ...hidden(request, list) };
    }
    case 'AdminNetworkPolicy': {
      const { kube } = attributor.world;
      const policy = kube.available
        ? await unlessUnreadable(() => kube.get('adminnetworkpolicies', '', owner.name))
        : undefined;
      const remedy = adminRemedy(owner, policy?.priority, request);
      const priority = policy?.priority === undefined ? '' : ` (priority ${policy.priority})`;
      return {
        missing: `AdminNetworkPolicies are asked before NetworkPolicies: none of those can allow what ${owner.name}${priority} denies`,
        ...(remedy === undefined ? {} : { remedy }),
      };
    }
    case 'EgressFirewall': {
      const remedy = firewallRemedy(owner, request, miss);
      return remedy === undefined ? {} : { remedy };
    }
    case 'UDNIsolation':
      return isolation(request);
    default:
      return {};
  }
}

/** A peer that no policy can tell from others, because a router put its own address in its place. */
function hidden({ source }: Request, list: 'ingress' | 'egress'): Pick<Explanation, 'missing'> {
  const { router, address } = source;
  if (list !== 'ingress' || router === undefined) return {};
  const text = formatAddress(address);
  return {
    missing: `${router} put its own address ${text} in place of the sender's, so policies can't tell senders apart; externalTrafficPolicy Local of a service keeps their addresses`,
  };
}

/** Who of the two is confined to a network of its own, and which addresses it has there. */
function isolation({ source, destination, service }: Request): Pick<Explanation, 'remedy' | 'missing'> {
  const facts: string[] = [];
  for (const { pod } of [source, destination]) {
    const own = pod && ownNetwork(pod);
    if (own !== undefined) facts.push(own);
  }
  const missing = facts.join('; ');
  const isConfined = (pod: Pod | undefined): boolean => pod !== undefined && ownNetwork(pod) !== undefined;
  const { pod } = destination;
  if (!isConfined(source.pod) && pod !== undefined && isConfined(pod) && service.port !== undefined) {
    const { namespace, name } = pod.metadata;
    const ports = JSON.stringify([{ protocol: service.protocol.toLowerCase(), port: service.port }]);
    return {
      missing,
      remedy: {
        text: `open the port on the default network for ${destination.name}`,
        command: `kubectl annotate pod -n ${namespace} ${name} k8s.ovn.org/open-default-ports='${ports}'`,
      },
    };
  }
  return missing === '' ? {} : { missing };
}

/** `pod udn-blue/b-0 has its primary network udn-blue/blue, with 10.150.2.3, …`; undefined when that is the default one. */
function ownNetwork(pod: Pod): string | undefined {
  const networks = podNetworks(pod);
  const primary = networks.ok && networks.value !== undefined ? primaryNetwork(networks.value) : undefined;
  if (primary === undefined || primary.attachment === 'default') return undefined;
  const addresses = primary.addresses.map((each) => each.split('/')[0]).join(', ');
  return `the primary network of pod ${qualifiedName(pod)} is ${primary.attachment} (${addresses}); the default network only reaches it from its node`;
}
