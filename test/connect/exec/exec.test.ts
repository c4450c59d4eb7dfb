import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AccessError, NotFoundError, UnavailableError } from '../../../src/base/errors.js';
import { runExec, startExec } from '../../../src/connect/kube/exec/exec.js';
import { containerDown, forbidden, status } from '../../support/kube-api/exec-endpoint.js';
import { connectTo, imageWith, startExecCluster } from '../../support/kube-api/exec-cluster.js';
import type { ExecCluster } from '../../support/kube-api/exec-cluster.js';
import { scratchFolder } from '../../support/ovsdb-server.js';

const target = { namespace: 'ovn', pod: 'web', container: 'app' };
const folder = scratchFolder();
let cluster: ExecCluster;

beforeAll(async () => {
  cluster = await startExecCluster();
  const bin = imageWith(folder.path, ['sh', 'cat', 'wc', 'sleep', 'head', 'sha256sum', 'yes']);
  cluster.pods.set('ovn/web', { app: { bin }, down: containerDown('down') });
});
afterEach(() => (cluster.faults = {}));
afterAll(async () => {
  await cluster.stop();
  folder.remove();
});

const sh = (text: string, options = {}) => runExec(cluster.connection, target, ['sh', '-c', text], options);
const failure = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
async function all(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}
async function eventually(condition: () => boolean, milliseconds = 3000): Promise<boolean> {
  for (let waited = 0; waited < milliseconds && !condition(); waited += 20) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return condition();
}

describe.each([
  ['v5', undefined],
  ['v4', ['v4.channel.k8s.io']],
] as const)('exec over %s', (_, protocols) => {
  const speak = (): void => {
    if (protocols !== undefined) cluster.faults = { protocols };
  };

  it('returns output and exit code', async () => {
    speak();
    const result = await sh('echo out; echo err >&2; exit 3');
    expect({ ...result, stdout: text(result.stdout) }).toEqual({ stdout: 'out\n', stderr: 'err', exitCode: 3 });
  });

  it('keeps every byte of a long output', async () => {
    speak();
    const { stdout } = await sh('head -c 20000000 /dev/zero; echo end');
    expect(stdout.length).toBe(20_000_004);
    expect(text(stdout.subarray(-4))).toBe('end\n');
  });

  it('says that the image lacks the program', async () => {
    speak();
    expect(await failure(runExec(cluster.connection, target, ['nosuchcommand']))).toMatchObject({
      code: 'exec.not-run',
    });
  });
});

describe('a running program', () => {
  it('gets its input, and under v5 the end of it', async () => {
    const { protocol, stream, status: ended } = await startExec(cluster.connection, target, ['wc', '-c']);
    for (let i = 0; i < 50; i++) stream.write(Buffer.alloc(100_000));
    stream.end();
    expect(text(await all(stream)).trim()).toBe('5000000');
    expect(await ended).toEqual({ kind: 'exited', exitCode: 0 });
    expect(protocol).toBe('v5.channel.k8s.io');
  });

  it('is not told of the end of its input under v4, and loses it with the connection', async () => {
    cluster.faults = { protocols: ['v4.channel.k8s.io'] };
    const { protocol, stream } = await startExec(cluster.connection, target, ['cat']);
    const output = stream[Symbol.asyncIterator]();
    stream.end('hello');
    expect(text((await output.next()).value as Uint8Array)).toBe('hello');
    expect(protocol).toBe('v4.channel.k8s.io');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(cluster.endpoint.running.size).toBe(1);
    stream.destroy();
    expect(await eventually(() => cluster.endpoint.running.size === 0)).toBe(true);
  });

  it('holds still while nobody reads', async () => {
    const { stream } = await startExec(cluster.connection, target, ['sh', '-c', 'yes | head -c 200000000']);
    const output = stream[Symbol.asyncIterator]();
    await output.next();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(stream.readableLength).toBeLessThan(1_000_000);
    expect(cluster.endpoint.running.size).toBe(1);
    stream.destroy();
    expect(await eventually(() => cluster.endpoint.running.size === 0)).toBe(true);
  });

  it('is followed to its end although its output is read late', async () => {
    const { stream, status: ended } = await startExec(cluster.connection, target, [
      'sh',
      '-c',
      'head -c 5000 /dev/zero; exit 4',
    ]);
    stream.read(0);
    expect(await ended).toEqual({ kind: 'exited', exitCode: 4 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await all(stream)).length).toBe(5000);
  });

  it('survives the loss of its client if it does not read', async () => {
    const { stream } = await startExec(cluster.connection, target, ['sleep', '30']);
    stream.destroy();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(cluster.endpoint.running.size).toBe(1);
    for (const child of cluster.endpoint.running) child.kill();
  });
});

