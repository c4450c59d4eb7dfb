import { UnavailableError } from '../../base/errors.js';
import { isJsonArray } from '../wire/json.js';
import type { Json } from '../wire/json.js';
import { RequestRefusedError } from './errors.js';
import type { Remote } from './remote.js';
import { SERVER_COLUMNS, SERVER_DATABASE, ServerState } from './server-state.js';
import type { ServedDatabase } from './server-state.js';
import { Session } from './session.js';
import type { SessionOptions } from './session.js';
import type { Transport } from './transport.js';

const SERVER_MONITOR = 'ovnctl-server';

/** Takes a notification's parameters. */
type Listener = (method: string, params: readonly Json[]) => void;

/**
 * A connection that has introduced itself: it keeps the server's view of its databases, and hands notifications to whoever
 * asked for the monitor or lock that they are about.
 */
export class LiveSession {
  readonly remote: Remote;
  readonly session: Session;
  /** Called when the server's view of its databases changes. */
  onServerChange: () => void = () => undefined;
  readonly #listeners = new Map<string, Listener>();
  #server: ServerState | undefined;

  constructor(remote: Remote, transport: Transport, options: Omit<SessionOptions, 'onNotification'>) {
    this.remote = remote;
    this.session = new Session(remote.text, transport, {
      ...options,
      onNotification: (method, params) => this.#notified(method, params),
    });
  }

  /** Undefined when the server has no `_Server` database (before OVS 2.9): nothing is known then. */
  databases(): readonly ServedDatabase[] | undefined {
    return this.#server?.databases();
  }

  /** Asks not to be disconnected when databases come and go, and follows what the server says about them. */
  async introduce(deadline: number, signal: AbortSignal): Promise<void> {
    const call = { deadline, signal };
    try {
      await this.session.call('set_db_change_aware', [true], call);
      const columns: Json = { Database: [{ columns: [...SERVER_COLUMNS] }] };
      await this.session.call('monitor_cond', [SERVER_DATABASE, SERVER_MONITOR, columns], {
        ...call,
        onResult: (tables) => this.#serverUpdate(tables),
      });
    } catch (error) {
      // Older servers know neither; all others' refusals would show in the next request as well.
      if (!(error instanceof RequestRefusedError)) throw error;
    }
  }

  /** Notifications whose first parameter is `key` (a monitor or lock id) go to the listener. */
  listen(key: string, listener: Listener): () => void {
    this.#listeners.set(key, listener);
    return () => {
      if (this.#listeners.get(key) === listener) this.#listeners.delete(key);
    };
  }

  #notified(method: string, params: Json): void {
    if (!isJsonArray(params)) return;
    const [key, tables] = params;
    if (typeof key !== 'string') return;
    if (method === 'update2' && key === SERVER_MONITOR) this.#serverUpdate(tables ?? null);
    // Monitors and locks have separate names on the wire, and the latter are the user's.
    else this.#listeners.get(method === 'locked' || method === 'stolen' ? lockKey(key) : key)?.(method, params);
  }

  #serverUpdate(tables: Json): void {
    this.#server ??= new ServerState();
    if (this.#server.apply(tables)) this.onServerChange();
    else
      this.session.close(new UnavailableError('ovsdb.server-state', `${this.remote.text}: unusable _Server contents`));
  }
}

export const lockKey = (lock: string): string => `lock ${lock}`;
