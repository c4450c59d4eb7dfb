import { unreachable } from '../../base/unreachable.js';
import type { Action } from '../../lflow/actions/ast.js';
import { decrementTtl, exchange, load, loadOvnField, move, pop, push } from './assign.js';
import {
  ctClear,
  ctCommit,
  ctCommitNat,
  ctCommitToZone,
  ctLb,
  ctNat,
  ctNext,
  ctRead,
  ctSnatToVip,
  hairpin,
  select,
} from './conntrack.js';
import {
  checkAffinity,
  checkEcmpNextHop,
  checkPacketLarger,
  commitAffinity,
  dhcpRelay,
  dnsLookup,
  floodRemote,
  getRemoteFdb,
  log,
  putDhcpOptions,
  putRouterAdvertisement,
} from './effects.js';
import { clone, generate } from './generators.js';
import {
  checkPortSecurity,
  getFdb,
  getMacBinding,
  lookupFdb,
  lookupMacBinding,
  lookupMacBindingIp,
} from './lookups.js';
import { forwardToGroup, mirror, next, output } from './output.js';
import type { Execution } from './run.js';

/**
 * Runs one action of a list, preceded by its canonical text. `next` and forks trace the rest of the pipeline before the
 * statements after them run: on the same packet after `next`, on the original after a fork.
 */
export function perform(action: Action, execution: Execution): void {
  const text = execution.run.wording.action(action, execution.pipeline, execution.table);
  execution.nodes.push({ kind: 'action', text, action, children: [] });
  act(action, execution, text);
}

/** What a list without actions does. */
export function drop({ nodes }: Execution): void {
  nodes.push({ kind: 'action', text: 'drop;', action: undefined, children: [] });
}

function act(action: Action, execution: Execution, text: string): void {
  switch (action.kind) {
    case 'output':
      return output(action, execution);
    case 'next':
      return next(action, execution);
    case 'clone':
      return clone(action, execution);
    case 'load':
      return load(action, execution, text);
    case 'ovnFieldLoad':
      return loadOvnField(action, execution, text);
    case 'move':
      return move(action, execution);
    case 'exchange':
      return exchange(action, execution);
    case 'push':
      return push(action, execution);
    case 'pop':
      return pop(action, execution);
    case 'decTtl':
      return decrementTtl(action, execution);
    case 'ctNext':
      return ctNext(action, execution);
    case 'ctCommit':
    case 'ctCommitV1':
      return ctCommit(action, execution);
    case 'ctNat':
      return ctNat(action, execution);
    case 'ctCommitNat':
      return ctCommitNat(action, execution);
    case 'ctCommitToZone':
      return ctCommitToZone(action, execution);
    case 'ctLb':
      return ctLb(action, execution);
    case 'ctClear':
      return ctClear(action, execution);
    case 'ctSnatToVip':
      return ctSnatToVip(action, execution);
    case 'ctRead':
      return ctRead(action, execution);
    case 'nested':
      return generate(action, execution);
    case 'getMacBinding':
      return getMacBinding(action, execution);
    case 'lookupMacBinding':
      return lookupMacBinding(action, execution);
    case 'lookupMacBindingIp':
      return lookupMacBindingIp(action, execution);
    case 'lookupFdb':
      return lookupFdb(action, execution);
    case 'getFdb':
      return getFdb(action, execution);
    case 'getRemoteFdb':
      return getRemoteFdb(action, execution);
    case 'dnsLookup':
      return dnsLookup(action, execution);
    case 'checkPktLarger':
      return checkPacketLarger(action, execution);
    case 'chkLbHairpin':
      return hairpin(action, execution);
    case 'checkPortSec':
      return checkPortSecurity(action, execution);
    case 'chkEcmpNh':
      return checkEcmpNextHop(action, execution);
    case 'chkLbAff':
      return checkAffinity(action, execution);
    case 'select':
      return select(action, execution);
    case 'putDhcpOpts':
      return putDhcpOptions(action, execution, text);
    case 'putNdRaOpts':
      return putRouterAdvertisement(action, execution, text);
    case 'dhcpRelayCheck':
      return dhcpRelay(action, execution);
    case 'log':
      return log(action, execution);
    case 'floodRemote':
      return floodRemote(execution);
    case 'mirror':
      return mirror(action, execution);
    case 'fwdGroup':
      return forwardToGroup(action, execution);
    case 'commitLbAff':
      return commitAffinity(action, execution);
    case 'commitEcmpNh':
      return execution.run.semantics.commitEcmp(action, execution.packet, execution);
    case 'putMacBinding':
    case 'putFdb':
    case 'setQueue':
    case 'setMeter':
    case 'bare':
    case 'bindVport':
    case 'handleSvcCheck':
    case 'triggerEvent':
    case 'sample':
      // They tell the controller or the switch something; the packet and its way do not change.
      return;
    default:
      unreachable(action);
  }
}