describe('a refused handshake', () => {
  const against = (pod: string, container = 'app'): Promise<unknown> =>
    failure(runExec(cluster.connection, { namespace: 'ovn', pod, container }, ['cat']));

  it.each([
    [forbidden('p', 'ovn', 'bob'), AccessError, 'kube.forbidden'],
    [status(401, 'Unauthorized', 'Unauthorized'), AccessError, 'kube.unauthorized'],
    [status(400, 'BadRequest', 'pod p does not have a host assigned'), UnavailableError, 'exec.refused'],
    [{ status: 500, body: 'dial tcp 10.0.0.9:10250: connect: no route to host' }, UnavailableError, 'exec.node'],
    [{ status: 403 }, UnavailableError, 'exec.protocol'],
    [{ status: 405 }, UnavailableError, 'kube.server-error'],
    [{ status: 429, body: 'Too many requests, please try again later.\n' }, UnavailableError, 'kube.busy'],
  ] as const)('%j', async (answer, type, code) => {
    cluster.pods.set('ovn/p', answer);
    const error = await against('p');
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code });
  });

  it('names a pod that does not exist', async () => {
    const error = await against('gone');
    expect(error).toBeInstanceOf(NotFoundError);
    expect((error as Error).message).toBe('there is no pod ovn/gone');
  });

  it('tells a container that is not there from one that does not run', async () => {
    expect(await against('web', 'nosuch')).toMatchObject({ code: 'exec.refused' });
    expect(await against('web', 'down')).toMatchObject({ code: 'exec.node' });
  });

  it('asks a busy server again', async () => {
    cluster.pods.set('ovn/busy', { status: 429, headers: { 'retry-after': '1' }, body: 'Too many requests' });
    const web = cluster.pods.get('ovn/web');
    setTimeout(() => web && cluster.pods.set('ovn/busy', web), 500);
    const result = await runExec(cluster.connection, { ...target, pod: 'busy' }, ['sh', '-c', 'echo hi']);
    expect(text(result.stdout)).toBe('hi\n');
  });
});

describe('a connection that fails', () => {
  it('in the middle of the output is an error, not an end', async () => {
    cluster.faults = { cutAfter: 100_000 };
    expect(await failure(sh('head -c 1000000 /dev/zero'))).toMatchObject({ code: 'exec.broken' });
  });

  it('is given up when nobody answers the handshake', async () => {
    cluster.faults = { mute: true };
    const start = startExec(cluster.connection, target, ['cat'], { handshakeMs: 200 });
    expect(await failure(start)).toMatchObject({ code: 'exec.deadline' });
  });

  it('is given up when the program takes too long', async () => {
    expect(await failure(sh('echo begin; sleep 20', { timeoutMs: 400 }))).toMatchObject({ code: 'exec.deadline' });
    for (const child of cluster.endpoint.running) child.kill();
  });

  it('ends with the signal, before and after the handshake', async () => {
    const reason = new Error('stop');
    expect(await failure(sh('echo hi', { signal: AbortSignal.abort(reason) }))).toBe(reason);
    const control = new AbortController();
    const { stream } = await startExec(cluster.connection, target, ['cat'], { signal: control.signal });
    const reading = failure(all(stream));
    control.abort(reason);
    expect(await reading).toBe(reason);
    expect(await eventually(() => cluster.endpoint.running.size === 0)).toBe(true);
  });

  it('is unavailable when nothing listens', async () => {
    const nowhere = connectTo('http://127.0.0.1:1');
    expect(await failure(runExec(nowhere, target, ['cat']))).toBeInstanceOf(UnavailableError);
  });

  it('refuses an output without bounds', async () => {
    expect(await failure(sh('yes | head -c 3000000', { maxBytes: 1_000_000 }))).toMatchObject({ code: 'exec.output' });
  });
});
