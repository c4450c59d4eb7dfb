import { formatAddress } from '../../../net/prefix.js';
import { Slot } from '../../../lflow/packet/slots.js';
import type { TransformationNode } from '../../tree.js';
import type { Cause, MtuLimit } from '../path-trace.js';
import type { Place } from './facts.js';

/** An Ethernet header without VLAN tag, which northd counts in and MTUs do not. */
export const ETHERNET_HEADER = 14;

const CHECK = /check_pkt_larger\((\d+)\)/;

/**
 * The link that a packet is too big for: the outgoing port of the router, its MTU as the flow that compared has it, and the
 * ICMP error that the router makes (RFC 1191, RFC 8201). `size` is that of the frame.
 */
export function mtuAt(
  { leg, table }: Place,
  generated: readonly TransformationNode[],
  size: number | undefined,
): Pick<Cause, 'mtu' | 'message' | 'hint'> | undefined {
  const check = leg.nodes.findLast(
    (node) => node.kind === 'table' && node.datapath === table.datapath && CHECK.test(node.flow?.actions ?? ''),
  );
  if (check?.kind !== 'table') return undefined;
  const mtu = Number(CHECK.exec(check.flow?.actions ?? '')?.[1]) - ETHERNET_HEADER;
  const datapath = table.datapath.displayName;
  // Routers compare twice: with the port a packet comes in by, before anything else, and with the one it leaves by.
  const register = check.stage === 'lr_in_admission' ? Slot.inport : Slot.outport;
  const link = leg.southbound.ports.withKey(table.datapath, Number(table.before[register] & 0xffffn));
  const port = link?.displayName ?? 'an unknown port';
  const icmp = generated.map(icmpOf).find((found) => found !== undefined);
  const bytes = size === undefined ? undefined : size - ETHERNET_HEADER;
  const limit: MtuLimit = {
    datapath,
    port,
    mtu,
    ...(bytes === undefined ? {} : { size: bytes }),
    ...(icmp === undefined ? {} : { icmp }),
  };
  return {
    mtu: limit,
    message: `${datapath}: ${bytes === undefined ? 'the packet is too big' : `${bytes} bytes are too many`} for port ${port}, whose MTU is ${mtu}`,
    hint: `Send at most ${mtu} bytes, or see that the ICMP error reaches the sender, so that it does by itself.`,
  };
}

type IcmpError = NonNullable<MtuLimit['icmp']>;

/** The error as the body of the action fills it in. */
function icmpOf({ action }: TransformationNode): IcmpError | undefined {
  if (action.kind !== 'nested' || !/^icmp[46](_error)?$/.test(action.name)) return undefined;
  const values = new Map<string, bigint>();
  for (const inner of action.body) {
    if (inner.kind === 'load' && inner.value.kind === 'integer')
      values.set(inner.dst.symbol.name, inner.value.integer.value);
    if (inner.kind === 'ovnFieldLoad' && inner.value.kind === 'integer') {
      values.set(inner.field.symbol.name, inner.value.integer.value);
    }
  }
  const is4 = action.name.startsWith('icmp4');
  const of = (field: string): bigint | undefined => values.get(`icmp${is4 ? '4' : '6'}.${field}`);
  const mtu = of('frag_mtu');
  const from = values.get(is4 ? 'ip4.src' : 'ip6.src');
  return {
    type: Number(of('type') ?? 0n),
    code: Number(of('code') ?? 0n),
    ...(mtu === undefined ? {} : { nextHopMtu: Number(mtu) }),
    ...(from === undefined ? {} : { from: formatAddress({ family: is4 ? 4 : 6, value: from }) }),
  };
}
