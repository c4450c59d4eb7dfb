import { describe, expect, it } from 'vitest';
import type { OvnRelease } from '../../src/lflow/release.js';
import { conformance, NOT_RUN } from '../support/conformance.js';
import { Comparison, FORMATS, southboundFromRows, traceText } from '../support/ovn-trace.js';
import type { TraceCall } from '../support/ovn-trace.js';

type Rows = Readonly<Record<string, readonly object[]>>;
type Expected = Readonly<Partial<Record<(typeof FORMATS)[number], string>>>;
type RecordedCall = TraceCall & { readonly name?: string; readonly aborts?: boolean; readonly expect: Expected };
interface Topology {
  readonly southbound: Rows;
  readonly traces: readonly RecordedCall[];
}
interface Packets {
  readonly southbound: Rows;
  readonly traces: readonly (TraceCall & { readonly minimal: string })[];
}
type Range = readonly [number, number];
interface Northd {
  readonly common: Rows;
  readonly tests: readonly {
    readonly test: string;
    readonly snapshots: readonly (readonly Range[])[];
    readonly rows: readonly (readonly [string, object])[];
    readonly traces: readonly (RecordedCall & { readonly snapshot: number })[];
  }[];
}

const VERSIONS = [
  ['23.03.1', '23.03.1'],
  ['26.03.1', '26.03'],
] as const satisfies readonly (readonly [string, OvnRelease])[];

const withoutPacketLine = (text: string): string => text.replace(/^# .*\n/, '');

describe.each(VERSIONS)('recorded ovn-trace %s', (version, release) => {
  for (const zone of ['zoneA', 'zoneB']) {
    const file = `topology-${version}-${zone}.json`;
    const data = conformance(file) as Topology | undefined;
    it.skipIf(data === undefined)(data === undefined ? NOT_RUN : `${file}: every trace in every format`, () => {
      const southbound = southboundFromRows(data?.southbound);
      expect(southbound.release).toEqual({ release, from: 'northd' });
      const comparison = new Comparison();
      let aborts = 0;
      for (const call of data?.traces ?? []) {
        if (call.aborts === true) {
          expect(traceText(southbound, call)).toContain('nd_na_router');
          aborts++;
          continue;
        }
        for (const format of FORMATS) {
          comparison.add(
            `${call.name ?? ''} [${format}]`,
            traceText(southbound, call, format),
            call.expect[format] ?? '',
          );
        }
      }
      comparison.report(file);
      expect(comparison.differences).toEqual([]);
      // A neighbour solicitation for a router kills ovn-trace; ours shows the answer.
      expect(aborts).toBe(zone === 'zoneA' ? 1 : 0);
      expect(comparison.compared).toBe(((data?.traces.length ?? 0) - aborts) * 3);
    });
  }

  const packets = `trace-1ls-3lsp-${version}.json`;
  const lsp = conformance(packets) as Packets | undefined;
  it.skipIf(lsp === undefined)(lsp === undefined ? NOT_RUN : `${packets}: every packet`, () => {
    const southbound = southboundFromRows(lsp?.southbound);
    const comparison = new Comparison();
    for (const call of lsp?.traces ?? []) {
      comparison.add(call.microflow, withoutPacketLine(traceText(southbound, call, 'minimal')), call.minimal);
    }
    comparison.report(packets);
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBe(123);
  });

  const northd = `upstream-northd-traces-${version}.json`;
  const recorded = conformance(northd) as Northd | undefined;
  it.skipIf(recorded === undefined)(recorded === undefined ? NOT_RUN : `${northd}: every trace in every format`, () => {
    const comparison = new Comparison();
    for (const { test, snapshots, rows, traces } of recorded?.tests ?? []) {
      const databases = snapshots.map((ranges) =>
        southboundFromRows(snapshot(recorded?.common ?? {}, rows, ranges), release),
      );
      for (const call of traces) {
        const southbound = databases[call.snapshot];
        if (southbound === undefined) throw new Error(`no snapshot ${call.snapshot}`);
        for (const format of FORMATS) {
          const title = `${test} [${format}] ${call.microflow}`;
          comparison.add(title, traceText(southbound, call, format), call.expect[format] ?? '');
        }
      }
    }
    comparison.report(northd);
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBeGreaterThanOrEqual(120);
  });
});

function snapshot(common: Rows, rows: readonly (readonly [string, object])[], ranges: readonly Range[]): Rows {
  const tables: Record<string, object[]> = {};
  for (const [table, list] of Object.entries(common)) tables[table] = [...list];
  for (const [first, last] of ranges) {
    for (const [table, row] of rows.slice(first, last + 1)) (tables[table] ??= []).push(row);
  }
  return tables;
}
