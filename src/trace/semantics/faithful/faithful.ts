/**
 * The decisions of the real datapath: what ovn-controller and the switch make of the same southbound database on one
 * chassis. Used by every command but `trace packet`.
 *
 * Input: the database, the chassis the packet is on, the memory of all switches (connections, learned things), and a
 * function that picks a way at every fork. Nothing here is random. One object serves one leg; the memory outlives it.
 * Source: ovn-architecture(7), ovn-controller(8); checked against recorded runs of the OpenFlow pipeline.
 */
import type { CommitLbAff } from '../../../lflow/actions/ast.js';
import { copyMicroflow, Slot, writeBits } from '../../../lflow/packet/slots.js';
import type { Microflow } from '../../../lflow/packet/slots.js';
import { atLeast } from '../../../lflow/release.js';
import { formatAddress, parseAddress } from '../../../net/prefix.js';
import type { Chassis } from '../../../ovn/southbound/chassis.js';
import type { Port } from '../../../ovn/southbound/ports.js';
import type { Southbound } from '../../../ovn/southbound/southbound.js';
import { forgetConnection } from '../../conntrack/connection-table.js';
import { violatesInbound, violatesOutbound } from '../port-security.js';
import type { Choice, Place, Semantics } from '../semantics.js';
import { ipPair } from './chassis-memory.js';
import type { ChassisMemory } from './chassis-memory.js';
import { FaithfulConntrack } from './conntrack.js';
import { CtZones } from './ct-zones.js';
import { expandTemplates } from './templates.js';
import { Hairpins } from './hairpin.js';
import { chassisOf, isUnbound } from './location.js';

export interface FaithfulOptions {
  readonly chassis: Chassis;
  readonly memory: ChassisMemory;
  /** Index of the way to take at a fork. */
  readonly choose: (choice: Choice) => number;
  /** MAC addresses that neighbours would answer with although no database has them yet, by port and address. */
  readonly answers?: ReadonlyMap<string, string>;
  /** Length of the packet in bytes, Ethernet header included; a small one when not given. */
  readonly size?: number;
}

/** Bits of `flags` that the switch itself reads (ovn-architecture(7), "logical flow flags"). */
const FLAG = { localOnly: 1n << 4n, localport: 1n << 10n, overrideLocalOnly: 1n << 18n, tunnelRx: 1n << 16n } as const;
const REGISTERS = [Slot.xxreg0, Slot.xxreg1, Slot.xreg4] as const;
const NETWORK_RULES = {
  prefixes: true,
  unspecifiedSource: true,
  linkLocalWithIp6: true,
  discoveryWithoutAddress: true,
  properDiscovery: true,
};

/** What a tunnel carries from chassis to chassis: the headers and three keys, nothing else. */
export function tunnelState(packet: Microflow): Microflow {
  const arrived = patchState(packet);
  arrived[Slot.outport] = packet[Slot.outport];
  arrived[Slot.flags] = FLAG.tunnelRx;
  arrived[Slot.pktMark] = 0n;
  return arrived;
}

function egressState(packet: Microflow): Microflow {
  const egress = copyMicroflow(packet);
  for (const slot of REGISTERS) egress[slot] = 0n;
  return egress;
}

function patchState(packet: Microflow): Microflow {
  const next = egressState(packet);
  for (const slot of [Slot.flags, Slot.reg11, Slot.reg12, Slot.reg13, Slot.outport] as const) next[slot] = 0n;
  forgetConnection(next);
  return next;
}

