import { unreachable } from '../../base/unreachable.js';
import type {
  AccessStep,
  Backend,
  ClosestRule,
  EndpointSummary,
  MtuLimit,
  OwnerSummary,
  Path,
  PathRequest,
  Reply,
  RowReference,
  Verdict,
} from '../../trace/path/path-trace.js';
import type { Palette } from '../color.js';

/** A verdict is never told by colour alone: mark, word and colour say the same. */
export function verdictMark(verdict: Verdict): string {
  switch (verdict) {
    case 'delivered':
      return '√';
    case 'dropped':
    case 'rejected':
      return '×';
    case 'unknown':
      return '?';
    default:
      return unreachable(verdict);
  }
}

/** The colour of a verdict. */
export function verdictPaint(verdict: Verdict, palette: Palette): (text: string) => string {
  switch (verdict) {
    case 'delivered':
      return palette.good;
    case 'dropped':
    case 'rejected':
      return palette.bad;
    case 'unknown':
      return palette.warn;
    default:
      return unreachable(verdict);
  }
}

/** `1 path`, `3 paths`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `10.244.2.3:8080`, `[fd00::3]:8080`, or the bare address when there is no port. */
export function socket(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** A backend as an address and a port. */
export const backendSocket = (backend: Backend): string => socket(backend.address, backend.port);

/**
 * Who was behind something that happened, as the end of a phrase: ` by NetworkPolicy a/b, ingress rule 0`. What
 * OVN-Kubernetes made on its own account explains rather than acts, so it stands in brackets.
 */
export function by(owner: OwnerSummary | undefined): string {
  if (owner === undefined) return '';
  return owner.kind === 'Infrastructure' || owner.kind === 'Node' ? ` (${owner.text})` : ` by ${owner.text}`;
}

const atHome = (network: string | undefined): boolean => network === undefined || network === 'default';

/** `pod shop/client`, `service shop/web-svc`, `198.51.100.9`. */
function endpoint({ kind, namespace, name, addresses }: EndpointSummary): string {
  if (kind === 'External' || name === undefined) return addresses.join(', ') || 'an external host';
  return `${kind.toLowerCase()} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** What was asked: `pod shop/client → service shop/web-svc, tcp port 80`; networks are named unless they go without saying. */
export function question({ source, destination, protocol, port, family, state, size }: PathRequest): string {
  const service = protocol + (port === undefined ? '' : ` port ${port}`);
  const length = size === undefined ? '' : `, ${size} bytes`;
  const only = family === 'both' || destination.kind === 'External' ? '' : `, ${family} only`;
  const known = destination.network !== undefined && source.network !== undefined;
  const elsewhere = known && destination.network !== source.network;
  const from = atHome(source.network) && !elsewhere ? '' : ` (network ${source.network ?? 'default'})`;
  const to = elsewhere ? ` (network ${destination.network ?? ''})` : '';
  return `${endpoint(source)}${from} → ${endpoint(destination)}${to}, ${service}${state === 'new' ? '' : `, ${state}`}${only}${length}`;
}

/** Addresses as the packet had them: source, asked-for destination, and the backend when a load balancer chose one. */
export function route({ packet, backend, choices, entry, connection }: Path): string {
  const asked = socket(packet.in.ipDst, packet.in.dstPort);
  const chosen = backend === undefined ? '' : ` → ${backendText(backend)}`;
  const forks = choices === undefined || choices.length === 0 ? '' : ` via ${choices.join(', ')}`;
  const by = entry === undefined ? '' : ` in by node ${entry}`;
  return `${packet.in.ipSrc} → ${asked}${chosen}${forks}${by}${connection === 'next' ? ', the next connection of this client' : ''}`;
}

function backendText(backend: Backend): string {
  return backendSocket(backend) + (backend.pod === undefined ? '' : ` (${backend.pod})`);
}

/** `northbound ACL 5f3c…, zone ovn-worker`: enough to look the row up. */
export const rowText = ({ database, zone, table, uuid }: RowReference): string =>
  `${database} ${table} ${uuid}, zone ${zone}`;

/** From which address the answer reaches the sender, which is the one that was asked: `10.96.35.50:80`. */
export const replyFrom = ({ packet: { out } }: Reply): string => socket(out.ipSrc, out.srcPort);

/** Policies of one kind that say nothing are counted when they are more than this. */
const SILENT = 3;

/** What each policy said, as people say it; nothing for a decision that nothing came before. */
export function chainText(steps: readonly AccessStep[] | undefined): string | undefined {
  if (steps === undefined || steps.length < 2) return undefined;
  const told: string[] = [];
  for (let at = 0; at < steps.length;) {
    const step = steps[at];
    if (step === undefined) break;
    const { kind } = step.object;
    let end = at + 1;
    while (step.outcome === 'no-match' && steps[end]?.outcome === 'no-match' && steps[end]?.object.kind === kind) end++;
    const run = steps.slice(at, end);
    if (run.length > SILENT) told.push(`${run.length} × ${kind}: no rule matches`);
    else told.push(...run.map(({ text }) => text));
    at = end;
  }
  return told.join(' → ');
}

/** The rule that came nearest, and what did not fit. */
export function closestText(closest: ClosestRule | undefined): string | undefined {
  if (closest === undefined) return undefined;
  const { kind, text } = closest.object;
  // What a firewall's rule is for stands in its text in brackets, and is about to be said.
  const rule = kind === 'EgressFirewall' ? text.replace(/ \(.*\)$/, '') : text;
  return `${rule} ${closest.mismatches.map(({ text }) => text).join('; ')}`;
}

/** What the sender of a packet that is too big is told (RFC 1191, RFC 8201). */
export function mtuAnswer(limit: MtuLimit | undefined): string | undefined {
  if (limit === undefined) return undefined;
  const { icmp } = limit;
  if (icmp === undefined) return 'none: nobody tells the sender';
  const { type, code, nextHopMtu, from } = icmp;
  const [name, numbers] =
    type === 2 ? ['ICMPv6 packet too big', 'type 2'] : ['ICMP fragmentation needed', `type ${type} code ${code}`];
  const mtu = nextHopMtu === undefined ? '' : `, next-hop MTU ${nextHopMtu}`;
  return `${name} (${numbers}${mtu})${from === undefined ? '' : ` from ${from}`} goes back to the sender`;
}
