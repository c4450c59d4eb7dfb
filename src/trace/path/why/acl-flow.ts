import type { LogicalFlow } from '../../../ovn/southbound/flow-source.js';
import type { AccessStep } from '../path-trace.js';

/**
 * Stages in which access-control rules are matched, and the ones that act on the verdict: since OVN 23.06 a rule only notes
 * it (`_eval`) and the `_action` stage acts and counts the tier; before that a rule acts where it is matched.
 */
const ACCESS_CONTROL = /^ls_(?:in|out)_acl(_after_lb)?(?:_(eval|action))?$/;

export interface AclStage {
  readonly afterLoadBalancing: boolean;
  readonly part: 'eval' | 'action' | 'both';
}

/** What a stage is to access control; undefined for any other. */
export function aclStage(stage: string | undefined): AclStage | undefined {
  const [match, after, part] = ACCESS_CONTROL.exec(stage ?? '') ?? [];
  if (match === undefined) return undefined;
  return { afterLoadBalancing: after !== undefined, part: part === 'eval' || part === 'action' ? part : 'both' };
}

type Outcome = Exclude<AccessStep['outcome'], 'no-match'>;

/** What the flow of a rule decides, from its actions. */
export function aclOutcome({ actions, stage }: LogicalFlow): Outcome {
  if (aclStage(stage)?.part === 'eval') {
    if (actions.includes('reg8[16] = 1')) return 'allows';
    if (actions.includes('reg8[17] = 1')) return 'denies';
    return actions.includes('reg8[18] = 1') ? 'rejects' : 'passes';
  }
  if (/\b(?:reject|tcp_reset|icmp[46])\b/.test(actions)) return 'rejects';
  return /\bnext;/.test(actions) ? 'allows' : 'denies';
}
