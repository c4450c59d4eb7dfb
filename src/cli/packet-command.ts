/**
 * What `trace packet` does once its command line is understood: open the World, trace, print the text of `ovn-trace` (or a
 * document), say on stderr what was assumed or passed over.
 */
import { flowsMet } from '../usecase/flows-met.js';
import { packetDocument } from '../usecase/packet-document.js';
import type { PacketQuery, ZonedPacketTrace } from '../usecase/trace-packet-in-zone.js';
import { renderOvnTrace } from '../view/ovn-trace/render.js';
import type { TraceFormat } from '../view/ovn-trace/render.js';
import { sanitiseBlock } from '../view/sanitise.js';
import type { World } from '../world/world.js';
import type { SourceFlags } from './open-source.js';
import { SourceCommand } from './source-command.js';
import type { EXPECTATIONS } from './trace-flags.js';

interface PacketArgs {
  readonly datapath: string;
  readonly microflow: string | undefined;
}

interface PacketFlags extends SourceFlags {
  readonly format: readonly (TraceFormat | 'all')[];
  readonly ct: readonly string[] | undefined;
  readonly 'lb-dst': string | undefined;
  readonly 'select-id': number | undefined;
  readonly 'friendly-names': boolean;
  readonly faithful: boolean;
  readonly chassis: string | undefined;
  readonly expect: (typeof EXPECTATIONS)[number] | undefined;
}

export abstract class PacketCommand extends SourceCommand {
  protected async trace(args: PacketArgs, flags: PacketFlags): Promise<void> {
    const query = { ...queryOf(args, flags), followCircles: this.isForReading };
    // Loading the engine takes as long as connecting to a server: they go on side by side.
    const engine = import('../usecase/trace-packet-in-zone.js');
    const ask = async (source: World): Promise<ZonedPacketTrace> => (await engine).tracePacketInZone(source, query);
    const { world, answer: trace } = await this.ask(flags, ask, flowsMet);
    for (const text of trace.notes) this.caution(text);
    for (const text of trace.warnings) this.note(text);
    if (trace.warnings.length > 0) {
      this.caution(`${trace.warnings.length} remarks on flows and names that were passed over; -v shows them`);
    }
    const formats = flags.format.flatMap((format) => (format === 'all' ? ALL : [format]));
    await this.emit({
      kind: 'PacketTrace',
      // Only when it is wanted: the tree of a packet in circles is too deep for a document.
      get data() {
        return packetDocument(trace);
      },
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
      table: () => sanitiseBlock(renderOvnTrace(trace, formats)),
      names: () => packetDocument(trace).delivered.map(({ port }) => `port/${port}`),
    });
    if (flags.expect === undefined) return;
    const { packetOutcome } = await import('../usecase/trace-packet.js');
    const outcome = packetOutcome(trace);
    if (outcome !== flags.expect) this.caution(`expected ${flags.expect}, but the packet is ${outcome}`);
    this.outcome(outcome === 'unknown' ? 'incomplete' : outcome === flags.expect ? 'done' : 'negative');
  }
}

const ALL: readonly TraceFormat[] = ['detailed', 'summary', 'minimal'];

/** With one argument, that is the microflow, and its ingress port tells the datapath. */
function queryOf(args: PacketArgs, flags: PacketFlags): PacketQuery {
  const { 'lb-dst': lbDst, 'select-id': selectId, ct = [], chassis, faithful } = flags;
  return {
    ...(args.microflow === undefined
      ? { microflow: args.datapath }
      : { datapath: args.datapath, microflow: args.microflow }),
    ct,
    faithful,
    friendlyNames: flags['friendly-names'],
    ...(lbDst !== undefined && { lbDst }),
    ...(selectId !== undefined && { selectId }),
    ...(chassis !== undefined && { chassis }),
  };
}
