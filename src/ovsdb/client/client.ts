/**
 * An OVSDB client (RFC 7047, ovsdb-server(7)): requests, transactions, monitors and locks over whichever server is fit.
 *
 * In: remotes, how to dial them, a clock. Out: typed answers, or errors in the classes of `src/base/errors.ts`. Every call
 * ends by its deadline or signal. Reads are repeated on another server when one is lost; a transaction that may have been
 * carried out is never repeated, its fate is reported as unknown. Must not know: sockets, TLS, OVN's tables.
 */
import { InputError } from '../../base/errors.js';
import { Row } from '../replica/row.js';
import { readSchema } from '../schema/schema.js';
import type { DatabaseSchema } from '../schema/schema.js';
import { isJsonArray } from '../wire/json.js';
import type { Json } from '../wire/json.js';
import { jsonText } from '../wire/json-text.js';
import { atomOf } from '../wire/value.js';
import { Connection } from './connection.js';
import { ConnectionLostError, DeadlineError, requestError, RequestRefusedError, UnknownFateError } from './errors.js';
import type { LiveSession } from './live-session.js';
import { Lock } from './lock.js';
import { Monitor } from './monitor.js';
import type { MonitorTables } from './monitor-request.js';
import { isRepeatable } from './operation.js';
import type { Condition, Operation, OperationResult } from './operation.js';
import type { Remote } from './remote.js';
import type { ServedDatabase } from './server-state.js';
import { Aborted } from './session.js';
import type { Traffic } from './session.js';
import { readResults } from './transaction.js';
import type { Clock, Dial } from './transport.js';

export interface ClientOptions {
  /** The database that servers are judged by: that they have it and, in a cluster, are fit to serve it. Default: all. */
  readonly database?: string;
  /** Only the cluster's leader will do, for reads too: nothing is then older than the last commit. Default false. */
  readonly leaderOnly?: boolean;
  /** For each call that brings no time of its own. Default 30 s. */
  readonly timeoutMs?: number;
  /** For reaching one server before the next is tried. Default 5 s. */
  readonly attemptMs?: number;
  /** Silence after which a server has to prove that it is there; 0 never. Default 5 s. */
  readonly probeMs?: number;
  /** The longest message to accept. Default 256 MiB, which is more than ovsdb-server sends in practice. */
  readonly maxMessageBytes?: number;
  /** How much may wait to be sent before calls wait. Default 4 MiB. */
  readonly maxQueuedBytes?: number;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface LockOptions {
  readonly steal?: boolean;
  readonly timeoutMs?: number;
  readonly onChange?: (owned: boolean) => void;
}

const SECOND = 1000;
const MEBIBYTE = 1 << 20;

export class OvsdbClient {
  readonly #clock: Clock;
  readonly #connection: Connection;
  readonly #timeoutMs: number;
  readonly #schemas = new Map<string, { readonly text: string; readonly schema: DatabaseSchema }>();
  #monitors = 0;

