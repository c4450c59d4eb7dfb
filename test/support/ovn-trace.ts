import { databaseFromRows } from '../../src/ovsdb/replica/from-rows.js';
import type { RowsByTable } from '../../src/ovsdb/replica/from-rows.js';
import { southboundOf } from '../../src/ovn/southbound/southbound.js';
import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import type { OvnRelease } from '../../src/lflow/release.js';
import { tracePacket } from '../../src/usecase/trace-packet.js';
import type { PacketTrace, TracePacketRequest } from '../../src/usecase/trace-packet.js';
import { renderOvnTrace } from '../../src/view/ovn-trace/render.js';
import type { TraceFormat } from '../../src/view/ovn-trace/render.js';

export const FORMATS = ['detailed', 'summary', 'minimal'] as const;

/** A call of ovn-trace as test data has it: options, datapath, microflow. */
export interface TraceCall {
  readonly options?: readonly string[];
  readonly datapath?: string | null;
  readonly microflow: string;
}

/** A southbound view of literal rows; `release` where the rows do not say. */
export function southboundFromRows(rows: unknown, release?: OvnRelease): Southbound {
  // Test data is JSON in the notation that the function documents; a mistake in it shows in every comparison.
  const database = databaseFromRows('OVN_Southbound', rows as RowsByTable);
  return release === undefined ? southboundOf(database) : southboundOf(database, { release, from: 'northd' });
}

/** The use case's arguments for options written as for ovn-trace. */
export function requestOf(southbound: Southbound, call: TraceCall): TracePacketRequest & { formats: TraceFormat[] } {
  const ct: string[] = [];
  const formats: TraceFormat[] = [];
  let rest: Partial<TracePacketRequest> = {};
  for (const option of call.options ?? []) {
    const [name = '', value = ''] = option.split(/=(.*)/s);
    if (name === '--ct') ct.push(value);
    else if (name === '--lb-dst') rest = { ...rest, lbDst: value };
    else if (name === '--select-id') rest = { ...rest, selectId: Number(value) };
    else if (name === '--friendly-names' || name === '--no-friendly-names') {
      rest = { ...rest, friendlyNames: name === '--friendly-names' };
    } else if (name === '--all') formats.push(...FORMATS);
    else formats.push(name.slice(2) as TraceFormat);
  }
  const datapath = call.datapath ?? undefined;
  return { southbound, microflow: call.microflow, ct, formats, ...rest, ...(datapath !== undefined && { datapath }) };
}

/** What `trace packet` prints for a call; the formats of its options, else the given one. */
export function traceText(southbound: Southbound, call: TraceCall, format: TraceFormat = 'detailed'): string {
  const request = requestOf(southbound, call);
  return renderOvnTrace(tracePacket(request), request.formats.length > 0 ? request.formats : [format]);
}

export function traceOf(southbound: Southbound, call: TraceCall): PacketTrace {
  return tracePacket(requestOf(southbound, call));
}

/** Counts what was compared, keeps what differed, and says both. */
export class Comparison {
  compared = 0;
  equal = 0;
  readonly differences: string[] = [];

  add(title: string, actual: string, expected: string): void {
    this.compared++;
    if (actual === expected) {
      this.equal++;
      return;
    }
    this.differences.push(`${title}\n${firstDifference(actual, expected)}`);
  }

  report(suite: string): void {
    console.log(`${suite}: ${this.compared} compared, ${this.equal} equal`);
  }
}

export function firstDifference(actual: string, expected: string): string {
  const [ours, theirs] = [actual.split('\n'), expected.split('\n')];
  const line = ours.findIndex((text, index) => text !== theirs[index]);
  const at = line < 0 ? ours.length : line;
  return `  line ${at + 1}\n  ours:      ${ours[at] ?? '(end)'}\n  ovn-trace: ${theirs[at] ?? '(end)'}`;
}
