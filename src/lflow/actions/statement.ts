import { suggestion } from '../nearest-name.js';
import { cover } from '../span.js';
import type { FieldRef } from '../symbols/symbol.js';
import type { ActionParser, Draft } from './action-parser.js';
import type { Action } from './ast.js';
import { parseDecTtl, parseExchange, parseLoad, parseMove, parsePop, parsePush } from './parse/assign.js';
import { parseCommit, parseCommitToZone, parseNat, parseZoned } from './parse/conntrack.js';
import { parseClone, parseNext } from './parse/control.js';
import { parseDhcpRelay } from './parse/dhcp-relay.js';
import { parseTriggerEvent } from './parse/events.js';
import { GENERATORS } from './parse/generators.js';
import { parseCommitEcmpNh, parseCommitLbAff } from './parse/learning.js';
import { parseLb } from './parse/load-balancing.js';
import { parseLog } from './parse/log.js';
import {
  parseCheckPktLarger,
  parseGetFdb,
  parseGetMacBinding,
  parseLookupFdb,
  parseLookupMacBinding,
  parseLookupMacBindingIp,
  parsePutFdb,
  parsePutMacBinding,
} from './parse/lookups.js';
import { parsePutNdRaOpts } from './parse/nd-ra-options.js';
import { parsePutDhcpOpts, parsePutDhcpv6Opts } from './parse/options.js';
import { parseBindVport, parseFwdGroup, parseHandleSvcCheck, parseMirror } from './parse/ports.js';
import { parseSetMeter, parseSetQueue } from './parse/quality-of-service.js';
import { RESULTS } from './parse/results.js';
import { parseSample } from './parse/sample.js';
import { parseSelect } from './parse/select.js';

type StatementParser = (parser: ActionParser) => Draft | undefined;
type ResultParser = (parser: ActionParser, dst: FieldRef) => Draft | undefined;

/** Statements that begin with the name of the action, parsed after it. A new action is one line here or below. */
const STATEMENTS: ReadonlyMap<string, StatementParser> = new Map<string, StatementParser>([
  ['output', () => ({ kind: 'output' })],
  ['next', parseNext],
  ['clone', parseClone],
  ['push', parsePush],
  ['pop', parsePop],
  ['ip.ttl', parseDecTtl],
  ['ct_next', parseZoned('ctNext', 'ct_next')],
  ['ct_commit', parseCommit],
  ['ct_commit_nat', parseZoned('ctCommitNat', 'ct_commit_nat')],
  ['ct_commit_to_zone', parseCommitToZone],
  ['ct_dnat', parseNat('ct_dnat')],
  ['ct_snat', parseNat('ct_snat')],
  ['ct_dnat_in_czone', parseNat('ct_dnat_in_czone')],
  ['ct_snat_in_czone', parseNat('ct_snat_in_czone')],
  ['ct_lb', parseLb('ct_lb')],
  ['ct_lb_mark', parseLb('ct_lb_mark')],
  ['ct_lb_mark_local', parseLb('ct_lb_mark_local')],
  ['ct_clear', () => ({ kind: 'ctClear' })],
  ['ct_snat_to_vip', () => ({ kind: 'ctSnatToVip' })],
  ...GENERATORS,
  ['get_arp', parseGetMacBinding(4)],
  ['get_nd', parseGetMacBinding(6)],
  ['put_arp', parsePutMacBinding(4)],
  ['put_nd', parsePutMacBinding(6)],
  ['put_fdb', parsePutFdb],
  ['set_queue', parseSetQueue],
  ['set_meter', parseSetMeter],
  ['igmp', () => ({ kind: 'bare', name: 'igmp' })],
  ['handle_dhcpv6_reply', () => ({ kind: 'bare', name: 'handle_dhcpv6_reply' })],
  ['handle_bfd_msg', parseHandleBfdMsg],
  ['mac_cache_use', () => ({ kind: 'bare', name: 'mac_cache_use' })],
  ['flood_remote', () => ({ kind: 'floodRemote' })],
  ['mirror', parseMirror],
  ['bind_vport', parseBindVport],
  ['handle_svc_check', parseHandleSvcCheck],
  ['fwd_group', parseFwdGroup],
  ['trigger_event', parseTriggerEvent],
  ['commit_ecmp_nh', parseCommitEcmpNh],
  ['commit_lb_aff', parseCommitLbAff],
  ['sample', parseSample],
  ['log', parseLog],
]);

/** `F = NAME(…)`, parsed after the name. */
const RESULT_ACTIONS: ReadonlyMap<string, ResultParser> = new Map<string, ResultParser>([
  ...RESULTS,
  ['lookup_arp', parseLookupMacBinding(4)],
  ['lookup_nd', parseLookupMacBinding(6)],
  ['lookup_arp_ip', parseLookupMacBindingIp(4)],
  ['lookup_nd_ip', parseLookupMacBindingIp(6)],
  ['lookup_fdb', parseLookupFdb],
  ['get_fdb', parseGetFdb('getFdb')],
  ['get_remote_fdb', parseGetFdb('getRemoteFdb')],
  ['check_pkt_larger', parseCheckPktLarger],
  ['select', parseSelect],
  ['put_dhcp_opts', parsePutDhcpOpts],
  ['put_dhcpv6_opts', parsePutDhcpv6Opts],
  ['put_nd_ra_opts', parsePutNdRaOpts],
  ['dhcp_relay_req_chk', parseDhcpRelay('req')],
  ['dhcp_relay_resp_chk', parseDhcpRelay('resp')],
]);

/** One statement with its `;`: an assignment if the second token says so, else an action by name. */
export function parseStatement(parser: ActionParser): Action | undefined {
  const { stream } = parser;
  const { token, next } = stream;
  if (token.kind !== 'id') return stream.expected('');
  const assigns = next.kind === '=' || next.kind === '<->' || next.kind === '[';
  const draft = assigns ? parseAssignment(parser) : parseNamed(parser, token.name);
  if (draft === undefined) return undefined;
  const span = cover(token.span, stream.previousSpan);
  return stream.expect(';') ? { ...draft, span } : undefined;
}

function parseNamed(parser: ActionParser, name: string): Draft | undefined {
  const parse = STATEMENTS.get(name);
  if (parse === undefined) {
    return parser.stream.expected('expecting action', { code: 'unknown-name', help: helpFor(parser, name) });
  }
  parser.stream.take();
  return parse(parser);
}

function helpFor(parser: ActionParser, name: string): string | undefined {
  if (RESULT_ACTIONS.has(name)) return `${name} gives a result: FIELD = ${name}(…);`;
  if (parser.environment.symbols.has(name)) return `${name} is a field: assign to it with \`=\` or \`<->\``;
  return suggestion(name, [...STATEMENTS.keys(), ...RESULT_ACTIONS.keys(), 'drop']);
}

function parseAssignment(parser: ActionParser): Draft | undefined {
  const { stream } = parser;
  const dst = parser.field();
  if (dst === undefined) return undefined;
  if (stream.accept('<->')) return parseExchange(parser, dst);
  if (!stream.accept('=')) return stream.expected("expecting `=' or `<->'");
  const { token, next } = stream;
  if (token.kind !== 'id') return parseLoad(parser, dst);
  const result = next.kind === '(' ? RESULT_ACTIONS.get(token.name) : undefined;
  if (result === undefined) return parseMove(parser, dst);
  stream.take();
  return result(parser, dst);
}

function parseHandleBfdMsg({ stream }: ActionParser): Draft | undefined {
  return stream.expect('(') && stream.expect(')') ? { kind: 'bare', name: 'handle_bfd_msg' } : undefined;
}
