/**
 * A database behind a server, of which only what is asked for is read: look-ups of what is not held yet throw `NotHeld`,
 * and `fetch` reads it, together with everything the plan knows to be needed next, in as few transactions as possible.
 *
 * In: a client, the schema it serves, a plan. Out: a Database. Rows once read do not change; whether the server's did in
 * the meantime is what `changed` finds out. After a failure nothing more is read: every further look-up throws it. It must
 * not know what the rows mean.
 */
import { OvnctlError } from '../../base/errors.js';
import type { OvsdbClient } from '../../ovsdb/client/client.js';
import type { Operation } from '../../ovsdb/client/operation.js';
import type { Database, Table } from '../../ovsdb/replica/database.js';
import { NotHeld } from '../../ovsdb/replica/not-held.js';
import type { RowRequest, RowSource } from '../../ovsdb/replica/not-held.js';
import { Row } from '../../ovsdb/replica/row.js';
import type { DatabaseSchema } from '../../ovsdb/schema/schema.js';
import type { JsonObject } from '../../ovsdb/wire/json.js';
import { atomOf } from '../../ovsdb/wire/value.js';
import type { Served } from '../../world/world.js';
import { PartialTable } from './partial-table.js';
import type { ReadPlan } from './read-plan.js';
import { operationOf, requestKey } from './request-operation.js';

/** What reading has cost so far. */
export interface Reading {
  readonly rows: number;
  readonly roundTrips: number;
  readonly bytes: number;
}

export class LiveDatabase implements Database, RowSource {
  readonly name: string;
  readonly schema: DatabaseSchema;
  readonly tables: ReadonlyMap<string, Table>;
  readonly #client: OvsdbClient;
  readonly #plan: ReadPlan;
  readonly #partial = new Map<string, PartialTable>();
  readonly #failed: (error: OvnctlError) => void;
  /** Asked for, but not sent yet. */
  #waiting = new Map<string, RowRequest>();
  /** The next transaction; everything that waits goes into it. */
  #next: Promise<void> | undefined;
  /** Sent, by key. */
  readonly #underway = new Map<string, Promise<void>>();
  #failure: OvnctlError | undefined;
  #isAbandoned = false;
  #rows = 0;
  #roundTrips = 0;

  /** `failed` is told once, when reading ends early. */
  constructor(client: OvsdbClient, schema: DatabaseSchema, plan: ReadPlan, failed: (error: OvnctlError) => void) {
    this.name = schema.name;
    this.schema = schema;
    this.tables = this.#partial;
    this.#client = client;
    this.#plan = plan;
    this.#failed = failed;
  }

  table(name: string): PartialTable {
    return this.#table(name);
  }

