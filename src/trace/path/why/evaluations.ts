/**
 * Where access control looked at a packet, and what it said tier by tier.
 *
 * Input: the legs of a journey (visited tables with the packet as it was); output: one evaluation for every pass of access
 * control, each a list of looks, one a tier. The tier is read from the register that counts it (reg8[30..31], ovn-northd(8)),
 * who is behind a rule from the row that northd's hint names. Must not know commands or formats.
 */
import { Slot } from '../../../lflow/packet/slots.js';
import type { Datapath } from '../../../ovn/southbound/datapaths.js';
import type { Pipeline } from '../../../ovn/southbound/flow-source.js';
import type { TableNode } from '../../tree.js';
import type { Attributor } from '../attribution.js';
import type { AccessControl, AccessStep, OwnerSummary } from '../path-trace.js';
import type { Leg } from '../walk.js';
import { aclOutcome, aclStage } from './acl-flow.js';

/** One tier as a packet met it; `rule` is the table where a rule of it may have matched, absent when all of it was passed over. */
export interface Look {
  readonly tier: number;
  readonly rule?: TableNode;
  /** The packet as the rules of the tier saw it. */
  readonly seen: TableNode;
}

/** One pass of access control in one pipeline. */
export interface Evaluation {
  readonly leg: Leg;
  readonly datapath: Datapath;
  readonly pipeline: Pipeline;
  readonly looks: readonly Look[];
  readonly tables: readonly TableNode[];
}

/** The tier counter is the top of reg8, which is the upper half of xreg4. */
const TIER_SHIFT = 62n;

export function evaluationsOf(legs: readonly Leg[]): readonly Evaluation[] {
  const found: Evaluation[] = [];
  for (const leg of legs) {
    let tables: TableNode[] = [];
    let after: boolean | undefined;
    const close = (): void => {
      const [first] = tables;
      if (first !== undefined) {
        found.push({ leg, datapath: first.datapath, pipeline: first.pipeline, looks: looksOf(tables), tables });
      }
      tables = [];
      after = undefined;
    };
    for (const node of leg.nodes) {
      if (node.kind === 'pipeline') close();
      const stage = node.kind === 'table' ? aclStage(node.stage) : undefined;
      if (node.kind !== 'table' || stage === undefined) continue;
      if (after !== stage.afterLoadBalancing) close();
      after = stage.afterLoadBalancing;
      tables.push(node);
    }
    close();
  }
  return found;
}

function looksOf(tables: readonly TableNode[]): readonly Look[] {
  const looks: Look[] = [];
  let open = false;
  for (const table of tables) {
    const part = aclStage(table.stage)?.part;
    if (part === 'action') {
      // Rules that nothing of the packet concerned were passed over without a trace of them.
      if (!open) looks.push({ tier: tierOf(table), seen: table });
      open = false;
    } else {
      looks.push({ tier: tierOf(table), rule: table, seen: table });
      open = part === 'eval';
    }
  }
  return looks;
}

function tierOf({ before }: TableNode): number {
  return Number(before[Slot.xreg4] >> TIER_SHIFT) & 3;
}

/** The number of the table in which rules are matched, for a look at it or at the stage behind it. */
export function ruleTable({ leg, datapath, pipeline }: Evaluation, { seen }: Look): number | undefined {
  const flows = leg.southbound.flows.flowsOf(datapath);
  for (let table = seen.table; table >= 0; table--) {
    const part = aclStage(flows.table(pipeline, table)[0]?.stage)?.part;
    if (part === 'eval' || part === 'both') return table;
  }
  return undefined;
}

/** What the rules that matched said, for every place where one did. */
export async function accessControlOf(legs: readonly Leg[], attributor: Attributor): Promise<readonly AccessControl[]> {
  const places: AccessControl[] = [];
  for (const evaluation of evaluationsOf(legs)) {
    const steps: AccessStep[] = [];
    for (const look of evaluation.looks) {
      const step = await matchedStep(evaluation, look, attributor);
      if (step !== undefined) steps.push(step);
    }
    if (steps.length === 0) continue;
    const { leg, datapath, pipeline } = evaluation;
    places.push({
      zone: leg.zone.name,
      datapath: datapath.displayName,
      direction: pipeline === 'ingress' ? 'egress' : 'ingress',
      steps,
    });
  }
  return places;
}

/** The step of a tier in which a rule with an owner matched. */
export async function matchedStep(
  { leg }: Evaluation,
  { tier, rule }: Look,
  attributor: Attributor,
): Promise<AccessStep | undefined> {
  if (rule?.flow === undefined) return undefined;
  const owner = (await attributor.originAt(leg, rule))?.owner;
  return owner === undefined ? undefined : stepOf(tier, aclOutcome(rule.flow), owner.summary);
}

/** One step, with its words. */
export function stepOf(tier: number, outcome: AccessStep['outcome'], object: OwnerSummary): AccessStep {
  const name = ruleName(object);
  const text =
    outcome === 'no-match'
      ? `${name}: no rule matches`
      : object.kind === 'DefaultDeny' && outcome === 'denies'
        ? `default deny of ${object.namespace ?? object.name}`
        : `${name} ${outcome}`;
  return { tier, outcome, object, text };
}

const POLICIES: ReadonlySet<OwnerSummary['kind']> = new Set([
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'EgressFirewall',
]);

/** `NetworkPolicy shop/web-ingress, ingress rule 0`; other owners are described as always. */
export function ruleName({ kind, namespace, name, rule, direction, text }: OwnerSummary): string {
  if (!POLICIES.has(kind)) return text;
  const object = `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
  return rule === undefined ? object : `${object}, ${direction === undefined ? '' : `${direction} `}rule ${rule}`;
}
