/**
 * What a stage did, in words, for the stages a reader of a path cares about: access control, routing, marking. Read from
 * the flow itself, because a flow says exactly what happened and its owner says for whom. Stages with nothing to tell
 * add nothing. Names and actions are those ovn-northd writes, releases 22.03 to 26.03; what each register means is in
 * ovn-architecture(7) and ovn-northd(8).
 */
import type { Stage } from '../../trace/path/path-trace.js';
import { by } from './words.js';

/** What one stage did, with the stage as the evidence. */
export interface Effect {
  readonly text: string;
  readonly stage: Stage;
}

/** Up to 23.03 an ACL acts where it is matched; later its stage ends in `_eval` and only notes the verdict. */
const ACL_STAGE = /^ls_(?:in|out)_acl(?:_after_lb)?(_eval)?$/;
const QOS_STAGE = /^ls_(?:in|out)_qos(?:_mark)?$/;

function aclVerdict(actions: string, onlyNotes: boolean): string {
  if (onlyNotes) {
    if (actions.includes('reg8[16] = 1')) return 'allowed';
    if (actions.includes('reg8[17] = 1')) return 'dropped';
    return actions.includes('reg8[18] = 1') ? 'rejected' : 'passed on';
  }
  if (/\b(?:reject|tcp_reset|icmp[46])\b/.test(actions)) return 'rejected';
  // What goes nowhere is dropped, also where northd writes the word in a comment only.
  return /\bnext;/.test(actions) ? 'allowed' : 'dropped';
}

function accessControl(stage: Stage, onlyNotes: boolean): string | undefined {
  if (stage.owner === undefined || stage.actions === undefined) return undefined;
  return aclVerdict(stage.actions, onlyNotes) + by(stage.owner);
}

/** The next hop a flow of a router writes, in words: an address, or the destination itself on a connected network. */
function nextHop(actions: string): string | undefined {
  const hop = /\b(?:xxreg0|reg0) = ([0-9a-f.:]+|ip[46]\.dst);/.exec(actions)?.[1];
  if (hop === undefined) return undefined;
  return hop.startsWith('ip') ? 'directly' : `via ${hop}`;
}

function route({ match = '', actions = '' }: Stage): string | undefined {
  const [, side, prefix] = /\bip[46]\.(dst|src) == ([0-9a-f.:]+(?:\/[0-9a-f.:]+)?)/.exec(match) ?? [];
  if (prefix === undefined) return undefined;
  return ['route', side === 'src' ? 'from' : 'to', prefix, nextHop(actions) ?? []].flat().join(' ');
}

function reroute({ actions = '', owner }: Stage): string | undefined {
  const policy = owner === undefined ? ' by a routing policy' : by(owner);
  if (/\bdrop;/.test(actions)) return `dropped${policy}`;
  const hop = nextHop(actions);
  return hop === undefined ? undefined : `rerouted ${hop}${policy}`;
}

function marking({ actions = '', owner }: Stage): string | undefined {
  const dscp = /\bip\.dscp = (\d+)/.exec(actions)?.[1];
  return dscp === undefined ? undefined : `dscp ${dscp}${by(owner)}`;
}

/**
 * What a run of stages of one datapath did, in their order. Where a routing policy overrules a route only the policy is
 * told, and the member of an equal-cost set completes the route or policy that pointed to the set.
 */
export function effectsOf(stages: readonly Stage[]): Effect[] {
  const effects: Effect[] = [];
  let routing: number | undefined;
  const add = (text: string | undefined, stage: Stage): void => {
    if (text !== undefined) effects.push({ text, stage });
  };
  const addRouting = (text: string | undefined, stage: Stage): void => {
    if (text === undefined) return;
    if (routing !== undefined) effects.splice(routing, 1);
    routing = effects.push({ text, stage }) - 1;
  };
  for (const stage of stages) {
    const { name = '', actions = '' } = stage;
    const acl = ACL_STAGE.exec(name);
    if (acl !== null) add(accessControl(stage, acl[1] !== undefined), stage);
    else if (name === 'lr_in_ip_routing') addRouting(route(stage), stage);
    else if (name === 'lr_in_policy') addRouting(reroute(stage), stage);
    else if (name === 'lr_in_ip_routing_ecmp' || name === 'lr_in_policy_ecmp') {
      const hop = nextHop(actions);
      const set = routing === undefined ? undefined : effects[routing]?.text;
      if (hop !== undefined) addRouting(`${set ?? 'routed'} ${hop} (equal cost)`, stage);
    } else if (QOS_STAGE.test(name)) add(marking(stage), stage);
  }
  return effects;
}
