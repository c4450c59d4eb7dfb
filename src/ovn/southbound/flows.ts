import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Datapath } from './datapaths.js';
import type { DatapathFlows, FlowSource, LogicalFlow, Pipeline } from './flow-source.js';

const NO_FLOWS: readonly LogicalFlow[] = [];

/** The flows of a whole southbound database in memory; a datapath is indexed when it is first visited. */
export class DatabaseFlows implements FlowSource {
  readonly #database: Database;
  readonly #flows = new Map<string, LogicalFlow>();
  readonly #datapaths = new Map<string, DatapathFlows>();

  constructor(database: Database) {
    this.#database = database;
  }

  flowsOf(datapath: Datapath): DatapathFlows {
    let flows = this.#datapaths.get(datapath.uuid);
    if (flows === undefined) {
      const rank = tieRank(this.#database.table('Logical_Flow').size);
      flows = new IndexedFlows(
        this.#rowsOf(datapath).map((row) => this.#flowOf(row)),
        rank,
      );
      this.#datapaths.set(datapath.uuid, flows);
    }
    return flows;
  }

  #rowsOf(datapath: Datapath): readonly Row[] {
    const table = this.#database.table('Logical_Flow');
    const groups = this.#database.table('Logical_DP_Group').find('datapaths', datapath.uuid);
    const own = table.find('logical_datapath', datapath.uuid);
    return [...own, ...groups.flatMap((group) => table.find('logical_dp_group', group.uuid))];
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

/** Rank of a flow among those of equal priority; lower ones come first. */
type Rank = (flow: LogicalFlow) => number;

/**
 * Which of several matching flows of one priority wins is undefined; this is the order in which OVN's programs meet them.
 * They hold `count` rows in a hash table by the first 32 bits of the uuid, whose size doubles when it holds twice as many
 * rows as buckets, and visit the buckets in order.
 */
export function tieRank(count: number): Rank {
  let mask = 0;
  for (let size = 2; size <= count; size++) {
    if (Math.floor(size / 2) > mask) mask = Math.max(3, 2 ** Math.ceil(Math.log2(Math.floor(size / 2) + 1)) - 1);
  }
  return ({ uuid }) => (Number.parseInt(uuid.slice(0, 8), 16) & mask) >>> 0;
}

/** A Logical_Flow row as the tracer reads it. */
export function logicalFlowOf(row: Row): LogicalFlow {
  const ids = row.map('external_ids');
  return {
    uuid: row.uuid,
    pipeline: row.string('pipeline') === 'egress' ? 'egress' : 'ingress',
    table: row.integer('table_id'),
    priority: row.integer('priority'),
    match: row.string('match'),
    actions: row.string('actions'),
    stage: ids.get('stage-name'),
    source: ids.get('source'),
    row,
  };
}

/** Flows by pipeline and table; a table is sorted when it is first read. */
export class IndexedFlows implements DatapathFlows {
  readonly #tables: Record<Pipeline, LogicalFlow[][]> = { ingress: [], egress: [] };
  readonly #sorted = new Set<LogicalFlow[]>();
  readonly #rank: Rank;

  constructor(flows: Iterable<LogicalFlow>, rank: Rank) {
    this.#rank = rank;
    for (const flow of flows) (this.#tables[flow.pipeline][flow.table] ??= []).push(flow);
  }

  table(pipeline: Pipeline, table: number): readonly LogicalFlow[] {
    const flows = this.#tables[pipeline][table];
    if (flows === undefined) return NO_FLOWS;
    if (!this.#sorted.has(flows)) {
      flows.sort((a, b) => b.priority - a.priority || this.#rank(a) - this.#rank(b));
      this.#sorted.add(flows);
    }
    return flows;
  }
}
