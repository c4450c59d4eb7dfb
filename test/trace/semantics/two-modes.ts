/**
 * One small southbound database, traced as `ovn-trace` would and as the switches of chassis `here` do it.
 *
 * Switch `sw` (key 1): `a` and `b` are here, `c` is on chassis `there`, `idle` on none, `out` leads to the physical network,
 * `up` to router `lr` (key 2), whose ports are `down` (back to the switch) and `gw` (a gateway here).
 */
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import type { Southbound } from '../../../src/ovn/southbound/southbound.js';
import { compatible } from '../../../src/trace/semantics/compatible.js';
import { ChassisMemory } from '../../../src/trace/semantics/faithful/chassis-memory.js';
import { faithful } from '../../../src/trace/semantics/faithful/faithful.js';
import type { Choice } from '../../../src/trace/semantics/semantics.js';
import type { Delivery, TraceNode } from '../../../src/trace/tree.js';
import { tracePacket } from '../../../src/usecase/trace-packet.js';
import { southboundFromRows } from '../../support/ovn-trace.js';

/** A flow of the switch unless it says `lr`. */
export type Flow = readonly [
  pipeline: 'ingress' | 'egress',
  table: number,
  priority: number,
  match: string,
  actions: string,
  of?: 'lr',
];

const id = (kind: string, number: number): string =>
  `${kind}${String(number).padStart(7, '0')}-0000-4000-8000-000000000000`;
const SWITCH = id('d', 1);
const ROUTER = id('d', 2);
const HERE = id('c', 1);
const THERE = id('c', 2);

const map = (entries: Readonly<Record<string, string>>): unknown => ['map', Object.entries(entries)];

const datapath = (uuid: string, key: number, name: string, kind: string): object => ({
  _uuid: uuid,
  tunnel_key: key,
  external_ids: map({ name, [kind]: uuid }),
});

interface PortRow {
  readonly type?: string;
  readonly chassis?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly port_security?: string;
}

const PORTS: readonly (readonly [name: string, datapath: string, key: number, row: PortRow])[] = [
  ['a', SWITCH, 1, { chassis: HERE }],
  ['b', SWITCH, 2, { chassis: HERE }],
  ['c', SWITCH, 3, { chassis: THERE }],
  ['idle', SWITCH, 4, {}],
  ['out', SWITCH, 5, { type: 'localnet' }],
  ['up', SWITCH, 6, { type: 'patch', options: { peer: 'down' } }],
  ['cr-b', SWITCH, 7, { type: 'chassisredirect', chassis: HERE, options: { 'distributed-port': 'b' } }],
  ['down', ROUTER, 1, { type: 'patch', options: { peer: 'up' } }],
  ['gw', ROUTER, 2, { type: 'l3gateway', chassis: HERE }],
];

/** The database with these flows; `security`: port_security of port `a`; `rows`: other tables. */
export function southbound(
  flows: readonly Flow[],
  {
    security,
    rows = {},
  }: { readonly security?: string; readonly rows?: Readonly<Record<string, readonly object[]>> } = {},
): Southbound {
  return southboundFromRows(
    {
      Chassis: [
        { _uuid: HERE, name: 'here' },
        { _uuid: THERE, name: 'there' },
      ],
      Datapath_Binding: [datapath(SWITCH, 1, 'sw', 'logical-switch'), datapath(ROUTER, 2, 'lr', 'logical-router')],
      Port_Binding: PORTS.map(([name, of, key, { type = '', chassis, options = {} }]) => ({
        _uuid: id(of === SWITCH ? 'a' : 'b', key),
        logical_port: name,
        datapath: ['uuid', of],
        tunnel_key: key,
        type,
        options: map(options),
        ...(chassis === undefined ? {} : { chassis: ['uuid', chassis] }),
        ...(security === undefined || name !== 'a' ? {} : { port_security: security }),
      })),
      Logical_Flow: flows.map(([pipeline, table, priority, match, actions, of], index) => ({
        _uuid: id('f', index),
        logical_datapath: ['uuid', of === 'lr' ? ROUTER : SWITCH],
        pipeline,
        table_id: table,
        priority,
        match,
        actions,
      })),
      ...rows,
    },
    '26.03',
  );
}

/** A reference to a row of the database: a port of the switch by its key, or the switch itself. */
export const portRow = (key: number): readonly [string, string] => ['uuid', id('a', key)];
export const switchRow: readonly [string, string] = ['uuid', SWITCH];
export const routerRow: readonly [string, string] = ['uuid', ROUTER];
export const rowMap = map;

export interface Left {
  readonly port: string;
  /** The chassis a tunnel takes it to. */
  readonly towards: string | undefined;
  readonly packet: Microflow;
}

interface Settings {
  readonly memory?: ChassisMemory;
  readonly choose?: (choice: Choice) => number;
  readonly size?: number;
}

/** Where copies of the packet leave, as ovn-trace has it. */
export function asOvnTrace(view: Southbound, microflow: string): readonly Left[] {
  return leaving(view, microflow, (database, options) => compatible(database, '26.03', options));
}

/** Where copies of the packet leave chassis `here`. */
export function asSwitch(view: Southbound, microflow: string, settings: Settings = {}): readonly Left[] {
  const chassis = view.chassis.named('here');
  if (chassis === undefined) throw new Error('no chassis here');
  const { memory = new ChassisMemory(), choose = () => 0, ...rest } = settings;
  const left = leaving(view, microflow, (database) => faithful(database, { chassis, memory, choose, ...rest }));
  for (const { packet } of left) memory.connections.settle(packet);
  return left;
}

type MakeSemantics = NonNullable<Parameters<typeof tracePacket>[0]['semantics']>;

function leaving(view: Southbound, microflow: string, semantics: MakeSemantics): readonly Left[] {
  const { tree } = tracePacket({ southbound: view, microflow, semantics });
  return deliveries(tree).map(({ port: { key, port }, packet, towards }) => ({
    port: port?.name ?? String(key),
    towards,
    packet,
  }));
}

function deliveries(nodes: readonly TraceNode[]): readonly Delivery[] {
  return nodes.flatMap((node) => [
    ...(node.kind === 'modify' && node.delivered !== undefined ? [node.delivered] : []),
    ...deliveries(node.children),
  ]);
}
