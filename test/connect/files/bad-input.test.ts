import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { create } from 'tar';
import { afterAll, describe, expect, test } from 'vitest';
import { AccessError, InputError } from '../../../src/base/errors.js';
import { archiveSource } from '../../../src/connect/files/archive.js';
import { realDisk } from '../../../src/connect/files/disk.js';
import type { Disk } from '../../../src/connect/files/disk.js';
import { openSnapshotFiles } from '../../../src/connect/files/open-snapshot.js';
import { logRecord, MADE_SCHEMA } from '../../support/ovsdb-made.js';
import { scratchFolder } from '../../support/ovsdb-server.js';

const capture = join(import.meta.dirname, '../../../examples/ic-dualstack');
const folder = scratchFolder();
afterAll(() => {
  folder.remove();
});
const at = (...parts: string[]): string => join(folder.path, ...parts);
const made = (name: string): string => {
  mkdirSync(at(name));
  return at(name);
};

/** The error of what must fail; its message must be one line. */
async function failure(doing: Promise<unknown>): Promise<InputError | AccessError> {
  const error: unknown = await doing.then(
    () => undefined,
    (problem: unknown) => problem,
  );
  if (!(error instanceof InputError || error instanceof AccessError)) throw new Error(`not expected: ${String(error)}`);
  expect(error.message).not.toContain('\n');
  return error;
}

describe('paths that can not be read', () => {
  test('a path that does not exist', async () => {
    const error = await failure(openSnapshotFiles(at('nothing')));
    expect(error).toBeInstanceOf(InputError);
    expect([error.code, error.message]).toEqual([
      'snapshot.unreadable',
      `${at('nothing')} can't be read: there is no such file or folder`,
    ]);
  });

  test('a path through a file, and a circle of links', async () => {
    writeFileSync(at('file'), '');
    symlinkSync(at('circle'), at('circle'));
    expect((await failure(openSnapshotFiles(at('file', 'inside')))).message).toContain('is not a folder');
    expect((await failure(openSnapshotFiles(at('circle')))).message).toContain('go in a circle');
  });

  // The tests may run as root, whom the system refuses nothing.
  const refused = (code: string): Promise<never> => Promise.reject(Object.assign(new Error(`${code}: no`), { code }));
  const refusing = (call: keyof Disk, code: string): Disk => ({ ...realDisk, [call]: () => refused(code) });

  test.each(['EACCES', 'EPERM'])('%s is access denied, whichever call meets it', async (code) => {
    for (const call of ['isFolder', 'entries'] as const) {
      const error = await failure(openSnapshotFiles(capture, { disk: refusing(call, code) }));
      expect(error).toBeInstanceOf(AccessError);
      expect([error.code, error.message]).toEqual([
        'snapshot.unreadable',
        `${capture} can't be read: permission denied`,
      ]);
    }
    const file = join(capture, 'ovn-worker', 'sb.db');
    expect(await failure(openSnapshotFiles(file, { disk: refusing('head', code) }))).toBeInstanceOf(AccessError);
    const { zones } = await openSnapshotFiles(capture, { disk: refusing('read', code) });
    const error = await failure(zones[1]?.southbound() ?? Promise.resolve());
    expect(error).toBeInstanceOf(AccessError);
    expect(error.message).toContain(file);
  });

  test('another refusal is named by its code', async () => {
    const error = await failure(openSnapshotFiles(capture, { disk: refusing('entries', 'EIO') }));
    expect([error.name, error.message]).toEqual(['InputError', `${capture} can't be read: EIO`]);
  });
});

describe('folders without a snapshot', () => {
  test('an empty one, one of other things, and one that only looks right', async () => {
    const empty = made('empty');
    const other = made('other');
    writeFileSync(join(other, 'notes.txt'), 'x');
    mkdirSync(join(other, 'k8s'));
    mkdirSync(join(other, 'node1'));
    mkdirSync(join(other, 'node1', 'sb.db'));
    for (const path of [empty, other]) {
      const error = await failure(openSnapshotFiles(path));
      expect([error.name, error.code, error.message]).toEqual([
        'InputError',
        'snapshot.empty',
        `${path} holds no snapshot`,
      ]);
      expect(error.hints.join(' ')).toContain('nb.db');
    }
  });
});

