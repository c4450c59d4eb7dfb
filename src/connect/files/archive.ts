import { createReadStream } from 'node:fs';
import { BugError, InputError } from '../../base/errors.js';
import { byName } from './source.js';
import type { FileSource, SourceEntry } from './source.js';
import { unreadable } from './unreadable.js';

/** Unpacked size beyond which an archive is refused: databases of the largest clusters are well below. */
const MAX_UNPACKED = 2 ** 31;

/** Which files of an archive to keep; logs, dumps and the like would only take memory. */
export type Wanted = (path: string) => boolean;

interface Unpacked {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What ended the reading early; the files are those that precede it whole. */
  readonly damage: unknown;
}

/** Unpacks a tar archive, compressed or not, into memory; no file of it touches the disk. */
export async function archiveSource(path: string, wanted: Wanted, maxUnpacked = MAX_UNPACKED): Promise<FileSource> {
  const { files, damage } = await unpack(path, fileChunks(path), wanted, maxUnpacked);
  if (damage !== undefined) {
    throw new InputError('snapshot.archive', `${path} is not a whole tar archive`, {
      cause: damage,
      hints: ['Copy or download it again, or unpack what is there and give the folder.'],
    });
  }
  return sourceOf(path, files);
}

/** An archive inside a source, as far as it is whole; `damaged` says that it is not. */
export async function innerArchive(
  path: string,
  bytes: Uint8Array,
  wanted: Wanted,
): Promise<{ readonly source: FileSource; readonly damaged: boolean }> {
  const { files, damage } = await unpack(path, [bytes], wanted, MAX_UNPACKED);
  return { source: sourceOf(path, files), damaged: damage !== undefined };
}

function sourceOf(path: string, files: ReadonlyMap<string, Uint8Array>): FileSource {
  const folders = foldersOf(files.keys());
  return {
    kind: 'archive',
    path,
    describe: (inside) => (inside === '' ? path : `${path}:${inside}`),
    entries: (folder) => Promise.resolve([...(folders.get(folder)?.values() ?? [])].sort(byName)),
    read(file) {
      const bytes = files.get(file);
      if (bytes === undefined) throw new BugError(`${file} is asked of an archive that does not list it`);
      return Promise.resolve(bytes);
    },
  };
}

async function* fileChunks(path: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function unpack(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  wanted: Wanted,
  maxUnpacked: number,
): Promise<Unpacked> {
  const { Parser } = await import('tar');
  const files = new Map<string, Uint8Array>();
  let unpacked = 0;
  let damage: unknown;
  const parser = new Parser({
    onReadEntry(entry) {
      unpacked += entry.size;
      const name = entryName(entry.path);
      if (entry.type !== 'File' || name === undefined || !wanted(name) || unpacked > maxUnpacked) {
        entry.resume();
        return;
      }
      const pieces: Buffer[] = [];
      entry.on('data', (piece: Buffer) => pieces.push(piece));
      entry.on('end', () => files.set(name, Buffer.concat(pieces)));
    },
  });
  parser.on('warn', (code: string, message: string | Error) => {
    if (code !== 'TAR_ENTRY_INFO') damage ??= message;
  });
  parser.on('error', (error: unknown) => (damage ??= error));
  const done = new Promise<void>((resolve) => {
    for (const event of ['close', 'end', 'error'] as const)
      parser.on(event, () => {
        resolve();
      });
  });
  for await (const chunk of chunks) {
    parser.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (unpacked > maxUnpacked) {
      const limit = `${String(Math.floor(maxUnpacked / 2 ** 20))} MiB`;
      throw new InputError(
        'snapshot.too-large',
        `${path} holds more than ${limit} unpacked; unpack it and give the folder`,
      );
    }
    if (damage !== undefined) break;
  }
  parser.end();
  if (damage === undefined) await done;
  return { files, damage };
}

/** The entry's path without `./` and leading slashes; undefined for one that points outside. */
function entryName(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}

/** What is directly in each folder, by name. */
function foldersOf(files: Iterable<string>): ReadonlyMap<string, ReadonlyMap<string, SourceEntry>> {
  const folders = new Map<string, Map<string, SourceEntry>>();
  for (const file of files) {
    let inside = file;
    for (let isFile = true; ; isFile = false) {
      const slash = inside.lastIndexOf('/');
      const folder = inside.slice(0, Math.max(slash, 0));
      const name = inside.slice(slash + 1);
      let entries = folders.get(folder);
      if (entries === undefined) folders.set(folder, (entries = new Map<string, SourceEntry>()));
      entries.set(name, { name, folder: !isFile });
      if (slash < 0) break;
      inside = folder;
    }
  }
  return folders;
}
