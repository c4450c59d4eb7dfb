import { BugError, InputError, UnavailableError } from '../../base/errors.js';
import type { Transport } from '../../ovsdb/client/transport.js';
import { isJsonArray } from '../../ovsdb/wire/json.js';
import type { Json, JsonObject } from '../../ovsdb/wire/json.js';
import { jsonText } from '../../ovsdb/wire/json-text.js';
import { MessageScanner } from '../../ovsdb/wire/stream.js';

/** A reply's result as JSON text in pieces, or its error. */
export type Answer = { readonly result: readonly Uint8Array[] } | { readonly error: Json };

/** Answers a request; a rejection ends the conversation. */
export type Answerer = (method: string, params: Json, signal: AbortSignal) => Promise<Answer>;

const LONGEST_REQUEST = 1 << 24;

/** The server's side of RFC 7047 for a client that talks to a transport: cuts requests apart and sends back their answers. */
export class OneShotConversation implements Transport {
  readonly #remote: string;
  readonly #answerer: Answerer;
  readonly #scanner = new MessageScanner(LONGEST_REQUEST);
  /** By the request's id, as JSON. */
  readonly #running = new Map<string, AbortController>();
  readonly #out: Uint8Array[] = [];
  #end: { readonly error: Error | undefined } | undefined;
  #wake: () => void = () => undefined;

  constructor(remote: string, answerer: Answerer) {
    this.#remote = remote;
    this.#answerer = answerer;
  }

  send(bytes: Uint8Array): Promise<void> {
    if (this.#end !== undefined) {
      return Promise.reject(new UnavailableError('ovsdb.closed', `${this.#remote}: the connection is closed`));
    }
    const { messages, fault } = this.#scanner.push(bytes);
    for (const message of messages) this.#receive(message);
    if (fault !== undefined) this.#finish(new InputError('ovsdb.stream', `${this.#remote}: ${fault.reason}`));
    return Promise.resolve();
  }

  close(): void {
    this.#finish(undefined);
    this.#out.length = 0;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const next = this.#out.shift();
      if (next !== undefined) yield next;
      else if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error;
        return;
      } else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #receive({ method, params, id }: JsonObject): void {
    // Replies to nothing: this side asks nothing.
    if (typeof method !== 'string') return;
    if (method === 'cancel') {
      const [cancelled] = isJsonArray(params) ? params : [];
      this.#running.get(jsonText(cancelled ?? null))?.abort();
      return;
    }
    if (id === undefined || id === null) return;
    void this.#answer(method, params ?? [], jsonText(id));
  }

  async #answer(method: string, params: Json, id: string): Promise<void> {
    const control = new AbortController();
    this.#running.set(id, control);
    try {
      const answer = await this.#answerer(method, params, control.signal);
      if (this.#end !== undefined) return;
      const [before, after] =
        'result' in answer ? ['', ',"error":null'] : ['null', `,"error":${jsonText(answer.error)}`];
      const pieces = 'result' in answer ? answer.result : [];
      this.#out.push(Buffer.from(`{"id":${id},"result":${before}`), ...pieces, Buffer.from(`${after}}`));
      this.#wake();
    } catch (error) {
      if (control.signal.aborted) return;
      this.#finish(error instanceof Error ? error : new BugError('thrown: no error', { cause: error }));
    } finally {
      this.#running.delete(id);
    }
  }

  #finish(error: Error | undefined): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    for (const control of this.#running.values()) control.abort();
    this.#wake();
  }
}
