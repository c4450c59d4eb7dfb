/**
 * The flows of a southbound database behind a server, a datapath at a time.
 *
 * In: the database. Out: a FlowSource. Of long flows (datapath-requests.ts) it knows matches, and reads a flow when somebody
 * asks for more than that. Every other flow is read whole. Must not know packets or the flow language.
 */
import { IndexedFlows, logicalFlowOf } from '../../ovn/southbound/flows.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { DatapathFlows, FlowSource, LogicalFlow, Pipeline } from '../../ovn/southbound/flow-source.js';
import { TieOrder } from '../../ovn/southbound/tie-order.js';
import { Missing } from '../../ovsdb/replica/not-held.js';
import type { Row } from '../../ovsdb/replica/row.js';
import {
  addressFlows,
  FLOW_TABLE,
  groupFlows,
  LONG_STAGE_NAME,
  ofDatapath,
  ofDatapathLater,
  otherPriorities,
  otherStages,
  placedMatchesOf,
  placesOf,
  serviceFlows,
} from './datapath-requests.js';
import type { LiveDatabase } from './live-database.js';
import { LongFlows, placeOf } from './long-flows.js';
import type { FlowPlace } from './long-flows.js';

/** A datapath's own flows but long ones, and where the latter are. */
interface OwnFlows {
  readonly rows: readonly Row[];
  readonly place: FlowPlace | undefined;
}

export class LiveFlows implements FlowSource {
  readonly ties: TieOrder;
  version = 0;
  readonly #database: LiveDatabase;
  readonly #datapaths = new Map<string, DatapathFlows>();
  /** Flows of groups are one object for all their datapaths. */
  readonly #flows = new Map<string, LogicalFlow>();
  readonly #services = new Map<string, LongFlows>();
  readonly #changed = (): void => {
    this.version++;
  };

  constructor(database: LiveDatabase) {
    this.#database = database;
    const table = database.table(FLOW_TABLE);
    this.ties = new TieOrder(
      () => table.size,
      () => table.uuids(),
    );
  }

  expect({ uuid, kind }: Datapath): void {
    this.#database.prefetch(ofDatapath(uuid, kind === 'router'));
    this.#database.prefetch(ofDatapathLater(uuid, kind === 'router'));
  }

  flowsOf(datapath: Datapath): DatapathFlows {
    let flows = this.#datapaths.get(datapath.uuid);
    if (flows === undefined) {
      flows = this.#read(datapath);
      this.#datapaths.set(datapath.uuid, flows);
    }
    return flows;
  }

  #read({ uuid, kind }: Datapath): DatapathFlows {
    const table = this.#database.table(FLOW_TABLE);
    const missing = new Missing();
    const own = kind === 'router' ? this.#ofRouter(uuid, missing) : this.#ofSwitch(uuid, missing);
    const groups = missing.attempt(() => this.#database.table('Logical_DP_Group').find('datapaths', uuid)) ?? [];
    const shared = groups.flatMap((group) => {
      missing.attempt(() => table.query(placedMatchesOf(serviceFlows(group.uuid))));
      return missing.attempt(() => table.query(groupFlows(group.uuid))) ?? [];
    });
    missing.require();
    const long = groups.map((group) => this.#ofServices(group.uuid));
    if (own.place !== undefined) long.push(new LongFlows(this.#database, addressFlows(uuid), own.place, this.#changed));
    const flows = [...own.rows, ...shared].map((row) => this.#flowOf(row));
    return new PartlyLongFlows(new IndexedFlows(flows), long, () => this.version);
  }

  #ofSwitch(uuid: string, missing: Missing): OwnFlows {
    const rows = missing.attempt(() => this.#database.table(FLOW_TABLE).find('logical_datapath', uuid)) ?? [];
    return { rows, place: undefined };
  }

  #ofRouter(uuid: string, missing: Missing): OwnFlows {
    const table = this.#database.table(FLOW_TABLE);
    const others = missing.attempt(() => table.query(otherPriorities(uuid)));
    const sameYetShort = missing.attempt(() => table.query(otherStages(uuid))) ?? [];
    // What is done about unknown addresses is in the same stage. A release that does it elsewhere has to be asked.
    const known = others?.find((row) => row.map('external_ids').get('stage-name') === LONG_STAGE_NAME);
    const [place] =
      others === undefined || known !== undefined
        ? [known]
        : (missing.attempt(() => table.query(placesOf(addressFlows(uuid)))) ?? []);
    return { rows: [...(others ?? []), ...sameYetShort], place: place && placeOf(place) };
  }

  #ofServices(group: string): LongFlows {
    let flows = this.#services.get(group);
    if (flows === undefined) {
      flows = new LongFlows(this.#database, serviceFlows(group), undefined, this.#changed);
      this.#services.set(group, flows);
    }
    return flows;
  }

  #flowOf(row: Row): LogicalFlow {
    let flow = this.#flows.get(row.uuid);
    if (flow === undefined) this.#flows.set(row.uuid, (flow = logicalFlowOf(row)));
    return flow;
  }
}

/** Flows of a datapath, some of them long. `version` changes when long flows have turned out to be others. */
class PartlyLongFlows implements DatapathFlows {
  readonly #whole: DatapathFlows;
  readonly #long: readonly LongFlows[];
  readonly #version: () => number;
  readonly #tables = new Map<string, { readonly version: number; readonly flows: readonly LogicalFlow[] }>();

  constructor(whole: DatapathFlows, long: readonly LongFlows[], version: () => number) {
    this.#whole = whole;
    this.#long = long;
    this.#version = version;
  }

  table(pipeline: Pipeline, table: number): readonly LogicalFlow[] {
    const whole = this.#whole.table(pipeline, table);
    const long = this.#long.map((flows) => flows.table(pipeline, table)).filter((flows) => flows.length > 0);
    if (long.length === 0) return whole;
    const key = `${pipeline} ${table}`;
    const version = this.#version();
    const known = this.#tables.get(key);
    if (known?.version === version) return known.flows;
    const flows = [...whole, ...long.flat()].sort((a, b) => b.priority - a.priority);
    this.#tables.set(key, { version, flows });
    return flows;
  }
}