  get reading(): Reading {
    return { rows: this.#rows, roundTrips: this.#roundTrips, bytes: this.#client.traffic.bytesIn };
  }

  /** What the server in use says about the database; undefined while there is none. */
  get served(): Served | undefined {
    const { remote: server, databases } = this.#client;
    if (server === undefined) return undefined;
    const own = databases?.find(({ name }) => name === this.name);
    // Servers before OVS 2.9 say nothing about themselves, and know no clusters.
    if (own === undefined) return { server, model: 'unknown', leader: true, connected: true };
    const { model, leader, connected } = own;
    return { server, model, leader, connected };
  }

  /** Why nothing more can be read, if so. */
  get failure(): OvnctlError | undefined {
    return this.#failure;
  }

  async fetch(requests: readonly RowRequest[]): Promise<void> {
    const waits: Promise<void>[] = [];
    const wanted = [...requests];
    for (let request = wanted.pop(); request !== undefined; request = wanted.pop()) {
      const key = requestKey(request);
      if (this.#table(request.table).holds(request) || this.#waiting.has(key)) continue;
      const underway = this.#underway.get(key);
      if (underway !== undefined) {
        waits.push(underway);
        continue;
      }
      this.#waiting.set(key, request);
      wanted.push(...this.#plan.companions(request));
    }
    if (this.#waiting.size > 0) waits.push((this.#next ??= this.#send()));
    await Promise.all(waits);
  }

  /** Starts to read what may be wanted soon; whoever wants it then waits for it. */
  prefetch(requests: readonly RowRequest[]): void {
    const wanted = new Map<string, RowRequest>();
    for (const request of requests) {
      const key = requestKey(request);
      const known = this.#table(request.table).holds(request) || this.#waiting.has(key) || this.#underway.has(key);
      if (!known) wanted.set(key, request);
    }
    if (wanted.size > 0) void this.#track(wanted);
  }

  /** From now on nobody wants to know of failures: the connection is about to be closed. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  /** Whether rows that were used are gone from the server by now, or were read in two states. */
  async changed(table: string, uuids: readonly string[]): Promise<boolean> {
    if ([...this.#partial.values()].some(({ torn }) => torn)) return true;
    if (uuids.length === 0) return false;
    const results = await this.#client.transact(
      this.name,
      uuids.map((uuid) => ({ op: 'select', table, where: [['_uuid', '==', ['uuid', uuid]]], columns: ['_uuid'] })),
    );
    this.#roundTrips++;
    return results.some(({ rows }) => rows?.length !== 1);
  }

  /** Collects what is asked for in this turn of the event loop, and reads it in one transaction. */
  async #send(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const requests = this.#gathered();
    this.#waiting = new Map();
    this.#next = undefined;
    const done = this.#track(requests);
    for (const request of requests.values()) this.prefetch(this.#plan.later(request));
    await done;
  }

  async #track(requests: ReadonlyMap<string, RowRequest>): Promise<void> {
    const done = this.#read(requests);
    for (const key of requests.keys()) this.#underway.set(key, done);
    await done;
    for (const key of requests.keys()) this.#underway.delete(key);
  }

  /** What waits; many look-ups in a table that is better read whole become one. */
  #gathered(): ReadonlyMap<string, RowRequest> {
    const counts = new Map<string, number>();
    for (const { table } of this.#waiting.values()) counts.set(table, (counts.get(table) ?? 0) + 1);
    const gathered = new Map<string, RowRequest>();
    for (const [key, request] of this.#waiting) {
      const { table } = request;
      const isMany = (counts.get(table) ?? 0) > this.#plan.wholeAbove(table);
      // A query may have columns that make rows alike; whole rows do not answer it.
      if (isMany && request.kind !== 'query') gathered.set(requestKey({ kind: 'all', table }), { kind: 'all', table });
      else gathered.set(key, request);
    }
    return gathered;
  }

  async #read(requests: ReadonlyMap<string, RowRequest>): Promise<void> {
    if (this.#failure !== undefined) return;
    const asked: RowRequest[] = [];
    const operations: Operation[] = [];
    for (const request of requests.values()) {
      const operation = operationOf(request, this.schema, this.#plan);
      // The server has no such table or column, and so no such rows.
      if (operation === undefined) this.#table(request.table).store(request, []);
      else {
        asked.push(request);
        operations.push(operation);
      }
    }
    if (operations.length === 0) return;
    const followers: RowRequest[] = [];
    try {
      this.#roundTrips++;
      const results = await this.#client.transact(this.name, operations);
      for (const [at, request] of asked.entries()) {
        const rows = this.#rowsOf(request, results[at]?.rows ?? []);
        this.#table(request.table).store(request, rows);
        followers.push(...this.#plan.followers(request, rows));
      }
    } catch (error) {
      if (!(error instanceof OvnctlError)) throw error;
      // Another transaction may have failed meanwhile.
      if (this.failure === undefined && !this.#isAbandoned) this.#failed(error);
      this.#failure ??= error;
      return;
    }
    if (followers.length > 0) await this.fetch(followers);
  }

  #rowsOf(request: RowRequest, json: readonly JsonObject[]): readonly Row[] {
    const { table } = request;
    const columns = this.#plan.columns.get(table);
    this.#rows += json.length;
    const read = request.kind === 'uuids' ? NOTHING : request.kind === 'query' ? new Set(request.columns) : columns;
    return json.map(({ _uuid, ...cells }) => {
      const uuid = atomOf(_uuid);
      return new Row(table, typeof uuid === 'string' ? uuid : '', cells, read);
    });
  }

  #table(name: string): PartialTable {
    let table = this.#partial.get(name);
    if (table === undefined) {
      const unique = (this.schema.tables.get(name)?.indexes ?? []).flatMap(([column, other]) =>
        column !== undefined && other === undefined ? [column] : [],
      );
      table = new PartialTable(name, unique, (request) => {
        throw this.#failure ?? new NotHeld([{ source: this, request }]);
      });
      this.#partial.set(name, table);
    }
    return table;
  }
}

const NOTHING: ReadonlySet<string> = new Set();
