/**
 * A zone whose databases are behind servers.
 *
 * In: how to connect to each database. Out: a Zone that connects when it is first asked, and reads what is asked for. What
 * can't be reached, then or later, is a gap with the zone's name, and an error for whoever needed it. Must not know whether
 * a socket or a pod is in between.
 */
import { BugError, InputError, NotFoundError, OvnctlError, UnavailableError } from '../../base/errors.js';
import type { RowChange } from '../../manage/plan.js';
import { Northbound } from '../../ovn/northbound/northbound.js';
import { databaseRelease } from '../../ovn/southbound/release.js';
import { southboundOf } from '../../ovn/southbound/southbound.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import type { OvsdbClient } from '../../ovsdb/client/client.js';
import type { Operation, OperationResult } from '../../ovsdb/client/operation.js';
import type { Database } from '../../ovsdb/replica/database.js';
import { whenHeld } from '../../ovsdb/replica/not-held.js';
import type { Coverage } from '../../world/coverage.js';
import type { Served, Zone, ZonePlace } from '../../world/world.js';
import { LiveDatabase } from './live-database.js';
import type { Reading } from './live-database.js';
import { once } from './once.js';
import { LiveFlows } from './live-flows.js';
import { northboundPlan } from './northbound-plan.js';
import { WHOLE_ROWS, WHOLE_TABLES } from './read-plan.js';
import type { ReadPlan } from './read-plan.js';
import { SOUTHBOUND_BASE, southboundPlan } from './southbound-plan.js';

/** Connects to a server of the database; rejects with an OvnctlError. Called once. */
export type OpenDatabase = () => Promise<OvsdbClient>;

export interface ZoneOpeners {
  readonly northbound: OpenDatabase | undefined;
  readonly southbound: OpenDatabase | undefined;
  /** That of the node's switch, where it can be reached. */
  readonly openVSwitch?: OpenDatabase;
}

export interface ZoneReading extends Reading {
  readonly zone: string;
  readonly database: 'northbound' | 'southbound';
}

export interface LiveZoneOptions {
  readonly place?: ZonePlace;
  /** Tables are read whole when they are first looked at, with all columns. */
  readonly wholeTables?: boolean;
  /** Northbound rows are read with all their columns. */
  readonly wholeRows?: boolean;
}

export class LiveZone implements Zone {
  readonly name: string;
  readonly hasNorthbound: boolean;
  readonly hasSouthbound: boolean;
  readonly northbound: () => Promise<Northbound>;
  readonly southbound: () => Promise<Southbound>;
  readonly openVSwitch?: () => Promise<Database>;
  readonly place?: ZonePlace;
  readonly #coverage: Coverage;
  readonly #openers: ZoneOpeners;
  readonly #clients = new Set<OvsdbClient>();
  readonly #databases = new Map<ZoneReading['database'], LiveDatabase>();

