import type { ChkLbHairpin, CtSnatToVip } from '../../../lflow/actions/ast.js';
import { Slot } from '../../../lflow/packet/slots.js';
import type { Microflow } from '../../../lflow/packet/slots.js';
import { formatAddress, parseAddress } from '../../../net/prefix.js';
import type { LoadBalancer, Vip } from '../../../ovn/southbound/load-balancers.js';
import type { Southbound } from '../../../ovn/southbound/southbound.js';
import { tupleOf } from '../../conntrack/tuple.js';
import type { Tuple } from '../../conntrack/tuple.js';
import type { CtCall, Place } from '../semantics.js';
import { ipPair } from './chassis-memory.js';
import type { ChassisMemory } from './chassis-memory.js';
import type { CtZones } from './ct-zones.js';

/** Bit 1 of ct_mark (ct_label before 22.06): a load balancer translated the connection. */
const NATTED = 2n;
const PROTOCOL: Readonly<Record<string, number>> = { tcp: 6, udp: 17, sctp: 132 };

/**
 * A client that is a backend of the service it asks: its packet must come back to it from another address than its own
 * (`chk_lb_hairpin`, `chk_lb_hairpin_reply` and `ct_snat_to_vip`, ovn-sb(5); option hairpin_snat_ip, ovn-nb(5)).
 */
export class Hairpins {
  readonly #southbound: Southbound;
  readonly #memory: ChassisMemory;
  readonly #zones: CtZones;

  constructor(southbound: Southbound, memory: ChassisMemory, zones: CtZones) {
    this.#southbound = southbound;
    this.#memory = memory;
    this.#zones = zones;
  }

  check({ action, packet, place }: CtCall<ChkLbHairpin>): boolean {
    return action.reply ? this.#isReply(packet) : this.#isHairpin(packet, place);
  }

  /** Gives the packet the address it shall come back from; the connection is kept in the SNAT zone. */
  translate({ packet, place }: CtCall<CtSnatToVip>): void {
    const original = this.#originalOf(packet, place);
    const vip = original === undefined ? undefined : this.#vipOf(original);
    if (original === undefined || vip === undefined) return;
    const address = returnAddress(vip.balancer, original);
    const zone = this.#zones.snat(place);
    this.#memory.connections.commit(packet, zone, { nat: { side: 'source', address }, visible: false });
  }

  #isHairpin(packet: Microflow, place: Place): boolean {
    const pair = ipPair(packet);
    if (pair?.src !== pair?.dst || ((packet[Slot.ctMark] | packet[Slot.ctLabel]) & NATTED) === 0n) return false;
    const original = this.#originalOf(packet, place);
    const found = original === undefined ? undefined : this.#vipOf(original);
    if (original === undefined || found === undefined || pair === undefined) return false;
    const port = Number(packet[Slot.tpDst]);
    const text = formatAddress({ family: pair.family, value: pair.dst });
    const backend = pair.family === 4 ? `${text}:${port}` : `[${text}]:${port}`;
    if (!found.vip.backends.includes(backend) && !found.vip.backends.includes(text)) return false;
    this.#memory.hairpins.push({
      backend: pair.dst,
      backendPort: packet[Slot.tpDst],
      from: returnAddress(found.balancer, original),
    });
    return true;
  }

  #isReply(packet: Microflow): boolean {
    const pair = ipPair(packet);
    return this.#memory.hairpins.some(
      ({ backend, backendPort, from }) =>
        pair?.src === backend && pair.dst === from && packet[Slot.tpSrc] === backendPort,
    );
  }

  #originalOf(packet: Microflow, place: Place): Tuple | undefined {
    const zone = this.#zones.main(place, packet);
    return this.#memory.connections.connectionOf(packet, zone)?.original ?? tupleOf(packet);
  }

  #vipOf(original: Tuple): { readonly balancer: LoadBalancer; readonly vip: Vip } | undefined {
    const address = formatAddress({ family: original.family, value: original.dst });
    return this.#southbound.loadBalancers
      .withAddress(address)
      .find(
        ({ balancer, vip }) =>
          vip.port === 0 ||
          (vip.port === Number(original.dstPort) && PROTOCOL[balancer.protocol] === original.protocol),
      );
  }
}

/** The first address of the connection's family in option hairpin_snat_ip, else the virtual address itself. */
function returnAddress(balancer: LoadBalancer, original: Tuple): bigint {
  const listed = (balancer.options.get('hairpin_snat_ip') ?? '')
    .split(/\s+/)
    .flatMap((text) => parseAddress(text) ?? []);
  return listed.find(({ family }) => family === original.family)?.value ?? original.dst;
}
