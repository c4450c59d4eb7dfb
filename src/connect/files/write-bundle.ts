/**
 * Writes a snapshot: a folder, or a tar archive when the name says so (`.tar.gz`, `.tgz`, `.tar`).
 *
 * Everything goes to a temporary name beside the final one and is renamed when it is complete, so a full disk or an
 * interruption leaves nothing that looks like a snapshot; the temporary files are removed then, also when the process ends
 * on an interrupt. What is there already is replaced only when that was asked for, and only by a complete snapshot.
 */
import { rmSync } from 'node:fs';
import { lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createGzip } from 'node:zlib';
import type { Gzip } from 'node:zlib';
import { AccessError, BugError, ConflictError, UnavailableError, UsageError } from '../../base/errors.js';
import type { OvnctlError } from '../../base/errors.js';
import type { SnapshotSink } from '../../snapshot/source.js';
import { tarEnd, tarEntry } from './tar-entry.js';

export interface BundleOptions {
  /** Replace what is there. */
  readonly force: boolean;
  /** Of the files in an archive; milliseconds since the Unix epoch. */
  readonly date: number;
}

const ARCHIVE = /\.(?:tar\.gz|tgz|tar)$/;
/** A snapshot shows how a network is built and guarded: nobody else's business on a shared machine. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Opens the place for a snapshot; throws ConflictError `snapshot.exists`, or why nothing can be written there. */
export async function openBundle(path: string, options: BundleOptions): Promise<SnapshotSink> {
  const target = resolve(path);
  if (!options.force && (await exists(path, target))) {
    throw new ConflictError('snapshot.exists', `${path} exists already`, {
      hints: ['Choose another name, or replace it with --force.'],
    });
  }
  const temporary = join(dirname(target), `.${basename(target)}.part-${String(process.pid)}`);
  const removeAtExit = (): void => {
    rmSync(temporary, { recursive: true, force: true });
  };
  process.once('exit', removeAtExit);
  const attempt = async <T>(doing: () => Promise<T>): Promise<T> => {
    try {
      return await doing();
    } catch (cause) {
      throw unwritable(path, cause);
    }
  };
  const writer = await attempt(() =>
    ARCHIVE.test(target) ? openArchive(temporary, target, options.date) : openFolder(temporary),
  );
  const done = (): void => void process.off('exit', removeAtExit);
  // One write at a time: the entries of an archive follow each other.
  let queue = Promise.resolve();
  let isOver = false;
  return {
    add(name, bytes) {
      const written = queue.then(() => {
        // Others may still be reading when one has failed; nothing must be made anew then.
        if (isOver) throw new BugError(`${name} comes too late for the snapshot`);
        return attempt(() => writer.add(name, bytes));
      });
      queue = written.catch(() => undefined);
      return written;
    },
    async commit() {
      await queue;
      await attempt(async () => {
        await writer.finish();
        await replace(path, temporary, target, options.force);
      });
      done();
    },
    async abandon() {
      isOver = true;
      await queue;
      await writer.close().catch(() => undefined);
      await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
      done();
    },
  };
}

interface Writer {
  add(name: string, bytes: Uint8Array): Promise<void>;
  /** Everything is on the disk. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

async function openFolder(temporary: string): Promise<Writer> {
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { mode: FOLDER_MODE });
  return {
    async add(name, bytes) {
      const file = join(temporary, name);
      await mkdir(dirname(file), { recursive: true, mode: FOLDER_MODE });
      await writeFile(file, bytes, { mode: FILE_MODE, flush: true });
    },
    finish: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function openArchive(temporary: string, target: string, date: number): Promise<Writer> {
  const top = basename(target).replace(ARCHIVE, '');
  const file = await open(temporary, 'w', FILE_MODE);
  const output = target.endsWith('.tar') ? plainOutput(file) : gzipOutput(file);
  return {
    async add(name, bytes) {
      await output.write(await tarEntry(`${top}/${name}`, bytes, { mode: FILE_MODE, date }));
    },
    async finish() {
      await output.write(tarEnd());
      await output.end();
      await file.sync();
      await file.close();
    },
    close: async () => {
      await output.abort();
      await file.close();
    },
  };
}

interface Output {
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
  abort(): Promise<void>;
}

function plainOutput(file: FileHandle): Output {
  const write = async (bytes: Uint8Array): Promise<void> => {
    await file.writeFile(bytes);
  };
  return { write, end: () => Promise.resolve(), abort: () => Promise.resolve() };
}

/** gzip in pieces, each written before the next is asked for. */
function gzipOutput(file: FileHandle): Output {
  const gzip: Gzip = createGzip();
  let failure: unknown;
  const copied = (async () => {
    for await (const piece of gzip as AsyncIterable<Buffer>) await file.writeFile(piece);
  })().catch((error: unknown) => {
    failure = error;
    gzip.destroy();
  });
  const check = (): void => {
    if (failure !== undefined) throw failure as Error;
  };
  return {
    async write(bytes) {
      check();
      await new Promise<void>((done) => {
        gzip.once('close', done);
        gzip.write(bytes, () => {
          gzip.off('close', done);
          done();
        });
      });
      check();
    },
    async end() {
      gzip.end();
      await copied;
      check();
    },
    async abort() {
      gzip.destroy();
      await copied;
    },
  };
}

/** Renames; what was there before is only removed when the new one stands in its place. */
async function replace(path: string, temporary: string, target: string, force: boolean): Promise<void> {
  const isThere = await exists(path, target);
  if (!isThere) {
    await rename(temporary, target);
    return;
  }
  if (!force) throw new ConflictError('snapshot.exists', `${path} was made by somebody else meanwhile`);
  const aside = `${temporary}.old`;
  await rename(target, aside);
  try {
    await rename(temporary, target);
  } catch (error) {
    await rename(aside, target);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

async function exists(path: string, target: string): Promise<boolean> {
  try {
    await lstat(target);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return false;
    throw unwritable(path, cause);
  }
}

const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'the file system takes no file that large'],
]);

/** The error for what could not be written: the system's refusal, a place that is none, or a disk that takes no more. */
function unwritable(path: string, cause: unknown): OvnctlError {
  if (cause instanceof ConflictError) return cause;
  const code = codeOf(cause);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const reason = code === 'EROFS' ? 'the file system is read-only' : 'permission denied';
    return new AccessError('snapshot.write', `${path} can't be written: ${reason}`, { cause });
  }
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new UsageError('snapshot.write', `${path} can't be written: ${dirname(path)} is no folder`, { cause });
  }
  const reason = (code !== undefined && REASONS.get(code)) ?? code ?? 'the system gives no reason';
  return new UnavailableError('snapshot.write', `${path} can't be written: ${reason}`, { cause });
}
