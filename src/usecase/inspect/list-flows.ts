/**
 * The logical flows of a switch or router, in every zone that has it, with the northbound row that northd made each of and
 * who that row stands for.
 *
 * In: a World, a datapath's name, filters. Out: one document. NotFoundError, with what is nearest, for a datapath, stage or
 * port that no zone has. Must not know flags or layout, nor parse what flows say beyond the ports that matches name.
 */
import { NotFoundError } from '../../base/errors.js';
import { DatabaseFlows } from '../../ovn/southbound/flows.js';
import type { LogicalFlow, Pipeline } from '../../ovn/southbound/flow-source.js';
import { attributionsOf } from '../../ovnk/owner/owner-of.js';
import type { World, Zone } from '../../world/world.js';

import { isObject, rowOwner } from './owners.js';
import type { RowOwner } from './owners.js';
import { eachHeld, hold, inZones, nearestHints } from './zones-together.js';

export interface ListedFlow {
  readonly zone: string;
  readonly uuid: string;
  readonly pipeline: Pipeline;
  /** Number of the table in its pipeline. */
  readonly table: number;
  /** northd's name of the table, where it left one. */
  readonly stage?: string;
  readonly priority: number;
  readonly match: string;
  readonly actions: string;
  /** The place in northd that wrote the flow. */
  readonly source?: string;
  /** The northbound row that the flow was made of, where northd left a hint of one that is still there. */
  readonly row?: { readonly table: string; readonly uuid: string };
  readonly owner?: RowOwner;
}

export interface FlowList {
  readonly datapath: string;
  /** By zone, then as a packet meets them: pipeline, table, priority. */
  readonly flows: readonly ListedFlow[];
}

export interface FlowOptions {
  /** `ls_in_acl_eval`, or the end of it: `acl_eval`. */
  readonly stage?: string;
  /** A port that the match names as the one a packet comes in or goes out by. */
  readonly port?: string;
  readonly object?: string;
}

export async function listFlows(world: World, datapath: string, options: FlowOptions = {}): Promise<FlowList> {
  const known = { datapaths: new Set<string>(), stages: new Set<string>(), ports: new Set<string>() };
  const zones = await inZones(world, 'southbound', async (zone) => {
    const { database, datapaths } = await zone.southbound();
    for (const { name } of datapaths.all()) known.datapaths.add(name);
    const { found } = datapaths.lookUp(datapath);
    if (found === undefined) return undefined;
    const all = flowsOf(new DatabaseFlows(database).flowsOf(found));
    for (const { stage } of all) if (stage !== undefined) known.stages.add(stage);
    const { port, stage } = options;
    if (port !== undefined) {
      for (const row of database.table('Port_Binding').find('datapath', found.uuid))
        known.ports.add(row.string('logical_port'));
    }
    const wanted = all.filter(
      (flow) => (stage === undefined || isStage(flow.stage, stage)) && (port === undefined || names(flow.match, port)),
    );
    return (await attributed(zone, wanted)).filter(
      ({ owner }) => options.object === undefined || isObject(owner, options.object),
    );
  });
  const found = zones.filter((flows) => flows !== undefined);
  if (found.length === 0) throw unknown('datapath', datapath, known.datapaths);
  const { stage, port } = options;
  if (stage !== undefined && ![...known.stages].some((each) => isStage(each, stage)))
    throw unknown('stage', stage, new Set([...known.stages, ...[...known.stages].map(shortStage)]));
  if (port !== undefined && !known.ports.has(port)) throw unknown('port', port, known.ports);
  return { datapath, flows: found.flat() };
}

function unknown(what: string, name: string, known: ReadonlySet<string>): NotFoundError {
  return new NotFoundError(`inspect.${what}`, `${what} "${name}" does not exist`, {
    hints: nearestHints(name, [...known]),
  });
}

/** More tables than any release has in a pipeline (32), so that all flows are met. */
const TABLES = 64;

function flowsOf(flows: ReturnType<DatabaseFlows['flowsOf']>): readonly LogicalFlow[] {
  const all: LogicalFlow[] = [];
  for (const pipeline of ['ingress', 'egress'] as const) {
    for (let table = 0; table < TABLES; table++) {
      const sorted = [...flows.table(pipeline, table)].sort(
        (a, b) => b.priority - a.priority || order(a.match, b.match) || order(a.uuid, b.uuid),
      );
      for (const flow of sorted) all.push(flow);
    }
  }
  return all;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const shortStage = (stage: string): string => stage.replace(/^(?:ls|lr)_(?:in|out)_/, '');

const isStage = (stage: string | undefined, wanted: string): boolean =>
  stage !== undefined && (stage === wanted || shortStage(stage) === wanted);

/** Whether the match asks for the port: `inport == "…"`, or one of several in braces. */
function names(match: string, port: string): boolean {
  const quoted = JSON.stringify(port);
  for (const [, value = ''] of match.matchAll(/\b(?:in|out)port\s*==\s*("(?:[^"\\]|\\.)*"|\{[^}]*\})/g)) {
    if (value.includes(quoted)) return true;
  }
  return false;
}

async function attributed(zone: Zone, flows: readonly LogicalFlow[]): Promise<readonly ListedFlow[]> {
  if (!zone.hasNorthbound) return flows.map((flow) => listed(zone, flow));
  const northbound = await zone.northbound();
  // What owners are told by is there once, rather than asked for by each flow.
  if (flows.some(({ row }) => row.map('external_ids').has('stage-hint')))
    hold(northbound.database, ['Logical_Switch', 'Logical_Router', 'Port_Group']);
  return eachHeld(flows, (flow) => {
    // Load balancers may share a virtual address: the one that is named should not depend on the order of rows.
    const [origin] = [...attributionsOf(northbound, flow)].sort((a, b) => order(a.row.uuid, b.row.uuid));
    if (origin === undefined) return listed(zone, flow);
    const { row, owner } = origin;
    return {
      ...listed(zone, flow),
      row: { table: row.table, uuid: row.uuid },
      ...(owner.kind === 'Unrecognised' ? {} : { owner: rowOwner(owner) }),
    };
  });
}

function listed({ name }: Zone, flow: LogicalFlow): ListedFlow {
  const { uuid, pipeline, table, stage, priority, match, actions, source } = flow;
  return {
    zone: name,
    uuid,
    pipeline,
    table,
    ...(stage === undefined ? {} : { stage }),
    priority,
    match,
    actions,
    ...(source === undefined ? {} : { source }),
  };
}