export function faithful(southbound: Southbound, options: FaithfulOptions): Semantics {
  const { chassis, memory } = options;
  const zones = new CtZones(chassis.name);
  const templates = southbound.chassis.templatesOf(chassis.name);
  return {
    mode: 'faithful',

    egressState,
    patchState,
    memberState: copyMicroflow,

    expandTemplates: (text) => expandTemplates(text, templates),
    knows: () => true,
    stopsAtUnknown: true,
    isResident(name) {
      const port = southbound.ports.named(name);
      return port !== undefined && chassisOf(southbound, port)?.name === chassis.name;
    },
    choose: (choice) => ({ index: options.choose(choice), certain: true }),

    conntrack: new FaithfulConntrack(memory, zones, new Hairpins(southbound, memory, zones)),

    elsewhere(port) {
      const where = chassisOf(southbound, port);
      return where === undefined || where.name === chassis.name ? undefined : where.name;
    },
    refusesOutput: (port, packet) => refusal(southbound, port, packet),
    redirectsMembers: true,
    violatesPortSecurity: (direction, port, packet) =>
      direction === 'in'
        ? violatesInbound(port.portSecurity, packet, NETWORK_RULES)
        : violatesOutbound(port.portSecurity, packet, NETWORK_RULES),
    neighbour: (port, ip, family) =>
      neighbour(southbound, port, ip, family) ??
      options.answers?.get(`${port.name} ${formatAddress({ family, value: ip })}`),

    packetLarger: ({ bytes }) => options.size !== undefined && options.size > bytes,
    ecmpNextHop: ({ mac }, packet, { datapath }) => {
      const pair = ipPair(packet);
      return memory.ecmp.some(
        (origin) =>
          origin.datapathKey === datapath.key &&
          pair?.src === origin.server &&
          pair.dst === origin.client &&
          (!mac || origin.mac === packet[Slot.ethDst]),
      );
    },
    affinity: (_action, packet, place) => rememberedBackend(southbound, memory, packet, place),
    commitEcmp(_action, packet, { datapath }) {
      const pair = ipPair(packet);
      if (pair === undefined) return;
      const [inport, mac] = [packet[Slot.inport], packet[Slot.ethSrc]];
      memory.ecmp.push({ datapathKey: datapath.key, inport, mac, client: pair.src, server: pair.dst });
    },
    commitAffinity(action, packet, place) {
      learnBackend(memory, action, packet, place);
      return { continues: false };
    },
    dns: () => undefined,
    remoteFdb: () => undefined,
    forwardingChild: (children) => children[options.choose({ kind: 'child', options: children })],

    sctpAbortIsTcpOnIp6: false,
    resetSwapsPorts: true,
    rejectTakesOthersForIp6: false,
    popShowsStaleBytes: false,
    lookupShowsEthDst: false,
  };
}

function refusal(southbound: Southbound, port: Port, packet: Microflow): string | undefined {
  if (port.type === 'localnet') {
    if ((packet[Slot.flags] & FLAG.localport) !== 0n)
      return `localnet port ${port.name} takes nothing from a localport`;
    const local = packet[Slot.flags] & (FLAG.localOnly | FLAG.overrideLocalOnly);
    if (local === FLAG.localOnly) return `localnet port ${port.name} takes nothing that is for this chassis only`;
  }
  return isUnbound(southbound, port) ? `port ${port.name} is bound to no chassis` : undefined;
}

/** Configured bindings that override come first, then learned ones, then the other configured ones (ovn-nb(5)). */
function neighbour(southbound: Southbound, port: Port, ip: bigint, family: 4 | 6): string | undefined {
  const configured = southbound.bindings.configuredOn(port);
  const candidates = [
    ...configured.filter(({ overridesLearned }) => overridesLearned),
    ...southbound.bindings.learnedOn(port),
    ...configured.filter(({ overridesLearned }) => !overridesLearned),
  ];
  return candidates.find((binding) => {
    const address = parseAddress(binding.ip);
    return address?.family === family && address.value === ip;
  })?.mac;
}

const PROTOCOL_NUMBER = { tcp: 6, udp: 17, sctp: 132 } as const;

function learnBackend(memory: ChassisMemory, action: CommitLbAff, packet: Microflow, { datapath }: Place): void {
  const pair = ipPair(packet);
  if (pair === undefined) return;
  memory.affinity.push({
    datapathKey: datapath.key,
    client: pair.src,
    vip: action.vip.value,
    vipPort: action.vipPort,
    protocol: action.proto === undefined ? undefined : PROTOCOL_NUMBER[action.proto],
    backend: action.backend.value,
    backendPort: action.backendPort,
  });
}

/** `chk_lb_aff`: a known client finds its backend in the registers that the load-balancing stage reads. */
function rememberedBackend(
  southbound: Southbound,
  memory: ChassisMemory,
  packet: Microflow,
  { datapath }: Place,
): ReturnType<Semantics['affinity']> {
  const pair = ipPair(packet);
  const session = memory.affinity.findLast(
    (known) =>
      known.datapathKey === datapath.key &&
      known.client === pair?.src &&
      known.vip === pair.dst &&
      (known.protocol === undefined || known.protocol === Number(packet[Slot.nwProto])) &&
      (known.vipPort === undefined || known.vipPort === Number(packet[Slot.tpDst])),
  );
  if (session === undefined || pair === undefined) return false;
  if (pair.family === 4) writeBits(packet, Slot.xxreg1, 96, 32, session.backend);
  else packet[Slot.xxreg1] = session.backend;
  // The port moved from reg8 to reg2 when the original tuple got registers of its own.
  const [slot, ofs] = atLeast(southbound.release.release, '25.09')
    ? ([Slot.xxreg0, 32] as const)
    : ([Slot.xreg4, 32] as const);
  writeBits(packet, slot, ofs, 16, BigInt(session.backendPort ?? 0));
  return true;
}
