import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDatabase } from '../../src/connect/files/databases.js';
import { southboundOf } from '../../src/ovn/southbound/southbound.js';
import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import { compatible } from '../../src/trace/semantics/compatible.js';
import { tracePacket } from '../../src/usecase/trace-packet.js';
import { renderOvnTrace } from '../../src/view/ovn-trace/render.js';
import type { TraceFormat } from '../../src/view/ovn-trace/render.js';
import { Comparison, FORMATS, requestOf, traceOf, traceText } from '../support/ovn-trace.js';
import type { TraceCall } from '../support/ovn-trace.js';

interface Recorded extends TraceCall {
  readonly name: string;
  readonly zone: string;
  readonly nondeterministic: boolean;
}

const folder = join(import.meta.dirname, '../../examples/ic-dualstack');
const index = JSON.parse(readFileSync(join(folder, 'traces/index.json'), 'utf8')) as readonly Recorded[];
const zones = new Map<string, Southbound>();

function zoneOf(zone: string): Southbound {
  let southbound = zones.get(zone);
  if (southbound === undefined) {
    const file = join(folder, zone, 'sb.db');
    southbound = southboundOf(loadDatabase(file, readFileSync(file)).database);
    zones.set(zone, southbound);
  }
  return southbound;
}

/** What was on standard output: below the four header lines of the recording, above what was on standard error. */
function recordedText(zone: string, name: string, format: string): string {
  const lines = readFileSync(join(folder, `traces/${zone}/${name}.${format}.txt`), 'utf8').split('\n');
  const header = lines.findIndex((line) => line.startsWith('# rc='));
  if (header < 0) throw new Error(`${name}: no header`);
  const errors = lines.indexOf('--- stderr');
  return [...lines.slice(header + 1, errors < 0 ? -1 : errors), ''].join('\n');
}

function textWithBackend(southbound: Southbound, call: Recorded, format: TraceFormat, backend: number): string {
  const trace = tracePacket({
    ...requestOf(southbound, call),
    semantics: (view, options) => ({
      ...compatible(view, view.release.release, options),
      choose: ({ options: ways }) => ({ index: Math.min(backend, ways.length - 1), certain: true }),
    }),
  });
  return renderOvnTrace(trace, [format]);
}

describe('recorded dual-stack cluster, OVN 26.03.1', () => {
  it('prints every recorded trace in every format', () => {
    const comparison = new Comparison();
    for (const call of index) {
      if (call.nondeterministic) continue;
      for (const format of FORMATS) {
        const expected = recordedText(call.zone, call.name, format);
        comparison.add(`${call.name} [${format}]`, traceText(zoneOf(call.zone), call, format), expected);
      }
    }
    comparison.report('ic-dualstack');
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBe(80 * 3);
  });

  it('takes the first backend where ovn-trace picks one at random, and says so', () => {
    const [call] = index.filter(({ nondeterministic }) => nondeterministic);
    expect(call?.name).toBe('svc-random-backend');
    if (call === undefined) return;
    const southbound = zoneOf(call.zone);
    expect(traceOf(southbound, call).notes).toEqual([expect.stringContaining('at random')]);
    // One of the backends gives the recorded text; ask for each of them.
    const outcomes = FORMATS.map((format) => {
      const expected = recordedText(call.zone, call.name, format);
      return [0, 1, 2].some((backend) => textWithBackend(southbound, call, format, backend) === expected);
    });
    expect(outcomes).toEqual([true, true, true]);
  });

  it('is there', () => {
    expect(existsSync(folder)).toBe(true);
    expect(index).toHaveLength(81);
  });
});