  /** Does not connect; the first call does. `connect` of src/connect/ovsdb is the usual way. */
  constructor(
    remotes: readonly Remote[],
    world: { readonly clock: Clock; readonly dial: Dial },
    options: ClientOptions = {},
  ) {
    this.#clock = world.clock;
    this.#timeoutMs = options.timeoutMs ?? 30 * SECOND;
    this.#connection = new Connection(remotes, {
      ...world,
      database: options.database,
      leaderOnly: options.leaderOnly ?? false,
      attemptMs: options.attemptMs ?? 5 * SECOND,
      probeMs: options.probeMs ?? 5 * SECOND,
      maxMessageBytes: options.maxMessageBytes ?? 256 * MEBIBYTE,
      maxQueuedBytes: options.maxQueuedBytes ?? 4 * MEBIBYTE,
    });
  }

  /** The server in use, if there is one at the moment. */
  get remote(): string | undefined {
    return this.#connection.live?.remote.text;
  }

  /** What has been sent and received, over all servers. */
  get traffic(): Traffic {
    return this.#connection.traffic;
  }

  /** What the server in use says about its databases; undefined before OVS 2.9 and while there is none. */
  get databases(): readonly ServedDatabase[] | undefined {
    return this.#connection.live?.databases();
  }

  /** Connects now. Fails at once when no server can be reached, and by the deadline when none is fit. */
  async ready(options: CallOptions = {}): Promise<void> {
    await this.#connection.session({ ...this.#limits(options), failFast: true });
  }

  /** RFC 7047 section 4.1.1: the databases that the server has, `_Server` among them. */
  async listDatabases(options: CallOptions = {}): Promise<readonly string[]> {
    const names = await this.#ask('list_dbs', [], options);
    if (!isJsonArray(names)) throw malformed('list_dbs');
    return names.filter((name) => typeof name === 'string');
  }

  /** RFC 7047 section 4.1.2. The same object as long as the schema is the same. */
  async getSchema(database: string, options: CallOptions = {}): Promise<DatabaseSchema> {
    return this.#schema(database, await this.#ask('get_schema', [database], options));
  }

  /** RFC 7047 section 4.1.11: the server sends back what it got. */
  async echo(params: readonly Json[] = [], options: CallOptions = {}): Promise<Json> {
    return this.#ask('echo', params, options);
  }

  /** ovsdb-server(7) section 4.1.17: a uuid of the running process, another after a restart. */
  async getServerId(options: CallOptions = {}): Promise<string> {
    const id = await this.#ask('get_server_id', [], options);
    if (typeof id !== 'string') throw malformed('get_server_id');
    return id;
  }

  /**
   * Carries out operations together or not at all (RFC 7047 section 4.1.3), and returns one result for each.
   *
   * A refusal is an Operation…Error with the failing operation. UnknownFateError when operations that change something were
   * sent and no reply came, also when the deadline or signal ended the wait (the transaction is then cancelled as well, which
   * may be too late). Operations that only read are repeated instead.
   */
  async transact(
    database: string,
    operations: readonly Operation[],
    options: CallOptions = {},
  ): Promise<readonly OperationResult[]> {
    const params = [database, ...operations] as readonly Json[];
    const results = await this.#ask('transact', params, options, isRepeatable(operations) ? undefined : operations);
    return readResults(database, operations, results);
  }

  /** The rows of a table that match all conditions, with the given columns (all, when left out) and their uuids. */
  async select(
    database: string,
    table: string,
    where: readonly Condition[] = [],
    columns?: readonly string[],
    options: CallOptions = {},
  ): Promise<readonly Row[]> {
    const named = columns && { columns: columns.includes('_uuid') ? columns : ['_uuid', ...columns] };
    const [result] = await this.transact(database, [{ op: 'select', table, where, ...named }], options);
    if (result?.rows === undefined) throw malformed('select');
    return result.rows.map(({ _uuid, _version, ...cells }) => {
      const uuid = atomOf(_uuid);
      if (typeof uuid !== 'string') throw malformed('select');
      // Rows of files and monitors don't have the two as columns either, unless asked to.
      const versioned = _version !== undefined && columns?.includes('_version') === true;
      return new Row(table, uuid, versioned ? { ...cells, _version } : cells);
    });
  }

  /** A replica of tables that follows the server from now on. Read it with `for await`; see Monitor. */
  monitor(database: string, tables: MonitorTables, options: CallOptions = {}): Monitor {
    return new Monitor({
      clock: this.#clock,
      connection: this.#connection,
      database,
      tables,
      id: `ovnctl-${String(++this.#monitors)}`,
      timeoutMs: options.timeoutMs ?? this.#timeoutMs,
      signal: options.signal,
      schemaOf: async (live, deadline, signal) =>
        this.#schema(database, await live.session.call('get_schema', [database], { deadline, signal })),
    });
  }

  /** Asks for a lock, which is granted at once or when its owners are done with it; see Lock. */
  lock(name: string, options: LockOptions = {}): Lock {
    return new Lock({
      clock: this.#clock,
      connection: this.#connection,
      name,
      steal: options.steal ?? false,
      timeoutMs: options.timeoutMs ?? this.#timeoutMs,
      onChange: options.onChange,
    });
  }

  /** Ends the connection, every call and monitor with it. */
  close(): void {
    this.#connection.close();
  }

  #limits({ timeoutMs, signal }: CallOptions): { readonly deadline: number; readonly signal: AbortSignal | undefined } {
    return { deadline: this.#clock.now() + (timeoutMs ?? this.#timeoutMs), signal };
  }

  /** `changes`: what the request may change, and why it is not repeated once it may have reached a server. */
  async #ask(method: string, params: Json, options: CallOptions, changes?: readonly Operation[]): Promise<Json> {
    const limits = this.#limits(options);
    for (;;) {
      const live = await this.#connection.session(limits);
      try {
        const result = await live.session.call(method, params, limits);
        this.#connection.proved(live);
        return result;
      } catch (error) {
        const isLost = error instanceof ConnectionLostError;
        if (
          changes !== undefined &&
          (isLost || error instanceof DeadlineError || error instanceof Aborted) &&
          error.sent
        ) {
          const [database] = params as readonly string[];
          throw new UnknownFateError(database ?? '', changes, error instanceof Aborted ? error.cause : error);
        }
        if (error instanceof Aborted) throw error.cause;
        if (!isLost) throw this.#translated(error, live, method);
      }
    }
  }

  #translated(error: unknown, live: LiveSession, method: string): unknown {
    if (!(error instanceof RequestRefusedError)) return error;
    this.#connection.proved(live);
    return requestError(error, method);
  }

  #schema(database: string, json: Json): DatabaseSchema {
    const text = jsonText(json);
    const known = this.#schemas.get(database);
    if (known?.text === text) return known.schema;
    const read = readSchema(json);
    if (!read.ok)
      throw new InputError('ovsdb.schema', `${database}: the schema at ${read.error.path} is ${read.error.reason}`);
    this.#schemas.set(database, { text, schema: read.value });
    return read.value;
  }
}

const malformed = (method: string): InputError =>
  new InputError('ovsdb.protocol', `the reply to ${method} has another form than RFC 7047 gives it`);
