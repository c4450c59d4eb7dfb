import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessError, NotFoundError, OvnctlError, UnavailableError } from '../../../src/base/errors.js';
import { readExecStatus } from '../../../src/connect/kube/exec/channels.js';
import { runExec } from '../../../src/connect/kube/exec/exec.js';
import { connectTo } from '../../support/kube-api/exec-cluster.js';
import { NO_RECORDS, recorded } from '../../support/kube-api/recorded.js';
import type { Exchange } from '../../support/kube-api/recorded.js';

interface Frame {
  readonly from: 'client' | 'server' | 'note';
  readonly opcode: string;
  readonly channel?: number;
  readonly payloadBase64?: string;
  readonly closeCode?: number;
  readonly cut?: unknown;
}
type ExecExchange = Exchange & { readonly frames?: readonly Frame[] };

const speaksOurs = ({ request }: Exchange): boolean =>
  /v[45]\.channel/.test(request.headers?.['sec-websocket-protocol'] ?? '') &&
  request.method === 'GET' &&
  request.headers?.['sec-websocket-version'] === '13' &&
  request.headers['sec-websocket-key'] !== undefined;

const served = ({ opcode, channel, payloadBase64 = '', closeCode }: Frame): Buffer => {
  const bytes = Buffer.from(payloadBase64, 'base64');
  if (opcode === 'close') return Buffer.of(0x88, 2, (closeCode ?? 0) >> 8, (closeCode ?? 0) & 255);
  const payload = opcode === 'binary' ? Buffer.concat([Buffer.of(channel ?? 0), bytes]) : bytes;
  const head =
    payload.length < 126 ? Buffer.of(0, payload.length) : Buffer.of(0, 126, payload.length >> 8, payload.length & 255);
  head[0] = opcode === 'binary' ? 0x82 : opcode === 'pong' ? 0x8a : 0x89;
  return Buffer.concat([head, payload]);
};

const exchanges = ((recorded('exec') ?? []) as readonly ExecExchange[]).filter(speaksOurs);
const accepted = exchanges.filter(
  ({ response, frames = [] }) => response.status === 101 && frames.some(({ channel }) => channel === 3),
);
const refused = exchanges.filter(({ response }) => response.status !== 101);

describe.skipIf(exchanges.length === 0)(`recorded execs${exchanges.length === 0 ? ` (${NO_RECORDS})` : ''}`, () => {
  let exchange: ExecExchange | undefined;
  let server: Server;

  const answer = (socket: Duplex, key: string): void => {
    const { response, frames = [] } = exchange ?? { response: {} };
    const headers = { ...response.headers };
    if (response.status === 101) {
      headers['sec-websocket-accept'] = createHash('sha1')
        .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
    }
    const body = response.bodyText ?? (response.body === undefined ? '' : `${JSON.stringify(response.body)}\n`);
    if (response.status !== 101) headers['content-length'] = String(Buffer.byteLength(body));
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`);
    socket.write(`HTTP/1.1 ${String(response.status)} Recorded\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
    for (const frame of frames) if (frame.from === 'server') socket.write(served(frame));
    socket.end();
  };

  beforeAll(async () => {
    server = createServer();
    server.on('upgrade', (request, socket) => {
      socket.on('error', () => undefined);
      answer(socket, request.headers['sec-websocket-key'] ?? '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.close();
  });

  const run = (chosen: ExecExchange) => {
    exchange = chosen;
    const { port } = server.address() as AddressInfo;
    const target = { namespace: 'rec', pod: 'web', container: 'app' };
    return runExec(connectTo(`http://127.0.0.1:${String(port)}`), target, ['any'], { timeoutMs: 5000 });
  };

  it.each(accepted.map((chosen) => [chosen.name, chosen] as const))('%s', async (_, chosen) => {
    const output = (chosen.frames ?? []).filter(({ from }) => from === 'server');
    const bytesOf = (channel: number): Buffer =>
      Buffer.concat(
        output.filter((frame) => frame.channel === channel).map((f) => Buffer.from(f.payloadBase64 ?? '', 'base64')),
      );
    const status = readExecStatus(bytesOf(3));
    const result = await run(chosen).catch((error: unknown) => error);
    // What the records leave out of a long status makes it none: then it is an error, and not an end.
    if (status?.kind === 'exited') {
      const { stdout, exitCode } = result as Awaited<ReturnType<typeof run>>;
      expect(exitCode).toBe(status.exitCode);
      expect(Buffer.from(stdout).equals(bytesOf(1))).toBe(true);
    } else {
      expect(result).toMatchObject({ code: status === undefined ? 'exec.status' : 'exec.not-run' });
    }
  });

  it.each(refused.map((chosen) => [chosen.name, chosen.response.status, chosen] as const))(
    '%s: %i',
    async (_, status, chosen) => {
      const error = await run(chosen).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OvnctlError);
      const classes = {
        401: AccessError,
        403: AccessError,
        404: NotFoundError,
        400: UnavailableError,
        500: UnavailableError,
      };
      expect(error).toBeInstanceOf(classes[status as keyof typeof classes]);
    },
  );

  it('are enough of them', () => {
    expect(accepted.length).toBeGreaterThan(20);
    expect(refused.length).toBeGreaterThan(8);
  });
});
