import { unreachable } from '../../base/unreachable.js';
import type {
  Backend,
  EndpointSummary,
  Path,
  PathRequest,
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

/** `pod shop/client`, `service shop/web-svc`, `198.51.100.9`; a network other than the default one is named. */
export function endpoint(summary: EndpointSummary): string {
  if (summary.kind === 'External' || summary.name === undefined)
    return summary.addresses.join(', ') || 'an external host';
  const name = summary.namespace === undefined ? summary.name : `${summary.namespace}/${summary.name}`;
  const network = summary.network === undefined || summary.network === 'default' ? '' : ` (network ${summary.network})`;
  return `${summary.kind.toLowerCase()} ${name}${network}`;
}

/** What was asked: `pod shop/client → service shop/web-svc, tcp port 80`. */
export function question({ source, destination, protocol, port, family }: PathRequest): string {
  const service = protocol + (port === undefined ? '' : ` port ${port}`);
  const only = family === 'both' || destination.kind === 'External' ? '' : `, ${family} only`;
  return `${endpoint(source)} → ${endpoint(destination)}, ${service}${only}`;
}

/** Addresses as the packet had them: source, asked-for destination, and the backend when a load balancer chose one. */
export function route({ packet, backend, choices }: Path): string {
  const asked = socket(packet.in.ipDst, packet.in.dstPort);
  const chosen = backend === undefined ? '' : ` → ${backendText(backend)}`;
  const forks = choices === undefined || choices.length === 0 ? '' : ` via ${choices.join(', ')}`;
  return `${packet.in.ipSrc} → ${asked}${chosen}${forks}`;
}

function backendText(backend: Backend): string {
  return backendSocket(backend) + (backend.pod === undefined ? '' : ` (${backend.pod})`);
}

/** `northbound ACL 5f3c…, zone ovn-worker`: enough to look the row up. */
export const rowText = ({ database, zone, table, uuid }: RowReference): string =>
  `${database} ${table} ${uuid}, zone ${zone}`;
