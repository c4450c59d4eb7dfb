import { Slot } from '../../lflow/packet/slots.js';
import type { Microflow } from '../../lflow/packet/slots.js';
import { parseMac } from '../../net/mac.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';

/** A switch has a router or two; a router may have every switch, of which a packet goes to one. */
const FEW = 4;

/** Tells the source of flows that a packet on a switch goes on to a router, when it is addressed to one. */
export function expectRouter({ ports, flows }: Southbound, datapath: Datapath, packet: Microflow): void {
  if (flows.expect === undefined || datapath.kind !== 'switch') return;
  const patches = [...ports.of(datapath)].filter(({ type }) => type === 'patch' || type === 'l3gateway');
  if (patches.length > FEW) return;
  for (const patch of patches) {
    const router = ports.peerOf(patch);
    const macs = router?.row.strings('mac').flatMap((text) => parseMac(text.split(' ')[0] ?? '') ?? []) ?? [];
    if (router !== undefined && macs.includes(packet[Slot.ethDst])) flows.expect(router.datapath);
  }
}
