/**
 * The flows of a southbound database behind a server, a datapath at a time.
 *
 * In: the database. Out: a FlowSource. Of a router's long stage (datapath-requests.ts) it knows matches, and reads a flow
 * when somebody asks for more than that. Every other flow is read whole. Must not know packets or the flow language.
 */
import { UnavailableError } from '../../base/errors.js';
import { DatabaseFlows, IndexedFlows, logicalFlowOf } from '../../ovn/southbound/flows.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { DatapathFlows, FlowSource, LogicalFlow, Pipeline } from '../../ovn/southbound/flow-source.js';
import type { TieOrder } from '../../ovn/southbound/tie-order.js';
import { Missing, NotHeld } from '../../ovsdb/replica/not-held.js';
import type { Row } from '../../ovsdb/replica/row.js';
import {
  FLOW_COLUMNS,
  FLOW_TABLE,
  LONG_PRIORITY,
  longDefaults,
  longMatches,
  longPlace,
  ofDatapath,
  ofDatapathLater,
  shortFlows,
} from './datapath-requests.js';
import type { Query } from './datapath-requests.js';
import type { LiveDatabase } from './live-database.js';

export class LiveFlows implements FlowSource {
  readonly ties: TieOrder;
  version = 0;
  readonly #database: LiveDatabase;
  readonly #whole: DatabaseFlows;
  readonly #routers = new Map<string, RouterFlows>();
  /** Flows of groups are one object for all their datapaths. */
  readonly #flows = new Map<string, LogicalFlow>();

  constructor(database: LiveDatabase) {
    this.#database = database;
    this.#whole = new DatabaseFlows(database);
    this.ties = this.#whole.ties;
  }

  expect({ uuid, kind }: Datapath): void {
    this.#database.prefetch(ofDatapath(uuid, kind === 'router'));
    this.#database.prefetch(ofDatapathLater(uuid, kind === 'router'));
  }

  flowsOf(datapath: Datapath): DatapathFlows {
    if (datapath.kind !== 'router') return this.#whole.flowsOf(datapath);
    let flows = this.#routers.get(datapath.uuid);
    if (flows === undefined) {
      flows = this.#flowsOfRouter(datapath);
      this.#routers.set(datapath.uuid, flows);
    }
    return flows;
  }

  #flowsOfRouter({ uuid }: Datapath): RouterFlows {
    const table = this.#database.table(FLOW_TABLE);
    const missing = new Missing();
    const own = missing.attempt(() => table.query(shortFlows(uuid))) ?? [];
    const defaults = missing.attempt(() => table.query(longDefaults(uuid))) ?? [];
    const groups = missing.attempt(() => this.#database.table('Logical_DP_Group').find('datapaths', uuid)) ?? [];
    const shared = groups.map((group) => missing.attempt(() => table.find('logical_dp_group', group.uuid)) ?? []);
    missing.require();
    // A release that does something else about unknown addresses has to be asked where it does it.
    const [place] = defaults.length > 0 ? defaults : table.query(longPlace(uuid));
    const flows = [...own, ...defaults, ...shared.flat()].map((row) => this.#flowOf(row));
    return new RouterFlows(this.#database, uuid, new IndexedFlows(flows), place, () => this.version++);
  }

  #flowOf(row: Row): LogicalFlow {
    let flow = this.#flows.get(row.uuid);
    if (flow === undefined) this.#flows.set(row.uuid, (flow = logicalFlowOf(row)));
    return flow;
  }
}

/** Flows of a router: all but those of the long stage held, and these by their matches. */
class RouterFlows implements DatapathFlows {
  readonly #database: LiveDatabase;
  readonly #uuid: string;
  readonly #others: DatapathFlows;
  readonly #long: { readonly pipeline: Pipeline; readonly table: number } | undefined;
  /** What the matches turned out to stand for. */
  readonly #found = new Map<string, readonly LogicalFlow[]>();
  #flows: readonly LogicalFlow[] | undefined;

  readonly #changed: () => void;

  constructor(database: LiveDatabase, uuid: string, others: DatapathFlows, long: Row | undefined, changed: () => void) {
    this.#changed = changed;
    this.#database = database;
    this.#uuid = uuid;
    this.#others = others;
    this.#long = long && {
      pipeline: long.string('pipeline') === 'egress' ? 'egress' : 'ingress',
      table: long.integer('table_id'),
    };
  }

  table(pipeline: Pipeline, table: number): readonly LogicalFlow[] {
    const others = this.#others.table(pipeline, table);
    if (this.#long?.table !== table || this.#long.pipeline !== pipeline) return others;
    this.#flows ??= [...others, ...this.#longFlows(pipeline, table)].sort((a, b) => b.priority - a.priority);
    return this.#flows;
  }

  #longFlows(pipeline: Pipeline, table: number): readonly LogicalFlow[] {
    const rows = this.#database.table(FLOW_TABLE).query(longMatches(this.#uuid));
    const find = (match: string): LogicalFlow => this.#whole(match);
    return rows.flatMap((row) => {
      const match = row.string('match');
      return this.#found.get(match) ?? new MatchOnly(pipeline, table, match, find);
    });
  }

  /** The rest of a flow. Several that differ in their actions only are told apart from then on. */
  #whole(match: string): LogicalFlow {
    let flows = this.#found.get(match);
    if (flows === undefined) {
      const where: Query['where'] = [...longPlace(this.#uuid).where, ['match', '==', match]];
      const columns = ['_uuid', ...FLOW_COLUMNS];
      flows = this.#database
        .table(FLOW_TABLE)
        .query({ kind: 'query', table: FLOW_TABLE, where, columns })
        .map(logicalFlowOf);
      this.#found.set(match, flows);
      if (flows.length > 1) {
        this.#flows = undefined;
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

/** A flow for an address, of which the rest is read when it is asked for. */
class MatchOnly implements LogicalFlow {
  readonly pipeline: Pipeline;
  readonly table: number;
  readonly priority = LONG_PRIORITY;
  readonly match: string;
  readonly #find: (match: string) => LogicalFlow;
  #whole: LogicalFlow | undefined;

  constructor(pipeline: Pipeline, table: number, match: string, find: (match: string) => LogicalFlow) {
    this.pipeline = pipeline;
    this.table = table;
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
    this.#whole ??= this.#find(this.match);
    return this.#whole;
  }
}
