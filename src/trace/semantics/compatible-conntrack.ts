import type {
  Backend,
  ChkLbHairpin,
  CtCommitNat,
  CtCommitToZone,
  CtLb,
  CtNat,
  CtNatVariant,
  CtNext,
  CtRead,
  CtSnatToVip,
} from '../../lflow/actions/ast.js';
import { Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import { atLeast } from '../../lflow/release.js';
import type { OvnRelease } from '../../lflow/release.js';
import { formatAddress } from '../../net/prefix.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import { formatCtState } from '../packet-line.js';
import type { Preferred } from './compatible-options.js';
import { CT_DEFAULT, CT_FLAGS } from './ct-states.js';
import type { Conntrack, CtCall, Fork } from './semantics.js';

const IPV4 = 0x0800n;
const IPV6 = 0x86ddn;
const DEFAULT_REMARK = ' /* default (use --ct to customize) */';

/** Names of the NAT actions as `ovn-trace` spells them; two lack an underscore. */
const NAT_TEXT: Readonly<Record<CtNatVariant, string>> = {
  ct_dnat: 'ct_dnat',
  ct_snat: 'ct_snat',
  ct_dnat_in_czone: 'ct_dnatin_czone',
  ct_snat_in_czone: 'ct_snatin_czone',
};

/**
 * Conntrack as `ovn-trace` pretends it: no zones and no connections, states from a list in order of execution, nothing ever
 * committed, no translation undone.
 */
export class CompatibleConntrack implements Conntrack {
  readonly #southbound: Southbound;
  readonly #states: readonly bigint[];
  readonly #preferred: Preferred;
  /** Since 25.09 every fork records the packet's addresses as the connection's. */
  readonly #recordsTuple: boolean;
  #used = 0;

  constructor(southbound: Southbound, release: OvnRelease, states: readonly bigint[], preferred: Preferred) {
    this.#southbound = southbound;
    this.#states = states;
    this.#preferred = preferred;
    this.#recordsTuple = atLeast(release, '25.09');
  }

  next({ packet }: CtCall<CtNext>): Fork {
    this.#recordTuple(packet);
    const { state, remark } = this.#nextState();
    packet[Slot.ctState] = state;
    return { text: `ct_next(ct_state=${formatCtState(state)}${remark})` };
  }

  nat({ action, packet, place }: CtCall<CtNat>): Fork | undefined {
    const isDestination = action.variant.startsWith('ct_dnat');
    const { address } = action;
    // The un-SNAT of gateway routers ends the trace without a word.
    if (!isDestination && address === undefined && this.#hasGatewayPort(place.datapath)) return undefined;
    this.#recordTuple(packet);
    const side = isDestination ? 'dst' : 'src';
    let text = NAT_TEXT[action.variant];
    if (address === undefined) {
      text += ` /* assuming no un-${isDestination ? 'dnat' : 'snat'} entry, so no change */`;
    } else {
      text += `(ip${address.family}.${side}=${formatAddress(address)})`;
      // The family of the packet is not looked at.
      packet[ADDRESS_SLOTS[address.family][side]] = address.value;
      packet[Slot.ctState] |= isDestination ? CT_FLAGS.dnat : CT_FLAGS.snat;
    }
    return { text: text + this.#track(packet) };
  }

  commitNat({ packet }: CtCall<CtCommitNat>): Fork {
    this.#recordTuple(packet);
    return { text: `ct_commit_nat /* assuming no un-nat entry, so no change */${this.#track(packet)}` };
  }

  commitToZone({ action, packet }: CtCall<CtCommitToZone>): Fork {
    this.#recordTuple(packet);
    return { text: `ct_commit_to_zone(${action.zone})${this.#track(packet)}` };
  }

  loadBalance({ action, packet }: CtCall<CtLb>, backend: Backend | undefined): Fork {
    const family = familyOf(packet);
    if (family === undefined) return { text: action.variant };
    this.#recordTuple(packet);
    const wished = action.backends.length === 0 ? this.#preferred.lbDst : undefined;
    const target = backend ?? (wished?.address.family === family ? wished : undefined);
    if (target !== undefined) {
      this.#recordDestination(packet, family);
      packet[ADDRESS_SLOTS[family].dst] = target.address.value;
      // Whatever the protocol has there.
      if (target.port !== undefined) packet[Slot.tpDst] = BigInt(target.port);
      packet[Slot.ctState] |= CT_FLAGS.dnat;
    }
    const { state, remark } = this.#nextState();
    packet[Slot.ctState] |= state;
    const text = action.variant + remark;
    const lacksBackend = action.backends.length > 0 && target === undefined;
    return lacksBackend ? { text, error: '*** no load balancing destination (use --lb-dst)' } : { text };
  }

  /** Nothing is committed. */
  commit(): void {
    return;
  }

  clear(packet: Microflow): void {
    for (const slot of [
      Slot.ctState,
      Slot.ctMark,
      Slot.ctLabel,
      Slot.ctNwProto,
      Slot.ctNwSrc,
      Slot.ctNwDst,
      Slot.ctIp6Src,
      Slot.ctIp6Dst,
      Slot.ctTpSrc,
      Slot.ctTpDst,
    ] as const) {
      packet[slot] = 0n;
    }
  }

  snatToVip({ packet }: CtCall<CtSnatToVip>): string | undefined {
    const address = originalDestination(packet);
    const port = Number(packet[Slot.ctTpDst]);
    const known =
      address !== undefined && this.#southbound.loadBalancers.withAddress(address).some(({ vip }) => vip.port === port);
    return known ? `/* nat(src=${address}) */` : undefined;
  }

  read({ action, packet }: CtCall<CtRead>): bigint | undefined {
    switch (action.name) {
      case 'ct_state_save':
        return (packet[Slot.ctState] & CT_FLAGS.trk) === 0n ? 0n : packet[Slot.ctState] & 0xffn;
      // The packet's own values stand for those of the connection.
      case 'ct_tp_dst':
        return this.#recordsTuple ? packet[Slot.tpDst] : undefined;
      case 'ct_proto':
        return packet[Slot.nwProto];
      case 'ct_nw_dst':
      case 'ct_ip6_dst':
        return undefined;
    }
  }

  hairpin({ action, packet }: CtCall<ChkLbHairpin>): boolean {
    const address = originalDestination(packet);
    const family = familyOf(packet);
    if (address === undefined || family === undefined) return false;
    const { src, dst } = ADDRESS_SLOTS[family];
    if (packet[src] !== packet[dst] || (packet[Slot.ctState] & CT_FLAGS.dnat) === 0n) return false;
    // The first balancer with the address decides, whatever its port or datapath.
    const { loadBalancers } = this.#southbound;
    const known = loadBalancers.withAddress(address);
    const [found] =
      known.length < 2 ? known : known.toSorted((a, b) => loadBalancers.ties.compare(a.balancer.uuid, b.balancer.uuid));
    if (found === undefined) return false;
    return BigInt(found.vip.port) === packet[action.reply ? Slot.tpDst : Slot.ctTpDst];
  }

  #nextState(): { readonly state: bigint; readonly remark: string } {
    const state = this.#states[this.#used++];
    return state === undefined ? { state: CT_DEFAULT, remark: DEFAULT_REMARK } : { state, remark: '' };
  }

  /** Takes a state for a packet that is not tracked yet; the remark to show. */
  #track(packet: Microflow): string {
    if ((packet[Slot.ctState] & CT_FLAGS.trk) !== 0n) return '';
    const { state, remark } = this.#nextState();
    packet[Slot.ctState] |= state;
    return remark;
  }

  #recordTuple(packet: Microflow): void {
    const family = familyOf(packet);
    if (!this.#recordsTuple || family === undefined) return;
    packet[family === 4 ? Slot.ctNwSrc : Slot.ctIp6Src] = packet[ADDRESS_SLOTS[family].src];
    packet[Slot.ctNwProto] = packet[Slot.nwProto];
    packet[Slot.ctTpSrc] = packet[Slot.tpSrc];
    this.#recordDestination(packet, family);
  }

  #recordDestination(packet: Microflow, family: 4 | 6): void {
    packet[family === 4 ? Slot.ctNwDst : Slot.ctIp6Dst] = packet[ADDRESS_SLOTS[family].dst];
    packet[Slot.ctTpDst] = packet[Slot.tpDst];
  }

  #hasGatewayPort(datapath: Datapath): boolean {
    for (const port of this.#southbound.ports.of(datapath)) if (port.type === 'l3gateway') return true;
    return false;
  }
}

const ADDRESS_SLOTS = {
  4: { src: Slot.nwSrc, dst: Slot.nwDst },
  6: { src: Slot.ip6Src, dst: Slot.ip6Dst },
} as const;

function familyOf(packet: Microflow): 4 | 6 | undefined {
  const type = packet[Slot.ethType];
  return type === IPV4 ? 4 : type === IPV6 ? 6 : undefined;
}

function originalDestination(packet: Microflow): string | undefined {
  const family = familyOf(packet);
  if (family === undefined) return undefined;
  return formatAddress({ family, value: packet[family === 4 ? Slot.ctNwDst : Slot.ctIp6Dst] });
}
