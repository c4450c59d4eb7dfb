import { UnavailableError } from '../../base/errors.js';
import { logicalFlowOf } from '../../ovn/southbound/flows.js';
import type { LogicalFlow, Pipeline } from '../../ovn/southbound/flow-source.js';
import { NotHeld } from '../../ovsdb/replica/not-held.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { FLOW_TABLE, matchesOf, placedMatchesOf, withMatch } from './datapath-requests.js';
import type { LongFlowsQuery } from './datapath-requests.js';
import type { LiveDatabase } from './live-database.js';

const NO_FLOWS: readonly LogicalFlow[] = [];

/** Where flows are in a datapath. */
export interface FlowPlace {
  readonly pipeline: Pipeline;
  readonly table: number;
}

export const placeOf = (row: Row): FlowPlace => ({
  pipeline: row.string('pipeline') === 'egress' ? 'egress' : 'ingress',
  table: row.integer('table_id'),
});

/**
 * Flows of which the matches are known, and the rest is read when somebody asks for it. `place` is the only table they are
 * in; without it their tables are read with the matches. `changed` is told when a match turns out to stand for several flows.
 */
export class LongFlows {
  readonly #database: LiveDatabase;
  readonly #query: LongFlowsQuery;
  readonly #place: FlowPlace | undefined;
  readonly #changed: () => void;
  /** By pipeline, table and match: what the matches turned out to stand for. */
  readonly #found = new Map<string, readonly LogicalFlow[]>();
  #tables: ReadonlyMap<string, readonly LogicalFlow[]> | undefined;

  constructor(database: LiveDatabase, query: LongFlowsQuery, place: FlowPlace | undefined, changed: () => void) {
    this.#database = database;
    this.#query = query;
    this.#place = place;
    this.#changed = changed;
  }

  /** Those of a table, all of the same priority. */
  table(pipeline: Pipeline, table: number): readonly LogicalFlow[] {
    if (this.#place !== undefined && (this.#place.table !== table || this.#place.pipeline !== pipeline))
      return NO_FLOWS;
    this.#tables ??= this.#read();
    return this.#tables.get(`${pipeline} ${table}`) ?? NO_FLOWS;
  }

  #read(): ReadonlyMap<string, readonly LogicalFlow[]> {
    const fixed = this.#place;
    const query = fixed === undefined ? placedMatchesOf(this.#query) : matchesOf(this.#query);
    const { priority } = this.#query;
    const find = (flow: MatchOnly): LogicalFlow => this.#whole(flow);
    const tables = new Map<string, LogicalFlow[]>();
    for (const row of this.#database.table(FLOW_TABLE).query(query)) {
      const place = fixed ?? placeOf(row);
      const key = `${place.pipeline} ${place.table}`;
      const match = row.string('match');
      const found = this.#found.size === 0 ? undefined : this.#found.get(`${key} ${match}`);
      let flows = tables.get(key);
      if (flows === undefined) tables.set(key, (flows = []));
      if (found === undefined) flows.push(new MatchOnly(place, priority, match, find));
      else flows.push(...found);
    }
    return tables;
  }

  /** The rest of a flow. Several that differ in their actions only are told apart from then on. */
  #whole({ pipeline, table, match }: MatchOnly): LogicalFlow {
    const key = `${pipeline} ${table} ${match}`;
    let flows = this.#found.get(key);
    if (flows === undefined) {
      const query = withMatch(this.#query, pipeline, table, match);
      flows = this.#database.table(FLOW_TABLE).query(query).map(logicalFlowOf);
      this.#found.set(key, flows);
      if (flows.length > 1) {
        this.#tables = undefined;
        this.#changed();
        // Nothing to fetch, but the table has other flows than whoever asked thinks.
        throw new NotHeld([]);
      }
    }
    const [flow] = flows;
    if (flow !== undefined) return flow;
    throw new UnavailableError('ovsdb.changed', 'a flow was removed while the database was read', {
      hints: ['ask again'],
    });
  }
}

/** A flow of which the rest is read when it is asked for. */
class MatchOnly implements LogicalFlow {
  readonly pipeline: Pipeline;
  readonly table: number;
  readonly priority: number;
  readonly match: string;
  readonly #find: (flow: MatchOnly) => LogicalFlow;
  #whole: LogicalFlow | undefined;

  constructor({ pipeline, table }: FlowPlace, priority: number, match: string, find: (flow: MatchOnly) => LogicalFlow) {
    this.pipeline = pipeline;
    this.table = table;
    this.priority = priority;
    this.match = match;
    this.#find = find;
  }

  get uuid(): string {
    return this.#rest().uuid;
  }

  get actions(): string {
    return this.#rest().actions;
  }

  get stage(): string | undefined {
    return this.#rest().stage;
  }

  get source(): string | undefined {
    return this.#rest().source;
  }

  get row(): Row {
    return this.#rest().row;
  }

  #rest(): LogicalFlow {
    this.#whole ??= this.#find(this);
    return this.#whole;
  }
}
