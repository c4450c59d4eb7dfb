/**
 * What a client needs from the world: byte streams to servers, and time. `src/connect/ovsdb` has the real ones; tests and
 * relays bring their own.
 */
import type { Remote } from './remote.js';

/**
 * A connection to a server. Iterating yields the bytes that arrive, and nothing is read while nobody iterates: that is the
 * back-pressure. The iteration ends when the server has closed, and throws an OvnctlError when the connection broke.
 */
export interface Transport extends AsyncIterable<Uint8Array> {
  /** Resolves when the bytes are on their way, so that more may be sent; rejects with an OvnctlError. */
  send(bytes: Uint8Array): Promise<void>;
  /** Ends the connection now, the iteration too; may be called twice. */
  close(): void;
}

/** Opens a connection; rejects with an OvnctlError, or with the signal's reason. */
export type Dial = (remote: Remote, signal: AbortSignal) => Promise<Transport>;

export interface Clock {
  /** Milliseconds from any origin; never goes back. */
  now(): number;
  /** Runs once after that many milliseconds; the result calls it off. */
  after(milliseconds: number, run: () => void): () => void;
}
