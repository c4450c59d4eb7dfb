import { createServer as createHttp } from 'node:http';
import { connect, createServer as createTcp } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  /** What was asked for: `127.0.0.1:6443`. */
  readonly targets: string[];
  stop(): Promise<void>;
}

async function listening(server: Server, targets: string[]): Promise<Proxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    targets,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function join(client: Socket, host: string, port: number, ready: () => void, failed: () => void): void {
  const upstream = connect({ host, port });
  upstream.on('connect', () => {
    ready();
    client.pipe(upstream).pipe(client);
  });
  upstream.on('error', failed);
  client.on('close', () => upstream.destroy());
}

/** An HTTP proxy that knows CONNECT; with `login`, it wants `user:password`. */
export function httpProxy(login?: string): Promise<Proxy> {
  const targets: string[] = [];
  const server = createHttp((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
    if (wanted !== undefined && headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    targets.push(url);
    const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(url) ?? [];
    const failed = (): void => void socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n');
    join(socket, host, Number(port), () => socket.write('HTTP/1.1 200 Connected\r\n\r\n'), failed);
  });
  return listening(server, targets);
}

/** A SOCKS5 proxy without login (RFC 1928), for IPv4 addresses and names. */
export function socksProxy(): Promise<Proxy> {
  const targets: string[] = [];
  const server = createTcp((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.of(5, 0));
      socket.once('data', (request) => {
        const isName = request[3] === 3;
        const end = isName ? 5 + (request[4] ?? 0) : 8;
        const host = isName ? request.toString('latin1', 5, end) : request.subarray(4, 8).join('.');
        const port = request.readUInt16BE(end);
        targets.push(`${host}:${String(port)}`);
        join(
          socket,
          host,
          port,
          () => socket.write(Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0)),
          () => socket.end(Buffer.of(5, 5, 0, 1, 0, 0, 0, 0, 0, 0)),
        );
      });
    });
  });
  return listening(server, targets);
}
