/**
 * Why a packet did not arrive: the flow that decided, who is behind it, and what to do next.
 *
 * Input: the way of the packet, an attributor; output: the verdict of that way and its cause. A packet that ends in an
 * access-control stage was judged by an earlier flow, the one that set the verdict bits; that one is named, not the last.
 * It must not know what the user asked for beyond the destination to speak of.
 */
import { BugError } from '../../base/errors.js';
import type { Owner } from '../../ovnk/owner.js';
import type { ErrorNode, TableNode, TransformationNode } from '../tree.js';
import { addressText } from './headers.js';
import type { Attributor, Origin } from './attribution.js';
import type { Cause, CauseType, Verdict } from './path-trace.js';
import { stageReason } from './stage-reasons.js';
import type { Journey, Leg } from './walk.js';
import { explain } from './why/explain.js';

export interface Judgement {
  readonly verdict: Verdict;
  readonly cause: Cause;
}

type DeadEnd = Extract<Journey['end'], { kind: 'dead' }>;

interface Detail {
  /** Leaves out everything but who decided. */
  readonly brief?: boolean;
  /** Bytes of the frame, when they matter. */
  readonly size?: number;
}

/** Judges a way that ends without a delivery, and explains the judgement unless it is asked to be brief. */
export async function judge(
  journey: Journey,
  end: DeadEnd,
  attributor: Attributor,
  { brief = false, size }: Detail = {},
): Promise<Judgement> {
  const leg = journey.legs.at(-1);
  if (leg === undefined) throw new BugError('a journey has a leg');
  const deciding = decidingTable(leg, end.table);
  const origin = await attributor.originAt(leg, deciding);
  const verdict = verdictOf(end);
  const cause = causeOf(end, deciding, origin, verdict);
  const row = origin?.row;
  const judged: Cause = {
    ...cause,
    ...(origin?.owner === undefined ? {} : { object: origin.owner.summary }),
    ...(row === undefined ? {} : { row }),
  };
  if (brief) return { verdict, cause: judged };
  const { table, generated } = end;
  const owner = origin?.owner?.owner;
  const ending = { legs: journey.legs, table, deciding, owner, generated, size };
  return { verdict, cause: await explain(judged, ending, attributor) };
}

/** Bits of reg8 in which access-control flows leave "drop" and "reject" for the action stage (since OVN 23.06). */
const JUDGED = /reg8\[1[78]\] = 1;/;
const ACCESS_CONTROL = /^ls_(in|out)_acl/;

/** The table whose flow decided: for access control the last one that set a verdict, else where the packet ended. */
function decidingTable(leg: Leg, last: TableNode): TableNode {
  if (!ACCESS_CONTROL.test(last.stage ?? '')) return last;
  const visited = leg.nodes.filter((node) => node.kind === 'table');
  return (
    visited.findLast(
      ({ stage, flow, pipeline, datapath }) =>
        pipeline === last.pipeline &&
        datapath === last.datapath &&
        ACCESS_CONTROL.test(stage ?? '') &&
        JUDGED.test(flow?.actions ?? ''),
    ) ?? last
  );
}

/** Packets that tell the sender it was refused. */
const REFUSALS: ReadonlySet<string> = new Set(['reject', 'tcp_reset', 'sctp_abort', 'icmp4', 'icmp6']);

function verdictOf({ remarks, generated }: DeadEnd): Verdict {
  if (reasonOf(remarks) === 'unsupported') return 'unknown';
  return generated.some(isRefusal) ? 'rejected' : 'dropped';
}

function isRefusal({ action }: TransformationNode): boolean {
  return action.kind === 'nested' && REFUSALS.has(action.name);
}

function reasonOf(remarks: DeadEnd['remarks']): ErrorNode['reason'] {
  return remarks.find((remark) => remark.kind === 'error')?.reason;
}

