import { UnavailableError } from '../../base/errors.js';
import type { Transport } from '../../ovsdb/client/transport.js';
import { startExec } from '../kube/exec/exec.js';
import type { ExecProcess } from '../kube/exec/exec.js';
import type { ExecTarget } from '../kube/exec/refusal.js';
import type { KubeConnection } from '../kube/transport/connection.js';
import { socketError } from '../ovsdb/socket-errors.js';
import { streamTransport } from '../ovsdb/stream-transport.js';
import type { Netcat } from './probe.js';
import type { Tunnel } from './tunnel.js';

/**
 * socat or netcat, one for each connection, told to end at the end of their input and also when nothing passes for a while:
 * a client of OVSDB asks for a sign of life far more often.
 */
export class PipedTunnel implements Tunnel {
  readonly kind: 'socat' | 'nc';
  readonly #connection: KubeConnection;
  readonly #target: ExecTarget;
  readonly #command: (path: string) => readonly string[];
  readonly #open = new Set<ExecProcess>();
  #isOpen = true;

  constructor(connection: KubeConnection, target: ExecTarget, program: 'socat' | Netcat, limitMs: number) {
    const seconds = String(Math.ceil(limitMs / 1000));
    this.#connection = connection;
    this.#target = target;
    if (program === 'socat') {
      this.kind = 'socat';
      this.#command = (path) => ['socat', '-T', seconds, '-', `UNIX-CONNECT:${path}`];
    } else {
      this.kind = 'nc';
      const flags = program.variant === 'nmap' ? ['-i', `${seconds}s`] : ['-N', '-w', seconds];
      this.#command = (path) => [program.program, ...flags, '-U', path];
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  async dial(path: string, remote: string, signal: AbortSignal): Promise<Transport> {
    const process = await startExec(this.#connection, this.#target, this.#command(path));
    if (!this.#isOpen || signal.aborted) {
      process.stream.destroy();
      signal.throwIfAborted();
      throw new UnavailableError('relay.closed', `${remote}: the relay was closed`);
    }
    this.#open.add(process);
    process.stream.once('close', () => this.#open.delete(process));
    const stream = streamTransport(remote, process.stream);
    return {
      send: (bytes) => stream.send(bytes),
      close: () => stream.close(),
      async *[Symbol.asyncIterator]() {
        yield* stream;
        // The end of the output may be the server's doing, or that of a program that never reached it.
        await statusOf(process, remote);
      },
    };
  }

  close(): void {
    this.#isOpen = false;
    for (const { stream } of this.#open) stream.destroy();
  }
}

async function statusOf(process: ExecProcess, remote: string): Promise<void> {
  const status = await process.status.catch((error: unknown) => {
    throw socketError(remote, error);
  });
  if (status.kind === 'exited' && status.exitCode === 0) return;
  const how = status.kind === 'exited' ? `status ${String(status.exitCode)}` : status.message;
  const said = process.stderr();
  throw new UnavailableError('relay.ended', `${remote}: the relay ended: ${said === '' ? how : said}`);
}
