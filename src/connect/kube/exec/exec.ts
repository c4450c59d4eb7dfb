/**
 * Runs programs in pods: pods/exec over WebSocket, subprotocol v5 or v4.
 *
 * In: an API server, a container, a command. Out: the finished program's output and exit status, or a running program's
 * stdin and stdout as a stream. A program is not killed when the connection ends: it has to end by itself, at the end of
 * its input or by a time limit of its own. Must not know what the programs are for.
 */
import { setMaxListeners } from 'node:events';
import { UnavailableError } from '../../../base/errors.js';
import { withDeadline } from '../api/deadline.js';
import type { KubeConnection } from '../transport/connection.js';
import type { ExecProtocol, ExecStatus } from './channels.js';
import { ExecStream } from './exec-stream.js';
import { openSocket } from './handshake.js';
import { targetText } from './refusal.js';
import type { ExecTarget } from './refusal.js';

export interface ExecOptions {
  /** Ends the connection, at any time. */
  readonly signal?: AbortSignal;
  /** For the handshake, waiting for a busy server included. Default 15 s. */
  readonly handshakeMs?: number;
  /** How often the connection has to show that it is alive. Default 10 s. */
  readonly pingMs?: number;
}

/** A program that runs in a pod. */
export interface ExecProcess {
  /** `v4.channel.k8s.io` can't end the program's input. */
  readonly protocol: ExecProtocol;
  /** The program's stdin and stdout, see ExecStream. */
  readonly stream: ExecStream;
  readonly status: Promise<ExecStatus>;
  /** The last that it wrote on stderr. */
  stderr(): string;
}

export interface ExecResult {
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly exitCode: number;
}

const SECOND = 1000;
const STDERR_KEPT = 16 * 1024;
const MEBIBYTE = 1 << 20;
const NEVER = new AbortController().signal;
// Shared by all that bring no signal, which is no leak.
setMaxListeners(0, NEVER);

/**
 * Starts a program with an open stdin. Rejects with AccessError (401, 403, TLS), NotFoundError (no such pod) or
 * UnavailableError (the container does not run, the node does not answer, no handshake in time). That the image lacks the
 * program shows in the status only.
 */
export function startExec(
  connection: KubeConnection,
  target: ExecTarget,
  command: readonly string[],
  options: ExecOptions = {},
): Promise<ExecProcess> {
  return start(connection, target, command, true, options);
}

/**
 * Runs a program to its end. `timeoutMs` is for all of it (default 30 s); more than `maxBytes` on stdout (default 64 MiB) is an
 * error. Rejects like `startExec`, and with UnavailableError when the program could not be run or has not ended in time.
 */
export async function runExec(
  connection: KubeConnection,
  target: ExecTarget,
  command: readonly string[],
  options: ExecOptions & { readonly timeoutMs?: number; readonly maxBytes?: number } = {},
): Promise<ExecResult> {
  const { timeoutMs = 30 * SECOND, maxBytes = 64 * MEBIBYTE, signal, ...rest } = options;
  const subject = `${command[0] ?? ''} in ${targetText(target)}`;
  const late = (): Error => new UnavailableError('exec.deadline', `${subject}: not done in time`);
  return withDeadline(signal ?? NEVER, timeoutMs, late, async (limited) => {
    const process = await start(connection, target, command, false, { ...rest, signal: limited });
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of process.stream as AsyncIterable<Uint8Array>) {
      pieces.push(piece);
      length += piece.length;
      if (length > maxBytes) {
        throw new UnavailableError('exec.output', `${subject}: more output than ${String(maxBytes)} bytes`);
      }
    }
    const status = await process.status;
    if (status.kind === 'not-run') throw new UnavailableError('exec.not-run', `${subject}: ${status.message}`);
    return { stdout: Buffer.concat(pieces), stderr: process.stderr(), exitCode: status.exitCode };
  });
}

async function start(
  connection: KubeConnection,
  target: ExecTarget,
  command: readonly string[],
  stdin: boolean,
  options: ExecOptions,
): Promise<ExecProcess> {
  const { signal = NEVER, handshakeMs = 15 * SECOND, pingMs = 10 * SECOND } = options;
  const subject = `${command[0] ?? ''} in ${targetText(target)}`;
  const query = new URLSearchParams();
  for (const word of command) query.append('command', word);
  if (stdin) query.set('stdin', 'true');
  query.set('stdout', 'true');
  query.set('stderr', 'true');

  const late = (): Error => new UnavailableError('exec.deadline', `exec in ${targetText(target)}: no answer in time`);
  const opened = await withDeadline(signal, handshakeMs, late, (limited) =>
    openSocket(connection, target, query, limited),
  );
  let stderr = Buffer.alloc(0);
  const stream = new ExecStream(opened, {
    subject,
    stdin,
    pingMs,
    onStderr: (bytes) => (stderr = Buffer.concat([stderr, bytes]).subarray(-STDERR_KEPT)),
  });
  const abort = (): void => {
    const reason: unknown = signal.reason;
    stream.destroy(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
  };
  signal.addEventListener('abort', abort, { once: true });
  stream.once('close', () => signal.removeEventListener('abort', abort));
  if (signal.aborted) abort();
  return { protocol: opened.protocol, stream, status: stream.status, stderr: () => stderr.toString('utf8').trim() };
}
