/**
 * A replica of some tables that stays up to date: monitor_cond_since where the server has it, else monitor_cond, else monitor.
 *
 * In: the client's connection, tables with columns and conditions. Out: an async iterable of the database as of then and the
 * rows that changed since the last one taken. A reader that is slow misses steps, never rows: what it has not taken is merged,
 * so memory is bounded by the database. When the connection moves to another server the monitor resumes after the last
 * transaction it knows, or fetches everything again and says so. Must not know: remotes, sockets.
 */
import { InputError, UnavailableError } from '../../base/errors.js';
import type { DatabaseSchema } from '../schema/schema.js';
import type { Json } from '../wire/json.js';
import type { Connection } from './connection.js';
import { ConnectionLostError, DeadlineError, RequestRefusedError, requestError } from './errors.js';
import type { LiveSession } from './live-session.js';
import { MonitorFeed, ZERO_UUID } from './monitor-feed.js';
import type { MonitorEvent } from './monitor-feed.js';
import { beginMonitor, changeConditions, unconditional, updateOf } from './monitor-request.js';
import type { MonitorMethod, MonitorTables } from './monitor-request.js';
import type { Condition } from './operation.js';
import type { Clock } from './transport.js';

export interface MonitorSettings {
  readonly clock: Clock;
  readonly connection: Connection;
  readonly database: string;
  readonly tables: MonitorTables;
  /** Unique among the client's monitors. */
  readonly id: string;
  /** For each request, and for being without a server. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly schemaOf: (live: LiveSession, deadline: number, signal: AbortSignal) => Promise<DatabaseSchema>;
}

type Conditions = Readonly<Record<string, readonly Condition[]>>;

interface Following {
  readonly live: LiveSession;
  readonly key: string;
}

export class Monitor implements AsyncIterable<MonitorEvent> {
  readonly #settings: MonitorSettings;
  readonly #feed = new MonitorFeed();
  readonly #stop = new AbortController();
  #tables: MonitorTables;
  /** Counts changes of conditions, and which of them the server has confirmed. */
  #wanted = 0;
  #confirmed = 0;
  #changing: Promise<unknown> = Promise.resolve();
  #incarnation = 0;
  #method: MonitorMethod = 'monitor_cond_since';
  #following: Following | undefined;
  /** Begins the monitor anew on the session that it is on. */
  #restart: () => void = () => undefined;
  #faults = 0;
  #failure: { readonly error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  constructor(settings: MonitorSettings) {
    this.#settings = settings;
    this.#tables = settings.tables;
    settings.signal?.addEventListener('abort', this.#abort, { once: true });
    if (settings.signal?.aborted === true) this.#abort();
    void this.#run();
  }

  /** How the server is asked; older ones know less. */
  get method(): MonitorMethod {
    return this.#method;
  }

  /** For one reader. Leaving the loop closes the monitor; a failure is thrown after what came before it. */
  async *[Symbol.asyncIterator](): AsyncIterator<MonitorEvent, void> {
    try {
      for (;;) {
        const event = this.#feed.take();
        this.#checkFeed();
        if (event !== undefined) {
          this.#faults = 0;
          yield event;
        } else if (this.#failure !== undefined) {
          throw this.#failure.error as Error;
        } else if (this.#stop.signal.aborted) {
          return;
        } else {
          await this.#news();
        }
      }
    } finally {
      this.close();
    }
  }

