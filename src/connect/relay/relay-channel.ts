import { UnavailableError } from '../../base/errors.js';
import type { Transport } from '../../ovsdb/client/transport.js';
import { socketError } from '../ovsdb/socket-errors.js';
import { RELAY_WINDOW } from './relay-program.js';

export interface RelayChannelOptions {
  /** For messages. */
  readonly remote: string;
  readonly send: (bytes: Uint8Array) => Promise<void>;
  readonly acknowledge: (count: number) => void;
  readonly close: () => void;
}

/** Taken bytes are told of in lots, not one by one. */
const LOT = RELAY_WINDOW / 8;

/** One socket in the pod. The program sends no more than the window ahead of who reads here, and we no more than it takes. */
export class RelayChannel implements Transport {
  /** The program is connected; rejects with an OvnctlError. */
  readonly opened: Promise<void>;
  readonly #options: RelayChannelOptions;
  #settle!: { readonly resolve: () => void; readonly reject: (error: Error) => void };
  readonly #received: Buffer[] = [];
  #taken = 0;
  #credit = RELAY_WINDOW;
  #end: { readonly error: Error | undefined } | undefined;
  #wakeReader: () => void = () => undefined;
  #wakeWriters: (() => void)[] = [];

  constructor(options: RelayChannelOptions) {
    this.#options = options;
    this.opened = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.opened.catch(() => undefined);
  }

  async send(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#end !== undefined) throw this.#end.error ?? this.#ended();
      if (this.#credit === 0) {
        await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
        continue;
      }
      const piece = rest.subarray(0, this.#credit);
      this.#credit -= piece.length;
      rest = rest.subarray(piece.length);
      await this.#options.send(piece);
    }
  }

  close(): void {
    if (this.#end === undefined) this.#finish(undefined);
    this.#received.length = 0;
    this.#options.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const next = this.#received.shift();
      if (next !== undefined) {
        this.#took(next.length);
        yield next;
      } else if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error;
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wakeReader = resolve));
      }
    }
  }

  connected(): void {
    this.#settle.resolve();
  }

  receive(bytes: Buffer): void {
    this.#received.push(bytes);
    this.#wakeReader();
  }

  credit(count: number): void {
    this.#credit += count;
    this.#wake();
  }

  /** The socket has ended; `errno` tells why when it was not the server's own doing. */
  end(errno: string | undefined): void {
    const { remote } = this.#options;
    this.#finish(
      errno === undefined ? undefined : socketError(remote, Object.assign(new Error(errno), { code: errno })),
    );
  }

  fail(error: Error): void {
    this.#finish(error);
  }

  #finish(error: Error | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    this.#settle.reject(error ?? this.#ended());
    this.#wakeReader();
    this.#wake();
  }

  #took(count: number): void {
    this.#taken += count;
    if (this.#taken < LOT || this.#end !== undefined) return;
    this.#options.acknowledge(this.#taken);
    this.#taken = 0;
  }

  #wake(): void {
    const writers = this.#wakeWriters;
    this.#wakeWriters = [];
    for (const resume of writers) resume();
  }

  #ended(): UnavailableError {
    return new UnavailableError('ovsdb.closed', `${this.#options.remote}: the connection is closed`);
  }
}
