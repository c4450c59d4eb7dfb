import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { byName } from './source.js';
import type { FileSource, SourceEntry } from './source.js';
import { unreadable } from './unreadable.js';

/** The few file-system calls that reading snapshots takes; an argument because a test can't provoke every failure. */
export interface Disk {
  isFolder(path: string): Promise<boolean>;
  entries(path: string): Promise<readonly SourceEntry[]>;
  read(path: string): Promise<Uint8Array>;
  /** The first `length` bytes, or fewer when the file is shorter. */
  head(path: string, length: number): Promise<Uint8Array>;
}

export const realDisk: Disk = {
  isFolder: async (path) => (await stat(path)).isDirectory(),
  read: async (path) => readFile(path),
  async head(path, length) {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
  async entries(path) {
    const found = await readdir(path, { withFileTypes: true });
    return Promise.all(
      found.map(async (entry) => ({
        name: entry.name,
        folder: entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(path, entry.name)))),
      })),
    );
  },
};

/** A link that leads nowhere is no folder; whoever reads it learns why. */
async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** The files below `path` on disk. */
export function folderSource(path: string, disk: Disk): FileSource {
  const describe = (inside: string): string => (inside === '' ? path : join(path, inside));
  return {
    kind: 'folder',
    path,
    describe,
    async entries(folder) {
      try {
        return [...(await disk.entries(describe(folder)))].sort(byName);
      } catch (cause) {
        throw unreadable(describe(folder), cause);
      }
    },
    async read(file) {
      try {
        return await disk.read(describe(file));
      } catch (cause) {
        throw unreadable(describe(file), cause);
      }
    },
  };
}
