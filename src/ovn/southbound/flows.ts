import type { Database } from '../../ovsdb/replica/database.js';
import { Missing } from '../../ovsdb/replica/not-held.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Datapath } from './datapaths.js';
import { TieOrder } from './tie-order.js';
import type { DatapathFlows, FlowSource, LogicalFlow, Pipeline } from './flow-source.js';

const NO_FLOWS: readonly LogicalFlow[] = [];

/** The flows of a whole southbound database in memory; a datapath is indexed when it is first visited. */
export class DatabaseFlows implements FlowSource {
  readonly ties: TieOrder;
  readonly version = 0;
  readonly #database: Database;
  readonly #flows = new Map<string, LogicalFlow>();
  readonly #datapaths = new Map<string, DatapathFlows>();

  constructor(database: Database) {
    this.#database = database;
    const table = database.table('Logical_Flow');
    this.ties = new TieOrder(
      () => table.size,
      () => table.uuids(),
    );
  }

  flowsOf(datapath: Datapath): DatapathFlows {
    let flows = this.#datapaths.get(datapath.uuid);
    if (flows === undefined) {
      flows = new IndexedFlows(this.#rowsOf(datapath).map((row) => this.#flowOf(row)));
      this.#datapaths.set(datapath.uuid, flows);
    }
    return flows;
  }

  #rowsOf(datapath: Datapath): readonly Row[] {
    const table = this.#database.table('Logical_Flow');
    const groups = this.#database.table('Logical_DP_Group').find('datapaths', datapath.uuid);
    const own = table.find('logical_datapath', datapath.uuid);
    const missing = new Missing();
    const shared = groups.map((group) => missing.attempt(() => table.find('logical_dp_group', group.uuid)) ?? []);
    missing.require();
    return [...own, ...shared.flat()];
  }

  /** A flow of a group is one object for all its datapaths, so what is derived from it is derived once. */
  #flowOf(row: Row): LogicalFlow {
    let flow = this.#flows.get(row.uuid);
    if (flow === undefined) {
      flow = logicalFlowOf(row);
      this.#flows.set(row.uuid, flow);
    }
    return flow;
  }
}

/** A Logical_Flow row as the tracer reads it. */
export function logicalFlowOf(row: Row): LogicalFlow {
  return new FlowOfRow(row);
}

/** Of thousands of flows a packet meets a few: what only those are asked for is not decoded beforehand. */
class FlowOfRow implements LogicalFlow {
  readonly row: Row;
  readonly pipeline: Pipeline;
  readonly table: number;
  readonly priority: number;
  readonly match: string;

  constructor(row: Row) {
    this.row = row;
    this.pipeline = row.string('pipeline') === 'egress' ? 'egress' : 'ingress';
    this.table = row.integer('table_id');
    this.priority = row.integer('priority');
    this.match = row.string('match');
  }

  get uuid(): string {
    return this.row.uuid;
  }

  get actions(): string {
    return this.row.string('actions');
  }

  get stage(): string | undefined {
    return this.row.map('external_ids').get('stage-name');
  }

  get source(): string | undefined {
    return this.row.map('external_ids').get('source');
  }
}

/** Flows by pipeline and table; a table is sorted when it is first read. */
export class IndexedFlows implements DatapathFlows {
  readonly #tables: Record<Pipeline, LogicalFlow[][]> = { ingress: [], egress: [] };
  readonly #sorted = new Set<LogicalFlow[]>();

  constructor(flows: Iterable<LogicalFlow>) {
    for (const flow of flows) (this.#tables[flow.pipeline][flow.table] ??= []).push(flow);
  }

  table(pipeline: Pipeline, table: number): readonly LogicalFlow[] {
    const flows = this.#tables[pipeline][table];
    if (flows === undefined) return NO_FLOWS;
    if (!this.#sorted.has(flows)) {
      flows.sort((a, b) => b.priority - a.priority);
      this.#sorted.add(flows);
    }
    return flows;
  }
}