describe('files that are no usable database', () => {
  test.each([
    ['text', 'hello\n', 'is not an OVSDB database file; it begins with "hello"'],
    ['empty', '', 'is empty'],
    ['schema cut', logRecord(JSON.stringify(MADE_SCHEMA)).subarray(0, 300), 'is damaged: its first record has 243 of'],
  ])('%s', async (name, bytes, reason) => {
    const path = at(`${name}.db`);
    writeFileSync(path, bytes);
    const error = await failure(openSnapshotFiles(path));
    expect([error.name, error.code]).toEqual(['InputError', 'ovsdb.file-format']);
    expect(error.message).toContain(`${path} ${reason}`);
  });

  test.each([
    ['nb', 'ovs', 'Open_vSwitch', 'OVN_Northbound'],
    ['nb', 'sb', 'OVN_Southbound', 'OVN_Northbound'],
    ['sb', 'nb', 'OVN_Northbound', 'OVN_Southbound'],
  ] as const)('%s.db that is really a copy of %s.db', async (wanted, given, is, shouldBe) => {
    const path = made(`${wanted}-is-${given}`);
    mkdirSync(join(path, 'zone1'));
    mkdirSync(join(path, 'zone2'));
    cpSync(join(capture, 'ovn-worker', `${given}.db`), join(path, 'zone1', `${wanted}.db`));
    cpSync(join(capture, 'ovn-worker', `${given}.db`), join(path, 'zone2', `${wanted}.db`));
    const [zone] = (await openSnapshotFiles(path)).zones;
    const error = await failure((wanted === 'nb' ? zone?.northbound() : zone?.southbound()) ?? Promise.resolve());
    expect([error.name, error.code, error.message]).toEqual([
      'InputError',
      'ovsdb.wrong-database',
      `${join(path, 'zone1', `${wanted}.db`)} is a database of schema ${is}, but ${shouldBe} is expected here`,
    ]);
  });

  test('a database of some other program', async () => {
    writeFileSync(at('other.backup'), logRecord(JSON.stringify(MADE_SCHEMA)));
    const error = await failure(openSnapshotFiles(at('other.backup')));
    expect(error.code).toBe('ovsdb.wrong-database');
    expect(error.message).toContain('is a database of schema Made; expected is one of OVN_Northbound');
  });
});

describe('damaged Kubernetes lists', () => {
  const list = async (text: string) => {
    const path = at('objects');
    mkdirSync(join(path, 'k8s'), { recursive: true });
    writeFileSync(join(path, 'k8s', 'pods.json'), text);
    return failure((await openSnapshotFiles(path)).kubernetes('pods'));
  };
  test.each([
    ['{"items": [\n  {"a": 1},\n  {"b" 2}\n]}', 'damaged JSON at line 3, column 8: ":" is due here'],
    ['{"items": [', 'damaged JSON at line 1, column 12: the text ends where a value is due'],
    ['', 'damaged JSON at line 1, column 1: the text ends where a value is due'],
    ['[]', 'is not a Kubernetes List: it has no items'],
    ['{"kind": "List", "items": {}}', 'is not a Kubernetes List: it has no items'],
  ])('%j', async (text, reason) => {
    const error = await list(text);
    expect([error.name, error.code]).toEqual(['InputError', 'snapshot.kubernetes']);
    expect(error.message).toContain(join('k8s', 'pods.json'));
    expect(error.message).toContain(reason);
  });
});

describe('archives that can not be used', () => {
  test('cut short, damaged, or compressed something else', async () => {
    await create({ cwd: capture, file: at('whole.tgz'), gzip: true }, ['ovn-worker']);
    await create({ cwd: capture, file: at('whole.tar') }, ['ovn-worker']);
    const [zipped, plain] = [readFileSync(at('whole.tgz')), readFileSync(at('whole.tar'))];
    const flipped = Buffer.from(zipped);
    flipped.fill(0, 5000, 5100);
    const cases = {
      'cut.tgz': zipped.subarray(0, 20_000),
      'cut.tar': plain.subarray(0, 100_000),
      'flipped.tgz': flipped,
      'text.gz': gzipSync('not a tar archive '.repeat(100)),
    };
    for (const [name, bytes] of Object.entries(cases)) {
      writeFileSync(at(name), bytes);
      const error = await failure(openSnapshotFiles(at(name)));
      expect([error.name, error.code, error.message]).toEqual([
        'InputError',
        'snapshot.archive',
        `${at(name)} is not a whole tar archive`,
      ]);
    }
  });

  test('larger unpacked than the limit', async () => {
    await create({ cwd: capture, file: at('large.tgz'), gzip: true }, ['ovn-worker']);
    const error = await failure(archiveSource(at('large.tgz'), () => true, 2 ** 20));
    expect([error.name, error.code]).toEqual(['InputError', 'snapshot.too-large']);
    expect(error.message).toContain('more than 1 MiB unpacked');
  });

  test('with nothing of a snapshot in it, or only outside of it', async () => {
    mkdirSync(at('src', 'inner'), { recursive: true });
    writeFileSync(at('src', 'sb.db'), 'x');
    writeFileSync(at('src', 'inner', 'readme.txt'), 'x');
    await create({ cwd: at('src'), file: at('nothing.tar') }, ['inner']);
    await create({ cwd: at('src', 'inner'), file: at('outside.tar'), preservePaths: true }, ['../sb.db']);
    for (const name of ['nothing.tar', 'outside.tar']) {
      expect((await failure(openSnapshotFiles(at(name)))).code).toBe('snapshot.empty');
    }
  });
});
