import { describe, expect, it } from 'vitest';
import { emptyMicroflow } from '../../../src/lflow/packet/slots.js';
import type { OvnRelease } from '../../../src/lflow/release.js';
import type { Southbound } from '../../../src/ovn/southbound/southbound.js';
import { runTrace } from '../../../src/trace/engine/engine.js';
import { compatible } from '../../../src/trace/semantics/compatible.js';
import type { Semantics } from '../../../src/trace/semantics/semantics.js';
import type { TraceNode } from '../../../src/trace/tree.js';
import { packetOutcome, tracePacket } from '../../../src/usecase/trace-packet.js';
import type { PacketTrace } from '../../../src/usecase/trace-packet.js';
import { southboundFromRows } from '../../support/ovn-trace.js';

const SW = 'd0000001-0000-4000-8000-000000000001';
type Flow = readonly [pipeline: 'ingress' | 'egress', table: number, priority: number, match: string, actions: string];

function world(flows: readonly Flow[], release: OvnRelease = '26.03'): Southbound {
  const port = (name: string, key: number): object => ({
    _uuid: `b000000${key}-0000-4000-8000-000000000001`,
    datapath: ['uuid', SW],
    logical_port: name,
    tunnel_key: key,
  });
  return southboundFromRows(
    {
      Datapath_Binding: [{ _uuid: SW, tunnel_key: 1, external_ids: ['map', [['name', 'sw']]] }],
      Port_Binding: [port('p1', 1), port('p2', 2)],
      Logical_Flow: flows.map(([pipeline, table_id, priority, match, actions], index) => ({
        _uuid: `f${String(index).padStart(7, '0')}-0000-4000-8000-000000000001`,
        logical_datapath: ['uuid', SW],
        pipeline,
        table_id,
        priority,
        match,
        actions,
      })),
    },
    release,
  );
}

function trace(
  flows: readonly Flow[],
  change: Partial<Semantics> = {},
  microflow = 'inport == "p1" && ip4 && ip.ttl == 64',
): PacketTrace {
  return tracePacket({
    southbound: world(flows),
    datapath: 'sw',
    microflow,
    semantics: (view, options) => ({ ...compatible(view, view.release.release, options), ...change }),
  });
}

function texts(nodes: readonly TraceNode[]): string[] {
  return nodes.flatMap((node) => [node.text, ...texts(node.children)]);
}

const OUT: Flow = ['egress', 0, 0, '1', 'output;'];
const END = /^\*\*\* stopped .*: the packet seems to go in circles$/;

describe('guards', () => {
  it('stop a table that continues with itself', () => {
    const looping = trace([['ingress', 0, 1, '1', 'next(0);']]);
    expect(texts(looping.tree).filter((text) => END.test(text))).toHaveLength(1);
    expect(packetOutcome(looping)).toBe('unknown');
  });

  it('stop pipelines that lead into each other', () => {
    const looping = trace([
      ['ingress', 0, 1, '1', 'outport = "p2"; output;'],
      ['egress', 0, 1, '1', 'next(pipeline=ingress, table=0);'],
    ]);
    expect(texts(looping.tree).filter((text) => END.test(text))).toHaveLength(1);
    expect(packetOutcome(looping)).toBe('unknown');
  });

  it('leave alone a way that is long but ends', () => {
    const southbound = world([
      ['ingress', 0, 1, 'reg0 == 0', 'reg0[0..15] = 1; next(0);'],
      ...Array.from({ length: 3000 }, (_, i): Flow => [
        'ingress',
        0,
        1,
        `reg0 == ${i + 1}`,
        i === 2999 ? 'drop;' : `reg0 = ${i + 2}; next(0);`,
      ]),
    ]);
    const { tree } = runTrace({
      southbound,
      semantics: compatible(southbound, '26.03', { ct: [], lbDst: undefined, selectId: undefined }),
      datapath: southbound.datapaths.withKey(1)!,
      packet: emptyMicroflow(),
      limits: { pipelines: 9, tables: 12_000, nodes: 12_000, indentation: 12_000 },
    });
    expect(packetOutcome({ tree })).toBe('dropped');
  });

  it('stop a flow that doubles the packet at every step', () => {
    const southbound = world([['ingress', 0, 1, '1', 'clone { next(0); }; next(0);']]);
    const { tree } = runTrace({
      southbound,
      semantics: compatible(southbound, '26.03', { ct: [], lbDst: undefined, selectId: undefined }),
      datapath: southbound.datapaths.withKey(1)!,
      packet: emptyMicroflow(),
      limits: { pipelines: 9, tables: 12, nodes: 500, indentation: 5000 },
    });
    expect(packetOutcome({ tree })).toBe('unknown');
    const tables = texts(tree).filter((text) => text.startsWith(' 0. ')).length;
    expect(tables).toBeGreaterThan(100);
    expect(tables).toBeLessThanOrEqual(500);
  });
});

