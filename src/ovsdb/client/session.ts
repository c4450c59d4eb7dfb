/**
 * One connection's JSON-RPC conversation (RFC 7047 section 4): requests out, replies matched by id, echo answered.
 *
 * In: an open transport. Out: a promise per request, a callback per notification, and `closed` with the reason. Every
 * request ends: by its reply, its deadline, its signal or the connection's end. What waits to be sent is bounded: beyond it
 * requests wait, and nothing more is read, so a peer that asks faster than it listens blocks itself. A silent peer is asked
 * for an echo and then given up. Must not know: databases, monitors, other connections.
 */
import { InputError, UnavailableError } from '../../base/errors.js';
import type { Json, JsonObject } from '../wire/json.js';
import { MessageScanner } from '../wire/stream.js';
import { ConnectionLostError, DeadlineError, readRefusal, RequestRefusedError } from './errors.js';
import { Outbox } from './outbox.js';
import type { Entry } from './outbox.js';
import type { Clock, Transport } from './transport.js';

export interface SessionOptions {
  readonly clock: Clock;
  /** Silence after which the server is asked for an echo; twice that and it is given up. 0 never asks. */
  readonly probeMs: number;
  readonly maxMessageBytes: number;
  readonly maxQueuedBytes: number;
  readonly onNotification: (method: string, params: Json) => void;
}

export interface CallOptions {
  /** On the session's clock. */
  readonly deadline: number;
  readonly signal?: AbortSignal | undefined;
  /** Sees the result in its place among the notifications, before the promise's continuation can run. */
  readonly onResult?: (result: Json) => void;
}

export interface Traffic {
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly messagesIn: number;
  /** Replies to nothing that was asked. */
  readonly strayReplies: number;
}

interface Pending {
  readonly settle: (reply: JsonObject) => void;
  readonly lose: (cause: unknown) => void;
}

const PROBE_ID = 'probe';
const GRACE = 10;

export class Session {
  readonly remote: string;
  /** Resolves, never rejects, with why the connection ended; undefined when `close` was called without a reason. */
  readonly closed: Promise<unknown>;
  readonly #options: SessionOptions;
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #scanner: MessageScanner;
  readonly #pending = new Map<number, Pending>();
  /** Requests given up, whose replies may still come. */
  readonly #abandoned = new Set<number>();
  #nextId = 1;
  #ended: { readonly reason: unknown } | undefined;
  #resolveClosed: (reason: unknown) => void = () => undefined;
  #lastHeard: number;
  #probe: 'idle' | 'asked' | 'late' = 'idle';
  #callOffProbe: () => void = () => undefined;
  #bytesIn = 0;
  #messagesIn = 0;
  #strayReplies = 0;

