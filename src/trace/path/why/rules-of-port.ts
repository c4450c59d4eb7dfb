import { quickConditions } from '../../engine/quick-condition.js';
import type { QuickCondition } from '../../engine/quick-condition.js';
import { FlowTexts } from '../../engine/flow-text.js';
import { explainMismatch } from '../../../lflow/expr/explain.js';
import type { Mismatch } from '../../../lflow/expr/explain.js';
import { Slot } from '../../../lflow/packet/slots.js';
import type { Microflow } from '../../../lflow/packet/slots.js';
import type { LogicalFlow } from '../../../ovn/southbound/flow-source.js';
import { Missing } from '../../../ovsdb/replica/not-held.js';
import { aclOutcome } from './acl-flow.js';
import { ruleTable } from './evaluations.js';
import type { Evaluation, Look } from './evaluations.js';

/** A rule that would let a packet through, and what it has against this one. */
export interface LenientRule {
  readonly flow: LogicalFlow;
  readonly mismatches: readonly Mismatch[];
}

/** A flow and what registers and ports must be for it: whether the packet's port and tier are its concern at all. */
interface Concern {
  readonly flow: LogicalFlow;
  readonly conditions: readonly QuickCondition[];
}

const concerns = new WeakMap<readonly LogicalFlow[], readonly Concern[]>();

/**
 * The rules of a tier that concern the ports of the packet (the port groups of their match have them), let packets through
 * and come before `above`, the priority of the rule that decided (absent: no rule did), with what each has against the packet.
 */
export function lenientRules(evaluation: Evaluation, look: Look, above: number | undefined): readonly LenientRule[] {
  const { leg, datapath, pipeline } = evaluation;
  const { southbound } = leg;
  const table = ruleTable(evaluation, look);
  if (table === undefined) return [];
  const texts = FlowTexts.of(southbound);
  const flows = southbound.flows.flowsOf(datapath).table(pipeline, table);
  const packet = look.seen.before;
  const sets = texts.setsOf(datapath.key);
  const memberships = new Map<string, boolean>();
  const isMember = (name: string, key: bigint): boolean => {
    const memo = `${name} ${key}`;
    let known = memberships.get(memo);
    if (known === undefined) {
      const port = southbound.ports.withKey(datapath, Number(key))?.name;
      known = port !== undefined && (sets.portGroup(name)?.values.includes(port) ?? false);
      memberships.set(memo, known);
    }
    return known;
  };
  const keyOf = texts.portKeysOf(datapath);
  const scope = { portKey: keyOf, isChassisResident: () => false };
  const missing = new Missing();
  const concerned = concernsOf(flows, texts).filter(
    ({ flow, conditions }) =>
      (above === undefined || flow.priority > above) &&
      missing.attempt(() => conditions.every((condition) => holds(condition, packet, isMember, keyOf))),
  );
  missing.require();
  const rules = concerned.flatMap(({ flow }): readonly LenientRule[] => {
    const match = missing.attempt(() => texts.match(flow.match, datapath));
    return match?.ok ? [{ flow, mismatches: explainMismatch(match.value.expr, packet, scope) }] : [];
  });
  missing.require();
  return rules;
}

function concernsOf(flows: readonly LogicalFlow[], texts: FlowTexts): readonly Concern[] {
  let found = concerns.get(flows);
  if (found === undefined) {
    const lenient = flows.filter((flow) => {
      const outcome = aclOutcome(flow);
      return (outcome === 'allows' || outcome === 'passes') && flow.row.map('external_ids').has('stage-hint');
    });
    found = lenient.map((flow) => ({
      flow,
      conditions: quickConditions(flow.match, texts.symbols).filter(({ slot }) => slot < Slot.ethSrc),
    }));
    concerns.set(flows, found);
  }
  return found;
}

function holds(
  condition: QuickCondition,
  packet: Microflow,
  isMember: (group: string, key: bigint) => boolean,
  keyOf: (port: string) => bigint | undefined,
): boolean {
  const actual = packet[condition.slot];
  switch (condition.kind) {
    case 'value':
      return actual === condition.value;
    case 'bits':
      return (actual & condition.mask) === condition.value;
    case 'port':
      return actual === keyOf(condition.name);
    case 'group':
      return isMember(condition.name, actual);
  }
}
