/**
 * pods/exec of the loopback API server, as a real server and kubelet were recorded to behave: subprotocols, channels, the
 * forms of refusals, and that a program is not killed when its client goes away; it only loses its stdin.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

/** A container that runs programs of this machine. */
export interface ExecContainer {
  /** The only folder of its PATH: what is not there is not in the image. */
  readonly bin: string;
  /** Folders of the container and where they are on this machine; replaced in the commands' words. */
  readonly mounts?: Readonly<Record<string, string>>;
}

/** An answer in place of the upgrade. */
export interface ExecRefusal {
  readonly status: number;
  /** An object is sent as JSON, a string as text. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ExecFaults {
  /** Spoken by the server, in its order. Default: v5 and v4. */
  readonly protocols?: readonly string[];
  /** Never answer a handshake. */
  readonly mute?: boolean;
  /** Cut the TCP connection after so many bytes of stdout. */
  readonly cutAfter?: number;
  /** Send stdout one byte a message. */
  readonly trickle?: boolean;
  /** The node never learns that the client has gone: stdin stays open. */
  readonly deaf?: boolean;
}

export interface ExecWorld {
  /** The container, or the answer that a real server gives. */
  find(namespace: string, pod: string, container: string): ExecContainer | ExecRefusal;
  readonly faults: ExecFaults;
}

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const CLOSE = 255;
const LARGEST = 32 * 1024;

const EXEC = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/exec$/;

export function status(code: number, reason: string, message: string, details?: object): ExecRefusal {
  return {
    status: code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details && { details }),
      code,
    },
  };
}

export const podMissing = (name: string): ExecRefusal =>
  status(404, 'NotFound', `pods "${name}" not found`, { name, kind: 'pods' });

export const containerUnknown = (pod: string, container: string): ExecRefusal =>
  status(400, 'BadRequest', `container ${container} is not valid for pod ${pod}`);

/** What the kubelet says of a container that has ended, waits or restarts. */
export const containerDown = (container: string): ExecRefusal => ({
  status: 500,
  body: `container not found ("${container}")`,
});

export const forbidden = (pod: string, namespace: string, user: string): ExecRefusal =>
  status(
    403,
    'Forbidden',
    `pods "${pod}" is forbidden: User "${user}" cannot get resource "pods/exec" in API group "" in the namespace "${namespace}"`,
    { name: pod, kind: 'pods' },
  );