function causeOf(end: DeadEnd, deciding: TableNode, origin: Origin | undefined, verdict: Verdict): Cause {
  const owner = origin?.owner;
  const said = owner?.summary.text;
  const { table, remarks } = end;
  const stage = table.stage ?? `table ${table.table}`;
  const where = `${stage} of ${table.datapath.displayName}`;
  const error = remarks.find((remark) => remark.kind === 'error');
  switch (error?.reason) {
    case 'unsupported':
      return { type: 'unsupported', message: `ovnctl can't simulate what happens in ${where}: ${plain(error.text)}` };
    case 'limit':
      return { type: 'loop', message: `the packet goes in circles, last through ${where}` };
    case 'refused':
      return { type: 'other', message: plain(error.text) };
    case 'no-backend':
      return {
        type: 'no-endpoints',
        message: said === undefined ? 'no backend' : `${said} has no backend of this family`,
      };
    case 'null-port':
    case 'unknown-port':
    case 'chassisredirect':
    case 'ttl':
    case undefined:
      break;
  }
  if (TOO_BIG.test(table.flow?.actions ?? '')) {
    return { type: 'mtu', message: `${table.datapath.displayName}: the packet is larger than the next link takes` };
  }
  if (ACCESS_CONTROL.test(stage)) return accessControl(owner?.owner, said, deciding, verdict);
  if (/_lb_aff_learn$/.test(stage)) return affinity(said);
  if (/_(lb|dnat)$/.test(stage) && verdict === 'rejected') {
    return {
      type: 'no-endpoints',
      message: `${said ?? 'the load balancer'} has no endpoint to send to`,
      hint: 'Check its endpoints: kubectl get endpointslices, and the readiness of the pods it selects.',
    };
  }
  if (remarks.some(({ kind }) => kind === 'output')) {
    return {
      type: 'loop',
      message: `${table.datapath.displayName} would send the packet out of the port it came in by`,
    };
  }
  if (/ip\.ttl == \{?0/.test(table.flow?.match ?? '')) {
    return { type: 'ttl', message: `the hop limit of the packet ran out at ${table.datapath.displayName}` };
  }
  const known = stageReason(stage, addressText(table.before, 'destination'));
  if (known !== undefined) return { ...known, message: `${table.datapath.displayName}: ${known.message}` };
  if (table.flow === undefined) return { type: 'other', message: `no flow of ${where} takes the packet` };
  return {
    type: 'other',
    message: `${said === undefined ? 'a flow' : `a flow of ${said}`} in ${where} drops the packet`,
  };
}

/** Only the answer to a packet that is too big says how big it may be. */
const TOO_BIG = /\bicmp[46]\.frag_mtu\b/;

function plain(text: string): string {
  return text.replace(/^\*\*\* /, '').replace(/^\/\* | \*\/$/g, '');
}

const OWNER_TYPES: Partial<Record<Owner['kind'], CauseType>> = {
  NetworkPolicy: 'policy',
  DefaultDeny: 'policy',
  AdminNetworkPolicy: 'policy',
  BaselineAdminNetworkPolicy: 'policy',
  EgressFirewall: 'egress-firewall',
  UDNIsolation: 'isolation',
  AdvertisedNetwork: 'isolation',
  ClusterNetworkConnect: 'isolation',
};

function accessControl(owner: Owner | undefined, said: string | undefined, by: TableNode, verdict: Verdict): Cause {
  const done = verdict === 'rejected' ? 'rejected' : 'denied';
  if (owner === undefined || said === undefined) {
    return {
      type: 'acl',
      message: `${done} by an access-control rule of ${by.datapath.displayName}: ${by.flow?.match ?? 'no rule matches'}`,
    };
  }
  const hint = policyHint(owner);
  return {
    type: OWNER_TYPES[owner.kind] ?? 'acl',
    message: `${done} by ${said}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

function policyHint(owner: Owner): string | undefined {
  switch (owner.kind) {
    case 'NetworkPolicy':
      return `Look at the rule: kubectl describe networkpolicy -n ${owner.namespace} ${owner.name}`;
    case 'DefaultDeny': {
      const side = owner.direction === 'Egress' ? 'egress' : 'ingress';
      return `No rule of the NetworkPolicies of namespace ${owner.namespace} that select the pod allows this ${side}: add one that does.`;
    }
    case 'AdminNetworkPolicy':
      return `Look at the rule: kubectl describe adminnetworkpolicy ${owner.name}`;
    case 'BaselineAdminNetworkPolicy':
      return `A NetworkPolicy that allows the traffic takes precedence over BaselineAdminNetworkPolicy ${owner.name}.`;
    case 'EgressFirewall':
      return `An Allow rule for the destination must come before it: kubectl describe egressfirewall -n ${owner.namespace} default`;
    case 'UDNIsolation':
      return 'Pods with a primary user-defined network are cut off from the default network; address them on their own network.';
    default:
      return undefined;
  }
}

function affinity(said: string | undefined): Cause {
  return {
    type: 'session-affinity',
    message: `the first packet of a new client only makes OVN remember the backend for ${said ?? 'the service'}; it is not sent on`,
    hint: "The client's next connection, from another source port, goes to the remembered backend.",
  };
}
