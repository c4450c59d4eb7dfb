import { Duplex } from 'node:stream';
import { UnavailableError } from '../../../base/errors.js';
import type { OvnctlError } from '../../../base/errors.js';
import { CLOSE, readExecStatus, STATUS, STDERR, STDIN, STDOUT } from './channels.js';
import type { ExecStatus } from './channels.js';
import { BINARY, CLOSING, frame, FrameScanner, PING, PONG } from './frames.js';
import type { Message } from './frames.js';
import type { OpenSocket } from './handshake.js';

export interface ExecStreamOptions {
  /** What runs where, for messages. */
  readonly subject: string;
  readonly stdin: boolean;
  readonly onStderr: (bytes: Uint8Array) => void;
  /** How often the connection has to show that it is alive. */
  readonly pingMs: number;
}

/** Unanswered pings after which a connection is given up. */
const MISSED_PINGS = 3;
/** How long the other side may take to say goodbye. */
const FAREWELL = 1000;
/** Stdin goes in messages of the length that the server itself keeps to. */
const LARGEST = 32 * 1024;
/** Status code 1000, "normal closure". */
const NORMAL = Buffer.of(3, 232);
const NOTHING = Buffer.alloc(0);

/**
 * Stdin and stdout of a program in a pod. While nobody reads, the socket is not read either; a write is done when the socket
 * took it. The readable side ends when the program has ended; without a word about that from the node it fails.
 */
export class ExecStream extends Duplex {
  /** How the program ended. Rejects with an OvnctlError when that can't be known because the connection ended first. */
  readonly status: Promise<ExecStatus>;
  readonly #socket: Duplex;
  readonly #canEndInput: boolean;
  readonly #options: ExecStreamOptions;
  readonly #scanner: FrameScanner;
  readonly #pings: NodeJS.Timeout;
  #settle!: { resolve: (status: ExecStatus) => void; reject: (error: Error) => void };
  #missed = 0;
  #isReading = false;
  #hasStatus = false;
  #saidGoodbye = false;

  constructor({ socket, head, protocol }: OpenSocket, options: ExecStreamOptions) {
    super();
    this.#socket = socket;
    this.#options = options;
    this.#canEndInput = options.stdin && protocol === 'v5.channel.k8s.io';
    this.#scanner = new FrameScanner(head);
    this.status = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever is not interested in the status learns of a broken connection from the stream.
    this.status.catch(() => undefined);
    socket.pause();
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('error', (error) => this.#lost(error));
    socket.on('end', () => this.#lost());
    socket.on('close', () => this.#lost());
    this.#pings = setInterval(() => this.#ping(), options.pingMs);
    this.#pings.unref();
    if (!options.stdin) this.end();
  }

  override _read(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#received(NOTHING);
    if (!this.#isPaused()) this.#socket.resume();
  }

  override _write(chunk: Uint8Array, _: BufferEncoding, done: (error?: Error | null) => void): void {
    // As with a pipe whose reader has gone, the end shows where the output is read, which must not be lost for an error here.
    if (this.#hasStatus || chunk.length === 0) {
      done();
      return;
    }
    for (let start = 0; start < chunk.length; start += LARGEST) {
      const piece = frame(BINARY, chunk.subarray(start, start + LARGEST), STDIN);
      const isLast = start + LARGEST >= chunk.length;
      this.#socket.write(piece, isLast ? (error) => done(error ? this.#early(error) : null) : undefined);
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#endInput();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.#pings);
    this.#endInput();
    this.#farewell();
    if (!this.#hasStatus) this.#settle.reject(error ?? this.#early());
    done(error);
  }

  #received(chunk: Buffer): void {
    for (const message of this.#scanner.push(chunk)) {
      if (this.destroyed) return;
      this.#missed = 0;
      this.#message(message);
    }
    const { fault } = this.#scanner;
    if (fault !== undefined) this.#fail('exec.protocol', `the server sent ${fault}`);
  }

  #message({ opcode, payload }: Message): void {
    if (opcode === PING) this.#socket.write(frame(PONG, payload));
    else if (opcode === CLOSING) this.#lost();
    else if (opcode !== PONG) this.#channel(payload[0], payload.subarray(1));
  }

  #channel(channel: number | undefined, payload: Uint8Array): void {
    if (channel === STDOUT) {
      // The first message is always an empty one, before the program starts.
      if (payload.length > 0 && !this.push(payload)) {
        this.#isReading = false;
        this.#socket.pause();
      }
    } else if (channel === STDERR) {
      this.#options.onStderr(payload);
    } else if (channel === STATUS && !this.#hasStatus) {
      const status = readExecStatus(payload);
      if (status === undefined) {
        this.#fail('exec.status', 'its end was told in an unknown way');
        return;
      }
      this.#hasStatus = true;
      clearInterval(this.#pings);
      this.#settle.resolve(status);
      this.push(null);
      this.end();
      this.#farewell();
    }
  }

  #ping(): void {
    // Answers lie unread while nobody reads.
    if (!this.#isReading) return;
    if (this.#missed >= MISSED_PINGS) {
      this.#fail('exec.silent', 'the connection has gone silent');
      return;
    }
    this.#missed++;
    this.#socket.write(frame(PING, NOTHING));
  }

  /** As far as the protocol can; not after the end of the program or the connection. */
  #endInput(): void {
    if (!this.#canEndInput || this.#hasStatus || this.#saidGoodbye || !this.#socket.writable) return;
    this.#socket.write(frame(BINARY, Buffer.of(STDIN), CLOSE));
  }

  #farewell(): void {
    const socket = this.#socket;
    if (this.#saidGoodbye) return;
    this.#saidGoodbye = true;
    if (socket.writable) socket.end(frame(CLOSING, NORMAL));
    // What still comes is read, so that the other side can end, and nobody wants it.
    socket.resume();
    const end = setTimeout(() => socket.destroy(), FAREWELL);
    socket.once('close', () => clearTimeout(end));
  }

  /** The socket is gone. After the status that is as it should be, and unread output stays to be read. */
  #lost(cause?: Error): void {
    if (!this.#hasStatus) this.destroy(this.#early(cause));
  }

  #fail(code: string, message: string): void {
    this.destroy(new UnavailableError(code, `${this.#options.subject}: ${message}`));
  }

  #early(cause?: Error): OvnctlError {
    return new UnavailableError(
      'exec.broken',
      `${this.#options.subject}: the connection ended before the program did`,
      {
        cause,
      },
    );
  }

  #isPaused(): boolean {
    return !this.#isReading || this.destroyed;
  }
}