export class ExecEndpoint {
  /** Programs that have not ended. */
  readonly running = new Set<ChildProcess>();
  /** Connections so far, refused ones included. */
  handshakes = 0;
  readonly #world: ExecWorld;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: () => this.#chosen,
  });
  /** Upgraded, or left without an answer: a server forgets these. */
  readonly #tcp = new Set<Duplex>();
  #chosen = '';

  constructor(world: ExecWorld) {
    this.#world = world;
  }

  /** Takes an upgrade request; false when it is not for exec. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const url = new URL(request.url ?? '/', 'http://server');
    const match = EXEC.exec(url.pathname);
    if (match === null) return false;
    this.handshakes++;
    socket.on('error', () => undefined);
    this.#tcp.add(socket);
    socket.once('close', () => this.#tcp.delete(socket));
    const { faults } = this.#world;
    if (faults.mute === true) return true;
    const [, namespace = '', pod = ''] = match.map((part) => decodeURIComponent(part));
    const container = this.#world.find(namespace, pod, url.searchParams.get('container') ?? '');
    if (!('bin' in container)) {
      refuse(socket, container);
      return true;
    }
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
    const chosen = (faults.protocols ?? ['v5.channel.k8s.io', 'v4.channel.k8s.io']).find((name) =>
      offered.includes(name),
    );
    if (chosen === undefined) {
      refuse(socket, { status: 403 });
      return true;
    }
    this.#chosen = chosen;
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      this.#run(client, socket, chosen, url.searchParams, container);
    });
    return true;
  }

  /** Breaks every connection. */
  vanish(): void {
    for (const socket of this.#tcp) socket.destroy();
  }

  /** Ends what is still running. */
  async stop(): Promise<void> {
    this.vanish();
    await Promise.all(
      [...this.running].map(
        (child) =>
          new Promise<void>((resolve) => {
            child.once('exit', () => resolve());
            child.kill('SIGKILL');
          }),
      ),
    );
  }

  #run(client: WebSocket, tcp: Duplex, protocol: string, query: URLSearchParams, container: ExecContainer): void {
    const { faults } = this.#world;
    const send = (channel: number, payload: Uint8Array | string, sent?: () => void): void => {
      client.send(Buffer.concat([Buffer.of(channel), Buffer.from(payload as Uint8Array)]), () => sent?.());
    };
    const end = (result: object): void => {
      if (client.readyState !== client.OPEN) return;
      send(STATUS, JSON.stringify({ metadata: {}, ...result }));
      client.close(1000);
    };
    send(STDOUT, '');

    const [name = '', ...words] = query
      .getAll('command')
      .map((word) =>
        Object.entries(container.mounts ?? {}).reduce((text, [from, to]) => text.replaceAll(from, to), word),
      );
    const file = name.startsWith('/') ? name : join(container.bin, name);
    if (!existsSync(file)) {
      const message = `Internal error occurred: OCI runtime exec failed: exec: "${name}": executable file not found in $PATH`;
      end({ status: 'Failure', message, reason: 'InternalError', details: { causes: [{ message }] } });
      return;
    }
    const child = spawn(file, words, { env: { PATH: container.bin }, stdio: 'pipe' });
    this.running.add(child);
    child.stdin.on('error', () => undefined);
    if (query.get('stdin') !== 'true') child.stdin.end();

    client.on('message', (data: Buffer) => {
      const channel = data[0];
      const payload = data.subarray(1);
      if (channel === STDIN && payload.length > 0 && !child.stdin.write(payload)) {
        client.pause();
        child.stdin.once('drain', () => client.resume());
      } else if (channel === CLOSE && payload[0] === STDIN && protocol.startsWith('v5')) {
        child.stdin.end();
      }
    });
    client.on('error', () => undefined);
    client.on('close', () => {
      if (faults.deaf !== true) child.stdin.end();
      // Output that nobody wants any more is read all the same.
      child.stdout.resume();
      child.stderr.resume();
    });

    let sent = 0;
    const pump = async (channel: number, output: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of output) {
        const step = faults.trickle === true ? 1 : LARGEST;
        for (let start = 0; start < chunk.length; start += step) {
          if (client.readyState !== client.OPEN) break;
          const piece = chunk.subarray(start, start + step);
          await new Promise<void>((resolve) => send(channel, piece, resolve));
          sent += piece.length;
          if (faults.cutAfter !== undefined && sent >= faults.cutAfter) tcp.destroy();
        }
      }
    };
    const exit = new Promise<number>((resolve) => {
      child.once('exit', (code, signal) => {
        this.running.delete(child);
        resolve(code ?? (signal === 'SIGKILL' ? 137 : 143));
      });
    });
    void Promise.all([exit, pump(STDOUT, child.stdout), pump(STDERR, child.stderr)]).then(([code]) => {
      if (code === 0) {
        end({ status: 'Success' });
        return;
      }
      const text = String(code);
      end({
        status: 'Failure',
        message: `command terminated with non-zero exit code: command terminated with exit code ${text}`,
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: text }] },
      });
    });
  }
}

function refuse(socket: Duplex, { status: code, body, headers }: ExecRefusal): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const lines = [
    `HTTP/1.1 ${String(code)} Refused`,
    'connection: close',
    `content-length: ${String(Buffer.byteLength(text))}`,
    ...(text === '' ? [] : [`content-type: ${type}`]),
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}