  constructor(remote: string, transport: Transport, options: SessionOptions) {
    this.remote = remote;
    this.#options = options;
    this.#transport = transport;
    this.#scanner = new MessageScanner(options.maxMessageBytes);
    this.#outbox = new Outbox(transport, options.maxQueuedBytes, (cause) => this.#end(cause));
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    this.#lastHeard = options.clock.now();
    if (options.probeMs > 0) this.#watch(options.probeMs);
    void this.#read();
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** Requests without a reply. */
  get inFlight(): number {
    return this.#pending.size;
  }

  get traffic(): Traffic {
    const { bytesOut } = this.#outbox;
    return {
      bytesIn: this.#bytesIn,
      bytesOut,
      messagesIn: this.#messagesIn,
      strayReplies: this.#strayReplies,
    };
  }

  close(reason?: unknown): void {
    this.#end(reason);
  }

  /**
   * Asks and waits. Rejects with RequestRefusedError (the server answered with an error), ConnectionLostError,
   * DeadlineError, or the signal's reason; a `transact` that is given up is also cancelled at the server (section 4.1.4).
   */
  call(method: string, params: Json, options: CallOptions): Promise<Json> {
    const { deadline, signal, onResult } = options;
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      if (this.#ended !== undefined) {
        reject(new ConnectionLostError(this.remote, false, this.#ended.reason));
        return;
      }
      if (signal?.aborted === true) {
        reject(asError(signal.reason));
        return;
      }
      let entry: Entry | undefined;
      const send = (): void => {
        if (this.#pending.has(id)) entry = this.#outbox.add({ method, params, id });
      };
      const done = (): void => {
        this.#pending.delete(id);
        callOff();
        signal?.removeEventListener('abort', abort);
      };
      const giveUp = (error: Error): void => {
        done();
        if (entry !== undefined && !this.#outbox.withdraw(entry)) {
          this.#abandoned.add(id);
          if (method === 'transact') this.#outbox.add({ method: 'cancel', params: [id], id: null });
        }
        reject(error);
      };
      const isSent = (): boolean => entry?.sent === true;
      const abort = (): void => giveUp(new Aborted(isSent(), signal?.reason));
      const callOff = this.#options.clock.after(Math.max(0, deadline - this.#options.clock.now()), () => {
        giveUp(new DeadlineError(this.remote, method, isSent()));
      });
      signal?.addEventListener('abort', abort, { once: true });
      this.#pending.set(id, {
        settle: (reply) => {
          done();
          const { error, result } = reply;
          if (error !== undefined && error !== null) {
            const refusal = readRefusal(error) ?? { rfc: 'unknown error', details: JSON.stringify(error) };
            reject(new RequestRefusedError(this.remote, refusal));
          } else if (result === undefined) {
            reject(new InputError('ovsdb.protocol', `${this.remote}: the reply to ${method} has no result`));
          } else {
            onResult?.(result);
            resolve(result);
          }
        },
        lose: (cause) => {
          done();
          reject(new ConnectionLostError(this.remote, isSent(), cause));
        },
      });
      if (this.#outbox.isFull) void this.#outbox.room().then(send);
      else send();
    });
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#transport) {
        this.#bytesIn += chunk.length;
        this.#lastHeard = this.#options.clock.now();
        this.#probe = 'idle';
        const { messages, fault } = this.#scanner.push(chunk);
        for (const message of messages) {
          if (this.#ended !== undefined) return;
          this.#messagesIn++;
          this.#receive(message);
        }
        if (fault !== undefined) {
          this.#end(new InputError('ovsdb.stream', `${this.remote}: not an OVSDB server's stream: ${fault.reason}`));
          return;
        }
        await this.#outbox.repliesTaken();
      }
      const where = this.#scanner.pending > 0 ? ' in the middle of a message' : '';
      this.#end(new UnavailableError('ovsdb.closed', `${this.remote}: the server closed the connection${where}`));
    } catch (error) {
      this.#end(error);
    }
  }

  #receive(message: JsonObject): void {
    const { method, id, params } = message;
    if (typeof method === 'string') {
      if (id === undefined || id === null) this.#options.onNotification(method, params ?? null);
      else if (method === 'echo') this.#outbox.add({ id, result: params ?? [], error: null }, true);
      else this.#outbox.add({ id, result: null, error: 'unknown method' }, true);
      return;
    }
    if (id === PROBE_ID) return;
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (pending !== undefined) pending.settle(message);
    else if (typeof id !== 'number' || !this.#abandoned.delete(id)) this.#strayReplies++;
  }

  #watch(delay: number): void {
    this.#callOffProbe = this.#options.clock.after(delay, () => {
      const { clock, probeMs } = this.#options;
      const silence = clock.now() - this.#lastHeard;
      if (silence < probeMs) {
        this.#watch(probeMs - silence);
      } else if (this.#probe === 'idle') {
        this.#probe = 'asked';
        this.#outbox.add({ method: 'echo', params: [], id: PROBE_ID });
        this.#watch(probeMs);
      } else if (this.#probe === 'asked') {
        // When this program was busy, its timers run before it reads: the answer may lie there unread.
        this.#probe = 'late';
        this.#watch(probeMs / GRACE);
      } else {
        this.#end(new UnavailableError('ovsdb.silent', `${this.remote}: the server has gone silent`));
      }
    });
  }

  #end(reason: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason };
    this.#callOffProbe();
    this.#outbox.close();
    this.#transport.close();
    for (const pending of [...this.#pending.values()]) pending.lose(reason);
    this.#abandoned.clear();
    this.#resolveClosed(reason);
  }
}

/** A request given up by its signal. */
export class Aborted extends Error {
  readonly sent: boolean;
  constructor(sent: boolean, cause: unknown) {
    super('aborted', { cause });
    this.name = 'AbortError';
    this.sent = sent;
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Aborted(false, reason));
