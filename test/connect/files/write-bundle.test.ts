import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { list } from 'tar';
import { afterAll, describe, expect, test } from 'vitest';
import { AccessError, ConflictError, UnavailableError, UsageError } from '../../../src/base/errors.js';
import { archiveSource } from '../../../src/connect/files/archive.js';
import { openBundle } from '../../../src/connect/files/write-bundle.js';
import { repository } from '../../support/run-cli.js';
import { scratchFolder } from '../../support/ovsdb-server.js';

const folder = scratchFolder();
afterAll(() => folder.remove());
const at = (...parts: string[]): string => join(folder.path, ...parts);
const DATE = Date.UTC(2026, 6, 1);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const once = { force: false, date: DATE };

async function write(path: string, content: string, force = false): Promise<void> {
  const sink = await openBundle(path, { force, date: DATE });
  await sink.add('a/one.txt', bytes(content));
  await sink.commit();
}

/** What is in the folder of a bundle beside it: temporary files show here. */
const beside = (...parts: string[]): readonly string[] => readdirSync(at(...parts)).sort();

describe('a bundle', () => {
  test('is a folder, for its owner only', async () => {
    const sink = await openBundle(at('folder'), once);
    await Promise.all([sink.add('z/nb.db', bytes('nb')), sink.add('k8s/pods.json', bytes('{}'))]);
    expect(existsSync(at('folder'))).toBe(false);
    await sink.commit();
    expect(readFileSync(at('folder/z/nb.db'), 'utf8')).toBe('nb');
    expect([statSync(at('folder')).mode & 0o777, statSync(at('folder/k8s/pods.json')).mode & 0o777]).toEqual([
      0o700, 0o600,
    ]);
  });

  test.each(['x.tar.gz', 'x.tgz', 'x.tar'])('is an archive when it is called %s', async (name) => {
    const long = `logs/${'n'.repeat(90)}/${'p'.repeat(120)}/container.log`;
    const sink = await openBundle(at(name), once);
    const big = bytes('0123456789'.repeat(50_000));
    await sink.add('z/nb.db', big);
    await sink.add(long, bytes('ü'));
    await sink.add('empty', bytes(''));
    await sink.commit();
    const source = await archiveSource(at(name), () => true);
    expect(Buffer.compare(await source.read('x/z/nb.db'), big)).toBe(0);
    expect(new TextDecoder().decode(await source.read(`x/${long}`))).toBe('ü');
    expect(await source.read('x/empty')).toHaveLength(0);
    // Another tar reads it as well.
    const { stdout } = spawnSync('tar', ['tf', at(name)], { encoding: 'utf8' });
    expect(stdout.trim().split('\n').sort()).toEqual(['x/empty', `x/${long}`, 'x/z/nb.db'].sort());
    const dates: (Date | undefined)[] = [];
    await list({ file: at(name), onReadEntry: (entry) => dates.push(entry.mtime) });
    expect(new Set(dates.map((date) => date?.getTime()))).toEqual(new Set([DATE]));
  });

  test('the same content is the same archive', async () => {
    mkdirSync(at('same1'));
    mkdirSync(at('same2'));
    await write(at('same1/x.tgz'), 'content');
    await write(at('same2/x.tgz'), 'content');
    expect(readFileSync(at('same1/x.tgz'))).toEqual(readFileSync(at('same2/x.tgz')));
  });
});

