import { Slot } from '../lflow/packet/slots.js';
import { formatMac } from '../net/mac.js';
import type { TraceNode } from '../trace/tree.js';
import type { ZonedPacketTrace } from './trace-packet-in-zone.js';

/** What `trace packet -o json` prints as `data`: the tree of `ovn-trace` with the rows behind it. */
export interface PacketTraceDocument {
  readonly zone: string;
  readonly datapath: string;
  /** The packet as a match in Open vSwitch notation. */
  readonly packet: string;
  /** Ports that got a packet, in order. */
  readonly delivered: readonly DeliveredPacket[];
  readonly tree: readonly PacketTraceNode[];
  /** What the trace decided on its own. */
  readonly notes: readonly string[];
}

export interface DeliveredPacket {
  readonly datapath: string;
  readonly port: string;
  /** Type of the port; empty for an ordinary one. */
  readonly type: string;
  /** Ethernet addresses the packet has by then. */
  readonly ethernet: { readonly source: string; readonly destination: string };
}

export interface PacketTraceNode {
  readonly kind: 'pipeline' | 'table' | 'action' | 'modify' | 'output' | 'error' | 'transformation';
  readonly text: string;
  /** The flow that matched, of a table. */
  readonly flow?: { readonly uuid: string; readonly stage?: string; readonly table: number; readonly priority: number };
  readonly children?: readonly PacketTraceNode[];
}

/** The trace as plain data. */
export function packetDocument(trace: ZonedPacketTrace): PacketTraceDocument {
  const delivered: DeliveredPacket[] = [];
  const tree = trace.tree.map((node) => plain(node, delivered));
  const { zone, packetLine, notes } = trace;
  return { zone, datapath: trace.datapath.displayName, packet: packetLine, delivered, tree, notes };
}

function plain(node: TraceNode, delivered: DeliveredPacket[]): PacketTraceNode {
  if (node.kind === 'modify' && node.delivered !== undefined) {
    const { port, datapath, packet } = node.delivered;
    delivered.push({
      datapath: datapath.displayName,
      port: port.port?.name ?? String(port.key),
      type: port.port?.type ?? '',
      ethernet: { source: formatMac(packet[Slot.ethSrc]), destination: formatMac(packet[Slot.ethDst]) },
    });
  }
  const children = node.children.map((child) => plain(child, delivered));
  const flow = node.kind === 'table' ? node.flow : undefined;
  return {
    kind: node.kind,
    text: node.text,
    ...(flow !== undefined && {
      flow: {
        uuid: flow.uuid,
        ...(flow.stage !== undefined && { stage: flow.stage }),
        table: flow.table,
        priority: flow.priority,
      },
    }),
    ...(children.length > 0 && { children }),
  };
}
