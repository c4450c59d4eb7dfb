import type { Action } from '../../lflow/actions/ast.js';
import { atLeast } from '../../lflow/release.js';
import type { OvnRelease } from '../../lflow/release.js';

/** Releases that first had an action, where that is later than the oldest one; whatever is not listed was always there. */
function since(action: Action): OvnRelease | undefined {
  switch (action.kind) {
    case 'bare':
      return action.name === 'mac_cache_use' ? '23.09' : undefined;
    case 'log':
      return action.verdict === 'pass' ? '23.06' : undefined;
    case 'ctRead':
      return action.name === 'ct_proto' ? '25.09' : action.name === 'ct_state_save' ? '24.03' : '23.09';
    case 'ctNext':
      return namesZone(action, 'ct_next') ? '24.03' : undefined;
    case 'ctCommitNat':
      return namesZone(action, 'ct_commit_nat') ? '23.09' : undefined;
    case 'ctCommitToZone':
      return '24.03';
    case 'ctLb':
      return action.variant === 'ct_lb_mark_local' ? '26.03' : undefined;
    case 'dhcpRelayCheck':
      return '24.09';
    case 'sample':
      return action.obsPoint.kind === 'field' ? '24.09' : undefined;
    case 'floodRemote':
      return '25.03';
    case 'select':
      return action.hashFields === undefined ? undefined : '25.03';
    case 'getRemoteFdb':
    case 'mirror':
      return '25.09';
    default:
      return undefined;
  }
}

/** `ct_next(dnat)` means what `ct_next` means, so only the length of the text tells them apart. */
function namesZone({ span }: Action, bare: string): boolean {
  return span.end - span.start > bare.length;
}

/** Whether OVN of that release has the action; a flow with one it has not is not installed by it. */
export function knownSince(action: Action, release: OvnRelease): boolean {
  if (action.kind === 'ctCommitV1' && atLeast(release, '24.09')) return false;
  const first = since(action);
  if (first !== undefined && !atLeast(release, first)) return false;
  return !('body' in action) || action.body.every((inner) => knownSince(inner, release));
}
