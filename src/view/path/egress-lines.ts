import type { Egress, Path } from '../../trace/path/path-trace.js';
import type { Layout } from '../table.js';
import { columns, flow, type Piece } from './flowing.js';

/** `172.18.0.3` of `172.18.0.3:52888` and of `[fd00::3]:52888`; ports of translations are seldom of interest. */
const addressOf = (socket: string): string =>
  /^\[(.*)\]:\d+$/.exec(socket)?.[1] ?? socket.replace(/^([^:]+):\d+$/, '$1');

/** From where it leaves, and whose address the outside sees. */
function leaving({ node, via, snat, egressIP, egressService, egressServiceAddress }: Egress): string {
  const behalf = egressService?.text ?? (egressIP === undefined ? undefined : `EgressIP ${egressIP.name}`);
  if (via === 'host') {
    if (behalf === undefined) return `by the network stack of node ${node}, which translates it`;
    const address = egressService === undefined ? egressIP?.address : egressServiceAddress;
    const as = address === undefined ? '' : ` as ${address}`;
    return `by the network stack of node ${node}${as} for ${behalf}`;
  }
  if (snat === undefined) return `from node ${node} with its own address`;
  return `from node ${node} as ${addressOf(snat.to)}${behalf === undefined ? '' : ` (${behalf})`}`;
}

function route({ externalRoute, defaultRoute, nextHop }: Egress, destination: string): string | undefined {
  if (externalRoute !== undefined) {
    const { objects } = externalRoute;
    const by = objects.length === 0 ? '' : ` by AdminPolicyBasedExternalRoute ${objects.join(', ')}`;
    return `to ${externalRoute.nextHop}, an external gateway${by}`;
  }
  if (nextHop === undefined) return undefined;
  if (nextHop === destination) return 'directly';
  return `to ${nextHop}, ${defaultRoute === undefined ? 'the next hop' : 'the default gateway'}`;
}

/** What let it out and what was done to it. */
function conditions({ egressFirewall, egressQoS }: Egress): string[] {
  const mark = egressQoS?.owner === undefined ? '' : ` by ${egressQoS.owner.text}`;
  return [
    egressFirewall === undefined ? [] : [egressFirewall.text],
    egressQoS === undefined ? [] : [`dscp ${egressQoS.dscp}${mark}`],
  ].flat();
}

/** How a packet that leaves the cluster does so, in one line, and a second one where something had a say in it. */
export function egressLines({ egress, deliveredTo, packet }: Path, layout: Layout): string[] {
  if (egress === undefined || deliveredTo === undefined) return [];
  const { palette } = layout;
  const label = '  out  ';
  const told = [leaving(egress), route(egress, packet.out.ipDst) ?? []].flat();
  const pieces = (texts: readonly string[]): Piece[] => texts.map((text) => ({ text }));
  const lines = flow(`  ${palette.dim('out')}  `, columns(label), pieces(told), layout, ',');
  const more = conditions(egress);
  if (more.length === 0) return lines;
  return [...lines, ...flow(' '.repeat(columns(label)), columns(label), pieces(more), layout)];
}
