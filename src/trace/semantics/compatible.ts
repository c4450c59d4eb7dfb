import type { OvnRelease } from '../../lflow/release.js';
import { atLeast } from '../../lflow/release.js';
import { copyMicroflow, Slot } from '../../lflow/packet/slots.js';
import { parseAddress } from '../../net/prefix.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import { CompatibleConntrack } from './compatible-conntrack.js';
import type { CompatibleOptions, Preferred } from './compatible-options.js';
import { knownSince } from './known-actions.js';
import { violatesInbound, violatesOutbound } from './port-security.js';
import type { Choice, Chosen, Semantics } from './semantics.js';

/** Registers that `ovn-trace` clears between ingress and egress: all but the two ports, the flags included. */
const CLEARED_AT_EGRESS = [
  Slot.xxreg0,
  Slot.xxreg1,
  Slot.xreg4,
  Slot.flags,
  Slot.reg11,
  Slot.reg12,
  Slot.reg13,
] as const;

/** As written: a listed network is one address, the unspecified address violates, and IPv6 is looked at less closely. */
const LITERAL_RULES = {
  prefixes: false,
  unspecifiedSource: false,
  linkLocalWithIp6: false,
  discoveryWithoutAddress: false,
  properDiscovery: false,
};

/** The decisions of `ovn-trace` of one release, its defects included: what `trace packet` prints. For one trace only. */
export function compatible(southbound: Southbound, release: OvnRelease, options: CompatibleOptions): Semantics {
  const preferred = { lbDst: options.lbDst };
  return {
    mode: 'compatible',

    egressState(packet) {
      const egress = copyMicroflow(packet);
      for (const slot of CLEARED_AT_EGRESS) egress[slot] = 0n;
      return egress;
    },
    // Registers, flags and conntrack state leak into the next datapath.
    patchState: copyMicroflow,
    // Every member sees what the ones before it changed.
    memberState: (group) => group,

    expandTemplates: (text) => (text.includes('^') ? undefined : text),
    // An old ovn-trace drops what a newer northd wrote, and shows the next flow.
    stopsAtUnknown: false,
    knows: (action) => knownSince(action, release),
    // Every port that exists counts as bound everywhere.
    isResident: (name) => name === '' || southbound.ports.named(name) !== undefined,
    choose: (choice) => choose(choice, options, preferred),

    conntrack: new CompatibleConntrack(southbound, release, options.ct, preferred),

    // One chassis holds everything.
    elsewhere: () => undefined,
    refusesOutput: () => undefined,
    redirectsMembers: false,
    violatesPortSecurity: (direction, port, packet) =>
      direction === 'in'
        ? violatesInbound(port.portSecurity, packet, LITERAL_RULES)
        : violatesOutbound(port.portSecurity, packet, LITERAL_RULES),
    neighbour: (port, ip, family) =>
      southbound.bindings.learnedOn(port).find((binding) => {
        const address = parseAddress(binding.ip);
        return address?.family === family && address.value === ip;
      })?.mac,

    packetLarger: () => undefined,
    ecmpNextHop: () => undefined,
    affinity: () => undefined,
    commitEcmp: () => undefined,
    commitAffinity: () => ({ continues: false }),
    dns: () => undefined,
    remoteFdb: () => undefined,
    forwardingChild: () => undefined,

    sctpAbortIsTcpOnIp6: true,
    resetSwapsPorts: false,
    rejectTakesOthersForIp6: true,
    popShowsStaleBytes: !atLeast(release, '25.09'),
    lookupShowsEthDst: true,
  };
}

function choose(choice: Choice, options: CompatibleOptions, preferred: Preferred): Chosen {
  switch (choice.kind) {
    case 'backend': {
      const wanted = preferred.lbDst?.address;
      const index = choice.options.findIndex(
        ({ address }) => address.family === wanted?.family && address.value === wanted.value,
      );
      if (index < 0) return { index: 0, certain: choice.options.length === 1 };
      preferred.lbDst = undefined;
      return { index, certain: true };
    }
    case 'member': {
      const index = choice.options.findIndex(({ id }) => id === options.selectId);
      return index < 0 ? { index: 0, certain: false } : { index, certain: true };
    }
    case 'child':
    case 'tie':
      return { index: 0, certain: choice.options.length === 1 };
  }
}
