import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDatabase } from '../../../src/connect/files/databases.js';
import { emptyMicroflow, SLOT_WIDTH } from '../../../src/lflow/packet/slots.js';
import type { Microflow, Slot } from '../../../src/lflow/packet/slots.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';
import { Row } from '../../../src/ovsdb/replica/row.js';
import { logicalFlowOf } from '../../../src/ovn/southbound/flows.js';
import { southboundOf } from '../../../src/ovn/southbound/southbound.js';
import { Candidates } from '../../../src/trace/engine/candidates.js';
import { FlowProgram } from '../../../src/trace/engine/flow-program.js';
import { FlowTexts } from '../../../src/trace/engine/flow-text.js';
import { resolvePort } from '../../../src/trace/engine/names.js';
import { quickConditions } from '../../../src/trace/engine/quick-condition.js';

const file = join(import.meta.dirname, '../../../examples/ic-dualstack/ovn-worker/sb.db');
const southbound = southboundOf(loadDatabase(file, readFileSync(file)).database);
const texts = FlowTexts.of(southbound);
const datapaths = [...southbound.datapaths.all()];

/** Values that occur in the flows of the database, so that random packets meet some of them. */
const occurring = new Map<Slot, bigint[]>();
for (const row of southbound.database.table('Logical_Flow').rows()) {
  for (const condition of quickConditions(row.string('match'), texts.symbols)) {
    if (condition.kind !== 'value' && condition.kind !== 'bits') continue;
    const values = occurring.get(condition.slot);
    if (values === undefined) occurring.set(condition.slot, [condition.value]);
    else values.push(condition.value);
  }
}

const packet = fc.record(
  Object.fromEntries(
    Object.entries(SLOT_WIDTH).map(([slot, width]) => {
      const known = occurring.get(Number(slot) as Slot) ?? [0n];
      const any = fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n });
      const key = fc.bigInt({ min: 0n, max: 30n });
      return [slot, fc.oneof(fc.constantFrom(...known), any, width === 32 ? key : any)];
    }),
  ),
);

function microflowOf(values: Readonly<Record<string, bigint>>): Microflow {
  const flow = emptyMicroflow();
  for (const [slot, value] of Object.entries(values)) flow[Number(slot) as Slot] = value;
  return flow;
}

function programOf(match: string): FlowProgram {
  const cells = { pipeline: 'ingress', table_id: 0, priority: 1, match, actions: 'next;' };
  return new FlowProgram(logicalFlowOf(new Row('Logical_Flow', '', cells)));
}

describe('candidate flows', () => {
  it('contain every flow whose match holds', () => {
    const missed: string[] = [];
    let matched = 0;
    let considered = 0;
    let all = 0;
    fc.assert(
      fc.property(packet, fc.nat(), (values, pick) => {
        const datapath = datapaths[pick % datapaths.length]!;
        const flow = microflowOf(values);
        const portKey = (name: string): bigint | undefined => {
          const key = resolvePort(southbound, datapath, name);
          return key === undefined ? undefined : BigInt(key);
        };
        const scope = { portKey, isChassisResident: () => true };
        for (const pipeline of ['ingress', 'egress'] as const) {
          for (let table = 0; table < 34; table++) {
            const flows = southbound.flows.flowsOf(datapath).table(pipeline, table);
            const candidates = new Set(
              texts
                .candidates(flows, datapath)
                .of(flow)
                .map((program) => program.flow),
            );
            all += flows.length;
            considered += candidates.size;
            for (const one of flows) {
              const match = texts.match(one.match, datapath);
              if (!match.ok || !match.value.holds(flow, scope)) continue;
              matched++;
              if (!candidates.has(one)) missed.push(one.match);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
    expect(missed).toEqual([]);
    console.log(`candidates: ${all} flows, ${considered} considered, ${matched} matched`);
    expect(matched).toBeGreaterThan(500);
    expect(considered).toBeLessThan(all);
  });

  it('are found among thousands for addresses however the address is written', () => {
    const symbols = symbolTable('23.03');
    const holding = [
      'ct.new && ip4.dst == 172.30.0.1 && tcp.dst == 80',
      'ip4.dst == 172.30.0.1 && udp.dst == 80',
      'ip4.dst == 172.30.0.1',
      'ip4.dst==172.30.0.1 && tcp.dst == 80',
      'ip4.dst == 0xac1e0001 && tcp.dst == 80',
      'ip4.dst == {172.30.0.1, 172.30.0.2}',
      'ip4.dst == 172.30.0.0/24 && tcp',
      '172.30.0.1 == ip4.dst && tcp',
      'ip4.dst == 10.0.0.1 && tcp.dst == 80 || ip4.dst == 172.30.0.1',
      '(ct.new && ip4.dst == 172.30.0.1) && tcp.dst == 80',
      'ct.new && (ip4.dst == 10.0.0.1 || ip4.src == 10.0.0.1)',
      '!(ip4.dst == 10.0.0.1)',
      '/* ip4.dst == 10.0.0.1 && */ ct.new && ip4.src == 10.0.0.1',
      // An address that is none: whoever parses it has to say so.
      'ct.new && ip4.dst == 172.30.0.256',
    ];
    const others = ['ct.new && ip4.dst == 172.30.0.2 && tcp.dst == 80', 'ip4.src == 172.30.0.1 && ct.new'];
    for (let i = 0; i < 600; i++) others.push(`ct.new && ip4.dst == 10.1.${i >> 8}.${i & 255} && tcp.dst == 80`);
    const flows = [...others.slice(0, 300), ...holding, ...others.slice(300)].map(programOf);
    const candidates = new Candidates(flows, {
      conditions: (match) => quickConditions(match, symbols),
      portKey: () => undefined,
      mayBeIn: () => true,
    });
    const flow = emptyMicroflow();
    const set = (field: string, value: bigint): void => {
      const [condition] = quickConditions(`${field} == 0`, symbols);
      flow[condition!.slot] = value;
    };
    set('ip4.dst', 0xac1e0001n);
    set('ip4.src', 0x0a000001n);
    set('tcp.dst', 80n);
    const [isNew] = quickConditions('ct.new', symbols);
    flow[isNew!.slot] = isNew?.kind === 'bits' ? isNew.value : 0n;
    const found = new Set(candidates.of(flow).map((program) => program.flow.match));
    for (const match of holding.filter((each) => !each.includes('udp'))) expect(found).toContain(match);
    expect(found.size).toBeLessThanOrEqual(holding.length + 1);
  });

  it.each([
    ['alternatives have no condition', 'inport == "a" || ip4', []],
    ['a quoted operator is no operator', 'inport == "a||b" && ip4', ['port']],
    ['a commented operator is no operator', 'ip4.dst == 1.2.3.4 /* a || b */ && tcp', []],
    ['nested conjuncts count', 'reg0[7] == 1 && ((ip4 || ip6) && outport == @g)', ['bits', 'group']],
    ['nested alternatives do not', 'reg0[7] == 1 && (ip4 && tcp || outport == @g)', ['bits']],
    ['a prefix is no value', 'ip4.dst == 10.0.0.0/8', []],
    ['a negation is no condition', '!ct.new && !(inport == "a")', []],
    ['a set is no condition', 'ip4.dst == {1.2.3.4} && ct.new', ['bits']],
    ['part of a telling field is bits', 'eth.dst[40] == 1', ['bits']],
  ])('%s', (_title, match, kinds) => {
    expect(quickConditions(match, symbolTable('26.03')).map(({ kind }) => kind)).toEqual(kinds);
  });
});
