import { Slot } from '../../../lflow/packet/slots.js';
import type { Microflow } from '../../../lflow/packet/slots.js';
import type { Place } from '../semantics.js';

/**
 * Which conntrack zone an action of a place uses (ovn-architecture(7), "conntrack zone fields"): a switch has one for each
 * port, the ingress port's before the output decision and the egress port's after it; a router has one for DNAT and one
 * for SNAT. Named after the chassis, since each keeps its own.
 */
export class CtZones {
  readonly #chassis: string;

  constructor(chassis: string) {
    this.#chassis = chassis;
  }

  /** The zone of load balancing, ACLs and DNAT. */
  main(place: Place, packet: Microflow): string {
    const { datapath, pipeline } = place;
    if (datapath.kind === 'router') return this.dnat(place);
    const key = packet[pipeline === 'ingress' ? Slot.inport : Slot.outport];
    return this.#named(datapath.key, `port ${String(key & 0xffffn)}`);
  }

  /** The zone an action names; on a switch there is only one. */
  ofKind(kind: 'dnat' | 'snat', place: Place, packet: Microflow): string {
    return kind === 'snat' && place.datapath.kind === 'router' ? this.snat(place) : this.main(place, packet);
  }

  dnat({ datapath }: Place): string {
    return this.#named(datapath.key, 'dnat');
  }

  /** The SNAT zone; of a switch the one its hairpin uses. */
  snat({ datapath }: Place): string {
    return this.#named(datapath.key, 'snat');
  }

  /** The zone that DNAT and SNAT of a distributed router share (`ct_dnat_in_czone`). */
  shared(place: Place): string {
    // A router with an SNAT zone of its own choice expects that zone to be used.
    const chosen = place.datapath.row.map('external_ids').has('snat-ct-zone');
    return this.#named(place.datapath.key, chosen ? 'snat' : 'dnat');
  }

  #named(datapathKey: number, part: string): string {
    return `${this.#chassis}/${datapathKey}/${part}`;
  }
}
