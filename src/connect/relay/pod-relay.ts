/**
 * The databases of one pod, reached through pods/exec.
 *
 * In: an API server and the pod's containers. Out: connections to its unix sockets, for the OVSDB client. One probe of a
 * container tells what it has; then a small program of ours in Python carries all sockets over one WebSocket, else socat or
 * netcat carry one each, else ovsdb-client is run for each request. Nothing is installed in the pod, and whatever runs there
 * ends by itself when we are gone. Must not know what is said to the databases.
 */
import { UnavailableError } from '../../base/errors.js';
import type { Transport } from '../../ovsdb/client/transport.js';
import { startExec } from '../kube/exec/exec.js';
import { targetText } from '../kube/exec/refusal.js';
import type { ExecTarget } from '../kube/exec/refusal.js';
import type { KubeConnection } from '../kube/transport/connection.js';
import { Multiplexer } from './multiplexer.js';
import { OneShotTunnel } from './one-shot-tunnel.js';
import { PipedTunnel } from './piped-tunnel.js';
import { probeContainer } from './probe.js';
import type { Probe, SocketName } from './probe.js';
import { RELAY_LIMIT_MS, relayCommand } from './relay-program.js';
import type { Tunnel, TunnelKind } from './tunnel.js';

/** The pod, and its containers in the order in which they are worth asking. */
export interface RelayPod {
  readonly namespace: string;
  readonly name: string;
  readonly containers: readonly string[];
}

export interface RelayOptions {
  /** Silence after which what runs in the pod ends by itself. Default 60 s. */
  readonly limitMs?: number;
}

interface Way {
  readonly target: ExecTarget;
  readonly probe: Probe;
  tunnel: Promise<Tunnel> | undefined;
}

const READY_MS = 15_000;
/** Signs of life within the limit, so that losing a few of them does no harm. */
const BEATS = 6;

export class PodRelay {
  readonly #connection: KubeConnection;
  readonly #pod: RelayPod;
  readonly #limitMs: number;
  readonly #ways = new Map<string, Promise<Way>>();
  readonly #open = new Set<Tunnel>();
  readonly #close = new AbortController();

  constructor(connection: KubeConnection, pod: RelayPod, options: RelayOptions = {}) {
    this.#connection = connection;
    this.#pod = pod;
    this.#limitMs = options.limitMs ?? RELAY_LIMIT_MS;
  }

  /** How the pod's databases are reached; opens the way if it is not open. Rejects like `dial`. */
  async kind(socket: SocketName, signal: AbortSignal): Promise<TunnelKind> {
    return (await this.#tunnel(await this.#wayTo(socket, signal), signal)).kind;
  }

  /**
   * Connects to one of the pod's databases. Rejects with AccessError (exec is not allowed), NotFoundError (no such pod),
   * UnavailableError (what else is in the way, a missing socket too), or the signal's reason.
   */
  async dial(socket: SocketName, remote: string, signal: AbortSignal): Promise<Transport> {
    const way = await this.#wayTo(socket, signal);
    const tunnel = await this.#tunnel(way, signal);
    return tunnel.dial(way.probe.sockets.get(socket) ?? '', remote, signal);
  }

  /** Ends all connections, and whatever runs in the pod for them. */
  close(): void {
    // Those that run are told so before their connections are gone, which is all that v4 has to end them.
    for (const tunnel of this.#open) tunnel.close();
    this.#open.clear();
    this.#close.abort(new UnavailableError('relay.closed', `the relay to pod ${this.#pod.name} was closed`));
  }

  /** The first container that sees the socket; a container is probed once, and again when that failed. */
  async #wayTo(socket: SocketName, signal: AbortSignal): Promise<Way> {
    this.#close.signal.throwIfAborted();
    const { namespace, name, containers } = this.#pod;
    const failures: unknown[] = [];
    for (const container of containers) {
      try {
        const way = await abortable(this.#probed({ namespace, pod: name, container }), signal);
        if (way.probe.sockets.has(socket)) return way;
      } catch (error) {
        signal.throwIfAborted();
        failures.push(error);
      }
    }
    // Not to be allowed, or not to get through, says more than that another container lacks the socket.
    if (failures.length > 0) throw failures[0];
    const where = `pod ${namespace}/${name}`;
    if (containers.length === 0) throw new UnavailableError('relay.pod-down', `${where}: none of its containers runs`);
    throw new UnavailableError(
      'relay.no-socket',
      `${where} has no socket of a ${socket} database (looked for in ${containers.join(', ')})`,
    );
  }

  #probed(target: ExecTarget): Promise<Way> {
    const known = this.#ways.get(target.container);
    if (known !== undefined) return known;
    const made = probeContainer(this.#connection, target, this.#close.signal).then((probe): Way => ({
      target,
      probe,
      tunnel: undefined,
    }));
    this.#ways.set(target.container, made);
    made.catch(() => this.#ways.delete(target.container));
    return made;
  }

  async #tunnel(way: Way, signal: AbortSignal): Promise<Tunnel> {
    for (;;) {
      const opening = (way.tunnel ??= this.#opening(way));
      const tunnel = await abortable(opening, signal);
      if (tunnel.isOpen) return tunnel;
      // Lost meanwhile; whoever sees it first replaces it.
      this.#open.delete(tunnel);
      if (way.tunnel === opening) way.tunnel = undefined;
    }
  }

  #opening(way: Way): Promise<Tunnel> {
    const opening = this.#opened(way);
    opening.then(
      (tunnel) => {
        if (this.#close.signal.aborted) tunnel.close();
        else this.#open.add(tunnel);
      },
      // A later call may find it mended.
      () => (way.tunnel = undefined),
    );
    return opening;
  }

  async #opened({ target, probe }: Way): Promise<Tunnel> {
    const { signal } = this.#close;
    signal.throwIfAborted();
    if (probe.python3) {
      const process = await untilStarted(signal, (starting) =>
        startExec(this.#connection, target, relayCommand(this.#limitMs), { signal: starting }),
      );
      const options = {
        subject: targetText(target),
        heartbeatMs: this.#limitMs / BEATS,
        readyMs: READY_MS,
      };
      return Multiplexer.start(process, options, signal);
    }
    const program = probe.socat ? 'socat' : probe.netcat;
    if (program !== undefined) return new PipedTunnel(this.#connection, target, program, this.#limitMs);
    if (probe.ovsdbClient) return new OneShotTunnel(this.#connection, target);
    throw new UnavailableError(
      'relay.no-program',
      `${targetText(target)} has none of python3, socat, nc and ovsdb-client, so its databases can't be reached`,
    );
  }
}

/** Ends the start with the signal, and leaves what has been started alone: whoever ends it has something to tell it first. */
async function untilStarted<T>(signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const starting = new AbortController();
  const stop = (): void => starting.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await start(starting.signal);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Waits for what others may wait for as well, no longer than the signal lets. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