describe('flows that cannot be used', () => {
  const flows: readonly Flow[] = [
    ['ingress', 0, 9, 'ip4 && nosuch.field == 1', 'drop;'],
    ['ingress', 0, 8, 'ip4', 'teleport("p2"); next;'],
    ['ingress', 0, 7, 'ip4.src == $nosuch', 'drop;'],
    ['ingress', 0, 1, 'ip4', 'outport = "p2"; output;'],
    OUT,
  ];

  it('are passed over and told, as by ovn-trace', () => {
    const passed = trace(flows);
    expect(packetOutcome(passed)).toBe('delivered');
    expect(passed.warnings.map((warning) => /flow (\w+)/.exec(warning)?.[1])).toEqual([
      'f0000000',
      'f0000001',
      'f0000002',
    ]);
    expect(passed.warnings[0]).toContain('^^^^^^^^^^^^');
  });

  it('end the trace where the answer must not be guessed', () => {
    const [field, , , plain, out] = flows;
    const stopped = trace([field!, plain!, out!], { stopsAtUnknown: true });
    expect(packetOutcome(stopped)).toBe('unknown');
    expect(texts(stopped.tree).at(-1)).toMatch(/^\*\*\* this flow cannot be interpreted: /);
    const action = trace(flows.slice(1), { stopsAtUnknown: true });
    expect(packetOutcome(action)).toBe('unknown');
    // A missing address set makes every switch refuse the flow.
    expect(packetOutcome(trace(flows.slice(2), { stopsAtUnknown: true }))).toBe('delivered');
  });

  it('count only when the packet meets them', () => {
    const other = trace(flows.slice(1), { stopsAtUnknown: true }, 'inport == "p1" && ip6');
    expect(packetOutcome(other)).toBe('dropped');
  });
});

describe('flows of equal priority', () => {
  it('are told when they act differently', () => {
    const tied = trace([
      ['ingress', 0, 5, 'ip4', 'outport = "p2"; output;'],
      ['ingress', 0, 5, 'ip.ttl == 64', 'drop;'],
      ['ingress', 0, 5, 'ip', 'outport = "p2"; output;'],
      OUT,
    ]);
    expect(tied.warnings).toEqual([expect.stringContaining('flows of equal priority match')]);
    const [pipeline] = tied.tree;
    expect(pipeline?.children[0]).toMatchObject({ kind: 'table', ties: [{ actions: 'drop;' }] });
  });

  it('leave the choice to the semantics', () => {
    const flows: readonly Flow[] = [
      ['ingress', 0, 5, 'ip4', 'outport = "p2"; output;'],
      ['ingress', 0, 5, 'ip', 'drop;'],
      OUT,
    ];
    const outcomes = [0, 1].map((index) => packetOutcome(trace(flows, { choose: () => ({ index, certain: true }) })));
    expect(outcomes.sort()).toEqual(['delivered', 'dropped']);
  });
});

describe('outcome', () => {
  it.each([
    ['output', 'outport = "p2"; output;', 'delivered'],
    ['nothing', '', 'dropped'],
    ['back where it came from', 'outport = "p1"; output;', 'dropped'],
    ['nowhere', 'output;', 'dropped'],
    ['a refusal', 'reject { outport = "p1"; flags.loopback = 1; output; };', 'rejected'],
    ['a question of its own', 'arp { outport = "p2"; output; };', 'dropped'],
    ['a copy elsewhere', 'clone { outport = "p2"; output; };', 'delivered'],
  ])('%s', (_title, actions, outcome) => {
    expect(packetOutcome(trace([['ingress', 0, 1, '1', actions], OUT]))).toBe(outcome);
  });

  it('is dropped where no flow matches', () => {
    const missed = trace([['ingress', 0, 1, 'ip6', 'next;']]);
    expect(packetOutcome(missed)).toBe('dropped');
    expect(missed.tree[0]?.children[0]).toMatchObject({ kind: 'table', flow: undefined, table: 0 });
  });
});

describe('tree', () => {
  it('has the packet as it was at every step', () => {
    const delivered = trace([['ingress', 0, 1, '1', 'ip.ttl--; outport = "p2"; output;'], OUT]);
    const [ingress] = delivered.tree;
    expect(ingress).toMatchObject({ kind: 'pipeline', pipeline: 'ingress', entered: 'start', inport: { key: 1 } });
    const table = ingress?.children[0];
    const egress = table?.children.at(-1);
    expect(egress).toMatchObject({ kind: 'pipeline', entered: 'output', outport: { key: 2, port: { name: 'p2' } } });
    const output = egress?.children[0]?.children.at(-1);
    expect(output).toMatchObject({ kind: 'modify', text: 'output("p2")', delivered: { port: { key: 2 } } });
  });

  it('leaves the caller’s packet alone', () => {
    const delivered = trace([['ingress', 0, 1, '1', 'ip.ttl--; outport = "p2"; output;'], OUT]);
    expect(delivered.packetLine).toContain('nw_ttl=64');
    expect(trace([['ingress', 0, 1, '1', 'next;']]).packetLine).toBe(delivered.packetLine);
  });
});