  /**
   * Changes which rows are seen of some tables; the others keep their conditions. Resolves when the rows that follow from it
   * are in the next event; when it is refused, the conditions are as before.
   */
  change(conditions: Conditions): Promise<void> {
    const changed = this.#changing.then(() => this.#change(conditions));
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  close(): void {
    this.#settings.signal?.removeEventListener('abort', this.#abort);
    this.#stop.abort();
    this.#restart();
    this.#tell();
  }

  readonly #abort = (): void => {
    this.#fail(this.#settings.signal?.reason);
  };

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.close();
  }

  async #run(): Promise<void> {
    const { clock, connection, timeoutMs } = this.#settings;
    let deadline = clock.now() + timeoutMs;
    try {
      while (!this.#stop.signal.aborted) {
        const live = await connection.session({ deadline, signal: this.#stop.signal });
        try {
          await this.#follow(live, deadline);
          deadline = clock.now() + timeoutMs;
        } catch (error) {
          if (error instanceof RequestRefusedError) throw requestError(error, `monitoring ${this.#settings.database}`);
          if (!(error instanceof ConnectionLostError || error instanceof DeadlineError)) throw error;
          // The connection finds another server, as long as there is time; one that does not answer is none.
          live.session.close(error);
          if (clock.now() >= deadline) throw error;
        }
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#fail(error);
    }
  }

  /** Monitors on one session until it ends, the server cancels the monitor, or everything has to be fetched again. */
  async #follow(live: LiveSession, deadline: number): Promise<void> {
    const { schemaOf, id, connection } = this.#settings;
    const key = `${id}.${String(++this.#incarnation)}`;
    const restart = new Promise<void>((resolve) => (this.#restart = resolve));
    const unlisten = live.listen(key, (method, params) => this.#receive(method, params));
    try {
      const { signal } = this.#stop;
      const schema = await schemaOf(live, deadline, signal);
      this.#checkTables(schema);
      const version = this.#wanted;
      await this.#begin(live, key, schema, { deadline, signal });
      connection.proved(live);
      this.#confirmed = version;
      this.#following = { live, key };
      this.#tell();
      await Promise.race([live.session.closed, restart]);
    } finally {
      this.#following = undefined;
      unlisten();
      if (live.session.isOpen) void this.#cancel(live, key);
    }
  }

  async #begin(
    live: LiveSession,
    key: string,
    schema: DatabaseSchema,
    call: { deadline: number; signal: AbortSignal },
  ): Promise<void> {
    const feed = this.#feed;
    // What is known was selected by other columns or conditions than what would come.
    const isStale = schema !== feed.schema || this.#confirmed < this.#wanted || !feed.isUsable;
    const since = isStale ? ZERO_UUID : feed.since;
    const request = { database: this.#settings.database, key, tables: this.#tables, since };
    this.#method = await beginMonitor(live.session, this.#method, request, call, (reply) => {
      if (!reply.found || isStale) feed.startOver(schema, Object.keys(request.tables));
      // The id is that of the last change in the reply; a reply without changes may have none to offer.
      if (reply.lastTransaction !== ZERO_UUID) feed.since = reply.lastTransaction;
      feed.push(reply);
    });
  }

  #receive(method: string, params: readonly Json[]): void {
    if (method === 'monitor_canceled') {
      this.#restart();
      return;
    }
    const update = updateOf(method, params);
    if (update === undefined) return;
    this.#feed.push(update);
    if (update.lastTransaction !== undefined) this.#feed.since = update.lastTransaction;
    this.#checkFeed();
    this.#tell();
  }

  /** Updates that don't fit mean that the replica is wrong: everything is fetched again, but not for ever. */
  #checkFeed(): void {
    const { fault } = this.#feed;
    if (fault === undefined || this.#following === undefined) return;
    this.#following = undefined;
    if (++this.#faults > 1) {
      const where = [this.#settings.database, fault.table, fault.uuid].filter((part) => part !== undefined).join(' ');
      this.#fail(new InputError('ovsdb.monitor', `${where}: an update does not fit: ${fault.reason}`));
    }
    this.#restart();
  }

  #checkTables(schema: DatabaseSchema): void {
    for (const [name, { columns = [] }] of Object.entries(this.#tables)) {
      const table = schema.tables.get(name);
      const missing = table === undefined ? name : columns.find((column) => !table.columns.has(column));
      if (missing === undefined) continue;
      const what = table === undefined ? `table ${name}` : `column ${missing} in table ${name}`;
      throw new InputError('ovsdb.monitor', `${schema.name} has no ${what}`);
    }
  }

  async #change(conditions: Conditions): Promise<void> {
    const before = this.#tables;
    const tables: Record<string, MonitorTables[string]> = { ...before };
    for (const [table, where] of Object.entries(conditions)) {
      if (before[table] === undefined) throw new InputError('ovsdb.monitor', `table ${table} is not monitored`);
      tables[table] = { ...before[table], where };
    }
    if (this.#method === 'monitor') throw unconditional();
    this.#tables = tables;
    const version = ++this.#wanted;
    while (this.#confirmed < version) {
      if (this.#failure !== undefined) throw this.#failure.error as Error;
      if (this.#stop.signal.aborted) throw new UnavailableError('ovsdb.monitor-closed', 'the monitor is closed');
      if (this.#following === undefined) {
        await this.#news();
        continue;
      }
      try {
        await this.#send(this.#following, conditions, version);
      } catch (error) {
        if (error instanceof RequestRefusedError) {
          this.#tables = before;
          this.#confirmed = version;
          throw requestError(error, 'the change of conditions');
        }
        // Whether the server has them is unknown. The next session is asked with them from the start.
        if (!(error instanceof ConnectionLostError)) this.#restart();
        this.#following = undefined;
      }
    }
  }

  async #send({ live, key }: Following, conditions: Conditions, version: number): Promise<void> {
    const { clock, timeoutMs } = this.#settings;
    const call = { deadline: clock.now() + timeoutMs, signal: this.#stop.signal };
    await changeConditions(live.session, key, conditions, call);
    this.#confirmed = version;
  }

  /** The server has no use for the answer, and neither have we. */
  async #cancel(live: LiveSession, key: string): Promise<void> {
    const { clock, timeoutMs } = this.#settings;
    try {
      await live.session.call('monitor_cancel', [key], { deadline: clock.now() + timeoutMs });
    } catch {
      // Unknown there (cancelled by the server) or the connection ended: cancelled in any case.
    }
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #tell(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
