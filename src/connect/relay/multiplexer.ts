import { setTimeout as timer } from 'node:timers';
import { UnavailableError } from '../../base/errors.js';
import type { OvnctlError } from '../../base/errors.js';
import type { Transport } from '../../ovsdb/client/transport.js';
import type { ExecProcess } from '../kube/exec/exec.js';
import { socketError } from '../ovsdb/socket-errors.js';
import { RelayChannel } from './relay-channel.js';
import { acknowledgement, relayFrame, RelayScanner } from './relay-frames.js';
import type { FrameKind } from './relay-frames.js';
import type { Tunnel } from './tunnel.js';

export interface MultiplexerOptions {
  /** What runs where, for messages. */
  readonly subject: string;
  /** Between two signs of life; several go unanswered before the connection is given up. */
  readonly heartbeatMs: number;
  /** Until the program says that it is ready. */
  readonly readyMs: number;
}

const UNANSWERED = 4;
/** How long the socket may take for the last words. */
const FAREWELL_MS = 1000;
/** A piece of data; short, so that heartbeats and other channels are not held up. */
const PIECE = 32 * 1024;

/**
 * Our end of the program in the pod: any number of sockets over one WebSocket. Each channel has a window of its own in each
 * direction, so that one whose reader is slow holds up no other.
 */
export class Multiplexer implements Tunnel {
  readonly kind = 'python3';
  readonly #process: ExecProcess;
  readonly #options: MultiplexerOptions;
  readonly #channels = new Map<number, RelayChannel>();
  readonly #heartbeat: NodeJS.Timeout;
  #nextChannel = 1;
  #unanswered = 0;
  #ended: { readonly reason: OvnctlError | undefined } | undefined;
  #isReady: () => void = () => undefined;
  readonly #ready: Promise<void>;

  private constructor(process: ExecProcess, options: MultiplexerOptions) {
    this.#process = process;
    this.#options = options;
    this.#ready = new Promise((resolve) => (this.#isReady = resolve));
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs);
    this.#heartbeat.unref();
    void this.#read();
  }

  /** Waits until the program runs; rejects with UnavailableError when it does not, or the signal's reason. */
  static async start(process: ExecProcess, options: MultiplexerOptions, signal: AbortSignal): Promise<Multiplexer> {
    const made = new Multiplexer(process, options);
    const late = timer(() => made.#end(made.#error('relay.late', 'did not start in time')), options.readyMs);
    const abort = (): void => made.#end(undefined);
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (signal.aborted) abort();
      await made.#ready;
      signal.throwIfAborted();
      if (made.#ended !== undefined) throw made.#closedError();
      return made;
    } finally {
      clearTimeout(late);
      signal.removeEventListener('abort', abort);
    }
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  async dial(path: string, remote: string, signal: AbortSignal): Promise<Transport> {
    signal.throwIfAborted();
    if (this.#ended !== undefined) throw this.#closedError();
    const number = this.#nextChannel++;
    const channel = new RelayChannel({
      remote,
      send: (bytes) => this.#sendData(number, bytes),
      acknowledge: (count) => void this.#write(acknowledgement(number, count)),
      close: () => {
        if (this.#channels.delete(number)) void this.#write(relayFrame('C', number));
      },
    });
    this.#channels.set(number, channel);
    const abort = (): void => channel.close();
    signal.addEventListener('abort', abort, { once: true });
    try {
      await this.#write(relayFrame('O', number, Buffer.from(path)));
      await channel.opened;
      signal.throwIfAborted();
      return channel;
    } catch (error) {
      channel.close();
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  close(): void {
    this.#end(undefined);
  }

  async #read(): Promise<void> {
    let isOurs = true;
    const scanner = new RelayScanner((kind, number, payload) => this.#take(kind, number, payload));
    try {
      for await (const chunk of this.#process.stream as AsyncIterable<Buffer>) {
        this.#unanswered = 0;
        isOurs = scanner.push(chunk);
        if (!isOurs) break;
      }
      if (!isOurs) {
        this.#end(this.#error('relay.output', 'said something else than it should'));
        return;
      }
      const status = await this.#process.status;
      const said = this.#process.stderr();
      const how =
        status.kind === 'exited'
          ? `ended with status ${String(status.exitCode)}`
          : `could not be run: ${status.message}`;
      this.#end(this.#error('relay.ended', said === '' ? how : `${how}: ${said}`));
    } catch (error) {
      this.#end(socketError(this.#options.subject, error));
    }
  }

  #take(kind: FrameKind, number: number, payload: Buffer): void {
    const channel = this.#channels.get(number);
    switch (kind) {
      case 'R':
        this.#isReady();
        return;
      case 'O':
        channel?.connected();
        return;
      case 'D':
        channel?.receive(payload);
        return;
      case 'A':
        channel?.credit(payload.readUInt32BE());
        return;
      case 'C':
        this.#channels.delete(number);
        channel?.end(payload.length === 0 ? undefined : payload.toString('latin1'));
        return;
      default:
        return;
    }
  }

  async #sendData(number: number, bytes: Uint8Array): Promise<void> {
    for (let start = 0; start < bytes.length; start += PIECE) {
      await this.#write(relayFrame('D', number, bytes.subarray(start, start + PIECE)));
    }
  }

  /** Resolves when the socket took it, and also when it never will: who waits for more learns that by reading. */
  #write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended !== undefined) resolve();
      else this.#process.stream.write(bytes, () => resolve());
    });
  }

  /** Counts, not times: when this program was busy, answers may lie there unread. */
  #beat(): void {
    if (this.#unanswered >= UNANSWERED) {
      this.#end(this.#error('relay.silent', 'has gone silent'));
      return;
    }
    this.#unanswered++;
    void this.#write(relayFrame('H', 0));
  }

  #end(reason: OvnctlError | undefined): void {
    if (this.#ended !== undefined) return;
    const { stream } = this.#process;
    this.#ended = { reason };
    clearInterval(this.#heartbeat);
    // Under v4 this is the only way to end the program; under v5 it is one more. It goes behind what is still to be sent, so
    // the connection has to stay until the socket took it.
    if (stream.writable) {
      const late = timer(() => stream.destroy(), FAREWELL_MS);
      stream.once('close', () => clearTimeout(late));
      stream.end(relayFrame('Q', 0), () => stream.destroy());
    } else stream.destroy();
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    for (const channel of channels) channel.fail(this.#closedError());
    this.#isReady();
  }

  #closedError(): OvnctlError {
    return this.#ended?.reason ?? this.#error('relay.closed', 'was closed');
  }

  #error(code: string, what: string): UnavailableError {
    return new UnavailableError(code, `${this.#options.subject}: the relay ${what}`);
  }
}