  constructor(
    name: string,
    open: ZoneOpeners,
    coverage: Coverage,
    { place, wholeTables = false, wholeRows = false }: LiveZoneOptions = {},
  ) {
    this.name = name;
    if (place !== undefined) this.place = place;
    this.hasNorthbound = open.northbound !== undefined;
    this.hasSouthbound = open.southbound !== undefined;
    this.#coverage = coverage;
    this.#openers = open;
    const plan = wholeTables ? WHOLE_TABLES : wholeRows ? WHOLE_ROWS : northboundPlan;
    this.northbound = once(async () => new Northbound(await this.#open('northbound', open.northbound, plan)));
    const { openVSwitch } = open;
    if (openVSwitch !== undefined) {
      this.openVSwitch = once(async () => {
        const client = await openVSwitch();
        this.#clients.add(client);
        return new LiveDatabase(client, await client.getSchema('Open_vSwitch'), WHOLE_TABLES, () => undefined);
      });
    }
    this.southbound = once(async () => {
      const southern = wholeTables
        ? WHOLE_TABLES
        : { ...southboundPlan(), ...(wholeRows ? { columns: new Map<string, ReadonlySet<string>>() } : {}) };
      const database = await this.#open('southbound', open.southbound, southern);
      await database.fetch(wholeTables ? SOUTHBOUND_GLOBAL : SOUTHBOUND_BASE);
      return whenHeld(() => southboundOf(database, databaseRelease(database), new LiveFlows(database)));
    });
  }

  served(kind: ZoneReading['database']): Served | undefined {
    return this.#databases.get(kind)?.served;
  }

  /** What has been read from each database. */
  readings(): readonly ZoneReading[] {
    return [...this.#databases].map(([database, { reading }]) => ({ zone: this.name, database, ...reading }));
  }

  /** Notes a gap when the flows that decided are not all there any more. */
  async confirm(flows: readonly string[]): Promise<void> {
    const database = this.#databases.get('southbound');
    if (database === undefined || database.failure !== undefined) return;
    if (!(await database.changed('Logical_Flow', flows))) return;
    this.#coverage.add({
      code: 'ovsdb.changed',
      subject: `southbound database of zone ${this.name}`,
      reason: 'it changed while it was read: what is shown may mix the states before and after',
      zone: this.name,
      database: 'southbound',
    });
  }

  /** Carries out a transaction; throws what `OvsdbClient.transact` throws. */
  async transact(
    database: RowChange['database'],
    operations: readonly Operation[],
  ): Promise<readonly OperationResult[]> {
    return (await this.client(database)).transact(DATABASE_NAMES[database], operations);
  }

  /** The client behind a database; InputError when the zone has none. */
  async client(database: RowChange['database']): Promise<OvsdbClient> {
    const { northbound: nb, southbound: sb, openVSwitch: ovs } = this.#openers;
    const open = { nb, sb, ovs }[database];
    if (open === undefined) throw noDatabase(this.name, database === 'nb' ? 'northbound' : 'southbound');
    const client = await open();
    this.#clients.add(client);
    return client;
  }

  close(): void {
    for (const database of this.#databases.values()) database.abandon();
    for (const client of this.#clients) client.close();
  }

  async #open(kind: ZoneReading['database'], open: OpenDatabase | undefined, plan: ReadPlan): Promise<LiveDatabase> {
    if (open === undefined) throw noDatabase(this.name, kind);
    const failed = (error: OvnctlError): void => {
      const subject = `${kind} database of zone ${this.name}`;
      this.#coverage.add({ code: error.code, subject, reason: error.message, zone: this.name, database: kind });
    };
    try {
      const client = await open();
      this.#clients.add(client);
      const schema = await client.getSchema(SCHEMAS[kind]);
      const database = new LiveDatabase(client, schema, plan, failed);
      this.#databases.set(kind, database);
      return database;
    } catch (error) {
      const failure = asUnavailable(error);
      if (failure instanceof OvnctlError) failed(failure);
      throw failure;
    }
  }
}

/** A pod that has gone since it was listed is nothing that the user named. */
function asUnavailable(error: unknown): unknown {
  if (!(error instanceof NotFoundError)) return error;
  return new UnavailableError(error.code, error.message, { cause: error, hints: error.hints });
}

/** The zone of that name, among those that were opened. */
export function zoneNamed(zones: readonly LiveZone[], name: string): LiveZone {
  const zone = zones.find((each) => each.name === name);
  if (zone === undefined) throw new BugError(`there is no zone ${name}`);
  return zone;
}

/** What it takes to know the release. */
const SOUTHBOUND_GLOBAL = [{ kind: 'all', table: 'SB_Global' }] as const;

const SCHEMAS = { northbound: 'OVN_Northbound', southbound: 'OVN_Southbound' } as const;
const DATABASE_NAMES = { nb: SCHEMAS.northbound, sb: SCHEMAS.southbound, ovs: 'Open_vSwitch' } as const;

function noDatabase(zone: string, kind: ZoneReading['database']): InputError {
  return new InputError('source.no-database', `no remote is given for the ${kind} database of zone ${zone}`, {
    hints: [kind === 'northbound' ? 'add --nb REMOTE' : 'add --sb REMOTE'],
  });
}
