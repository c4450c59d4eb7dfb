import { unreachable } from '../../../base/unreachable.js';
import type {
  Address,
  Backend,
  ChkLbHairpin,
  CtCommit,
  CtCommitNat,
  CtCommitToZone,
  CtCommitV1,
  CtLb,
  CtNat,
  CtNext,
  CtRead,
  CtSnatToVip,
} from '../../../lflow/actions/ast.js';
import { copyMicroflow, Slot } from '../../../lflow/packet/slots.js';
import type { Microflow } from '../../../lflow/packet/slots.js';
import { formatAddress } from '../../../net/prefix.js';
import { CtState, forgetConnection } from '../../conntrack/connection-table.js';
import type { ConnectionTable, NatTarget } from '../../conntrack/connection-table.js';
import type { Conntrack, CtCall, Fork, Place } from '../semantics.js';
import type { ChassisMemory } from './chassis-memory.js';
import type { CtZones } from './ct-zones.js';
import type { Hairpins } from './hairpin.js';

/** Marks that a load-balanced connection carries in ct_mark (ovn-architecture(7), ct_mark bits). */
const MARK = { natted: 2n, skip_snat: 4n, force_snat: 8n } as const;
const TRACKED_STATE = 0xffn;

/** Conntrack as the switch does it (ovs-actions(7), "ct"): zones, committed translations, states that follow from them. */
export class FaithfulConntrack implements Conntrack {
  readonly #connections: ConnectionTable;
  readonly #zones: CtZones;
  readonly #hairpins: Hairpins;

  constructor(memory: ChassisMemory, zones: CtZones, hairpins: Hairpins) {
    this.#connections = memory.connections;
    this.#zones = zones;
    this.#hairpins = hairpins;
  }

  next({ action, packet, place }: CtCall<CtNext>): Fork {
    this.#connections.track(packet, this.#zones.ofKind(action.zone, place, packet), false);
    return { text: `ct_next(${stateText(packet)})` };
  }

  nat({ action, packet, place }: CtCall<CtNat>): Fork {
    const side = action.variant.startsWith('ct_dnat') ? 'destination' : 'source';
    const zone = this.#natZone(action, place);
    if (action.address === undefined) this.#connections.track(packet, zone, true);
    else this.#connections.commit(packet, zone, { nat: target(side, action.address), visible: true });
    const text = action.address === undefined ? '' : `, ${side} ${addressText(action.address)}`;
    return { text: `${action.variant}(${stateText(packet)}${text})` };
  }

  commitNat({ action, packet, place }: CtCall<CtCommitNat>): Fork {
    const zone = this.#zones.ofKind(action.zone, place, packet);
    this.#connections.track(packet, zone, true);
    this.#connections.commit(packet, zone, { visible: true });
    return { text: `ct_commit_nat(${stateText(packet)})` };
  }

  commitToZone({ action, packet, place }: CtCall<CtCommitToZone>): Fork {
    this.#connections.commit(packet, this.#zones.ofKind(action.zone, place, packet), { visible: true });
    return { text: `ct_commit_to_zone(${action.zone})` };
  }

  loadBalance({ action, packet, place }: CtCall<CtLb>, backend: Backend | undefined): Fork | undefined {
    const zone = this.#zones.main(place, packet);
    if (backend === undefined) {
      // A group without a member for the packet has nowhere to send it.
      if (action.backends.length > 0) return undefined;
      this.#connections.track(packet, zone, true);
      return { text: `${action.variant}(${stateText(packet)})` };
    }
    const bits = MARK.natted | (action.flag === undefined ? 0n : MARK[action.flag]);
    const inLabel = action.variant === 'ct_lb';
    this.#connections.commit(packet, zone, {
      nat: target('destination', backend.address, backend.port),
      fields: ({ mark, label }) => (inLabel ? { mark, label: label | bits } : { mark: mark | bits, label }),
      visible: true,
    });
    return {
      text: `${action.variant}(${addressText(backend.address)}${backend.port === undefined ? '' : ` port ${backend.port}`})`,
    };
  }

  commit({ packet, place }: CtCall<CtCommit | CtCommitV1>, assign: (packet: Microflow) => void): void {
    this.#connections.commit(packet, this.#zones.main(place, packet), {
      fields: (current) => {
        const scratch = copyMicroflow(packet);
        scratch[Slot.ctMark] = current.mark;
        scratch[Slot.ctLabel] = current.label;
        assign(scratch);
        return { mark: scratch[Slot.ctMark], label: scratch[Slot.ctLabel] };
      },
      visible: false,
    });
  }

  clear(packet: Microflow): void {
    forgetConnection(packet);
  }

  snatToVip(call: CtCall<CtSnatToVip>): undefined {
    this.#hairpins.translate(call);
  }

  read({ action, packet }: CtCall<CtRead>): bigint {
    const tracked = (packet[Slot.ctState] & CtState.trk) !== 0n;
    switch (action.name) {
      case 'ct_state_save':
        return tracked ? packet[Slot.ctState] & TRACKED_STATE : 0n;
      case 'ct_nw_dst':
        return tracked ? packet[Slot.ctNwDst] : 0n;
      case 'ct_ip6_dst':
        return tracked ? packet[Slot.ctIp6Dst] : 0n;
      case 'ct_tp_dst':
        return tracked ? packet[Slot.ctTpDst] : 0n;
      case 'ct_proto':
        return tracked ? packet[Slot.ctNwProto] : 0n;
      default:
        return unreachable(action.name);
    }
  }

  hairpin(call: CtCall<ChkLbHairpin>): boolean {
    return this.#hairpins.check(call);
  }

  /** `ct_dnat` and `ct_snat` name a zone of the datapath, on switches too. */
  #natZone({ variant }: CtNat, place: Place): string {
    if (variant.endsWith('_in_czone')) return this.#zones.shared(place);
    return variant === 'ct_snat' ? this.#zones.snat(place) : this.#zones.dnat(place);
  }
}

function target(side: NatTarget['side'], address: Address, port?: number): NatTarget {
  return { side, address: address.value, ...(port === undefined ? {} : { port: BigInt(port) }) };
}

function addressText({ family, value }: Address): string {
  return formatAddress({ family, value });
}

/** There are few states, and every packet has one at every step. */
const stateTexts = new Map<bigint, string>();

function stateText(packet: Microflow): string {
  const state = packet[Slot.ctState];
  let text = stateTexts.get(state);
  if (text === undefined) {
    const names = Object.entries(CtState).flatMap(([name, bit]) => ((state & bit) === 0n ? [] : [name]));
    stateTexts.set(state, (text = `ct_state=${names.join('|')}`));
  }
  return text;
}
