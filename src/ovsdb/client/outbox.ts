import { jsonText } from '../wire/json-text.js';
import type { JsonObject } from '../wire/json.js';
import type { Transport } from './transport.js';

export interface Entry {
  readonly bytes: Uint8Array;
  /** A reply that the other side asked for. */
  readonly owed: boolean;
  /** Handed to the transport, so the server may see it. */
  sent: boolean;
}

/** Messages are joined up to about this size, so that many small ones cost one write. */
const BATCH = 64 * 1024;

const encoder = new TextEncoder();

/** What one connection has yet to send, in order, and how much that may be. */
export class Outbox {
  readonly #transport: Transport;
  readonly #limit: number;
  readonly #onFailure: (cause: unknown) => void;
  #queue: Entry[] = [];
  #queued = 0;
  #owed = 0;
  #bytesOut = 0;
  #isPumping = false;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  constructor(transport: Transport, limit: number, onFailure: (cause: unknown) => void) {
    this.#transport = transport;
    this.#limit = limit;
    this.#onFailure = onFailure;
  }

  get bytesOut(): number {
    return this.#bytesOut;
  }

  /** Whether a new request should wait for `room`. */
  get isFull(): boolean {
    return this.#queued > this.#limit;
  }

  add(message: JsonObject, owed = false): Entry {
    const entry: Entry = { bytes: encoder.encode(jsonText(message)), owed, sent: false };
    if (this.#isClosed) return entry;
    this.#queue.push(entry);
    this.#queued += entry.bytes.length;
    if (owed) this.#owed += entry.bytes.length;
    if (!this.#isPumping) void this.#pump();
    return entry;
  }

  /** Takes an entry back; false when it is too late. */
  withdraw(entry: Entry): boolean {
    if (entry.sent) return false;
    const at = this.#queue.indexOf(entry);
    if (at >= 0) {
      this.#queue.splice(at, 1);
      this.#queued -= entry.bytes.length;
    }
    return true;
  }

  /** Resolves at once, or when no more than the limit waits to be sent. */
  async room(): Promise<void> {
    while (this.isFull && !this.#isClosed) await this.#progress();
  }

  /**
   * Resolves at once, or when the other side has taken its replies. Requests of ours don't count: a server that waits for us
   * to read before it reads on would never get them.
   */
  async repliesTaken(): Promise<void> {
    while (this.#owed > this.#limit && !this.#isClosed) await this.#progress();
  }

  close(): void {
    this.#isClosed = true;
    this.#queue = [];
    this.#queued = 0;
    this.#owed = 0;
    this.#wake();
  }

  async #pump(): Promise<void> {
    this.#isPumping = true;
    try {
      while (this.#queue.length > 0) {
        const entries = this.#take();
        const batch = joined(entries);
        await this.#transport.send(batch);
        this.#bytesOut += batch.length;
        this.#queued -= batch.length;
        for (const { owed, bytes } of entries) if (owed) this.#owed -= bytes.length;
        this.#wake();
      }
    } catch (cause) {
      this.#onFailure(cause);
    } finally {
      this.#isPumping = false;
    }
  }

  #take(): Entry[] {
    let size = 0;
    let count = 0;
    for (const { bytes } of this.#queue) {
      if (count > 0 && size + bytes.length > BATCH) break;
      size += bytes.length;
      count++;
    }
    const entries = this.#queue.splice(0, count);
    for (const entry of entries) entry.sent = true;
    return entries;
  }

  #progress(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}

function joined(entries: readonly Entry[]): Uint8Array {
  const [first] = entries;
  if (first !== undefined && entries.length === 1) return first.bytes;
  const batch = new Uint8Array(entries.reduce((size, { bytes }) => size + bytes.length, 0));
  let at = 0;
  for (const { bytes } of entries) {
    batch.set(bytes, at);
    at += bytes.length;
  }
  return batch;
}