describe('what is there already', () => {
  test.each(['there', 'there.tgz'])('%s is refused, and replaced only with force', async (name) => {
    await write(at(name), 'first');
    const before = beside();
    await expect(openBundle(at(name), once)).rejects.toBeInstanceOf(ConflictError);
    await write(at(name), 'second', true);
    const text = name.endsWith('.tgz')
      ? new TextDecoder().decode(await (await archiveSource(at(name), () => true)).read('there/a/one.txt'))
      : readFileSync(at(name, 'a/one.txt'), 'utf8');
    expect([text, beside()]).toEqual(['second', before]);
  });

  test('a bundle that somebody else made meanwhile stays', async () => {
    const sink = await openBundle(at('race'), once);
    await sink.add('a', bytes('ours'));
    writeFileSync(at('race'), 'theirs');
    await expect(sink.commit()).rejects.toMatchObject({ code: 'snapshot.exists' });
    await sink.abandon();
    expect(readFileSync(at('race'), 'utf8')).toBe('theirs');
    expect(beside().filter((name) => name.includes('.part-'))).toEqual([]);
  });

  test('with force, the old one stays until the new one is complete', async () => {
    await write(at('old'), 'old');
    const sink = await openBundle(at('old'), { force: true, date: DATE });
    await sink.add('a/one.txt', bytes('new'));
    await sink.abandon();
    expect(readFileSync(at('old/a/one.txt'), 'utf8')).toBe('old');
  });
});

describe('failures leave nothing behind', () => {
  test.each(['broken', 'broken.tgz', 'broken.tar'])('abandoned: %s', async (name) => {
    const sink = await openBundle(at(name), once);
    await sink.add('a', bytes('x'));
    await sink.abandon();
    await expect(sink.add('b', bytes('late'))).rejects.toThrow('too late');
    expect(beside().filter((each) => each.includes('broken'))).toEqual([]);
  });

  test('a write error', async () => {
    const sink = await openBundle(at('error'), once);
    await sink.add('a', bytes('a file'));
    await expect(sink.add('a/b', bytes('below a file'))).rejects.toMatchObject({ code: 'snapshot.write' });
    await sink.abandon();
    expect(beside().filter((each) => each.includes('error'))).toEqual([]);
  });

  test('a place that is none', async () => {
    await expect(openBundle(at('no/such/folder'), once)).rejects.toBeInstanceOf(UsageError);
    writeFileSync(at('plain'), '');
    await expect(openBundle(at('plain/x.tgz'), once)).rejects.toBeInstanceOf(UsageError);
  });

  const refuses = spawnSync('sh', ['-c', '[ -d /proc/1 ]']).status === 0;
  test.skipIf(!refuses)('a file system that refuses', async () => {
    const error: unknown = await openBundle('/proc/snapshot.tgz', once).catch((problem: unknown) => problem);
    expect(error instanceof AccessError || error instanceof UsageError).toBe(true);
  });

  const small = at('small');
  mkdirSync(small);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]).status === 0;
  afterAll(() => {
    if (mounted) spawnSync('umount', [small]);
  });
  test.skipIf(!mounted).each(['full', 'full.tgz', 'full.tar'])(
    'a full disk: %s (needs the right to mount)',
    async (name) => {
      const sink = await openBundle(join(small, name), once);
      // Nothing that could be compressed.
      const noise = randomBytes(400_000);
      const filling = (async () => {
        for (let i = 0; i < 20; i++) await sink.add(`file${String(i)}`, noise);
        await sink.commit();
      })();
      await expect(filling).rejects.toBeInstanceOf(UnavailableError);
      await expect(filling).rejects.toThrow('the disk is full');
      await sink.abandon();
      expect(readdirSync(small)).toEqual([]);
    },
  );

  test('an interrupt and a kill: nothing has the final name', async () => {
    for (const [signal, left] of [
      ['SIGINT', 0],
      ['SIGKILL', 1],
    ] as const) {
      mkdirSync(at(signal));
      const program = `
        import { openBundle } from '${join(repository, 'src/connect/files/write-bundle.ts')}';
        process.once('SIGINT', () => process.exit(130));
        const sink = await openBundle('${at(signal, 'out')}', { force: false, date: 0 });
        await sink.add('a', new Uint8Array(10));
        console.log('written');
        setInterval(() => {}, 1000);
      `;
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
        cwd: repository,
      });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      child.kill(signal);
      await new Promise((resolve) => child.once('exit', resolve));
      const names = beside(signal);
      expect([signal, names.includes('out'), names.length]).toEqual([signal, false, left]);
    }
  });
});
