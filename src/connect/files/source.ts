import { InputError } from '../../base/errors.js';
import { compressionOf, gunzip, UNPACKER } from './compression.js';

/** A folder or a file inside a source. */
export interface SourceEntry {
  readonly name: string;
  readonly folder: boolean;
}

/** Where a snapshot's files come from: a folder on disk or an archive in memory. Paths are relative, with `/`. */
export interface FileSource {
  readonly kind: 'folder' | 'archive';
  /** What the user gave, for messages. */
  readonly path: string;
  /** What is directly in the folder (`''` is the top), sorted by name. */
  entries(folder: string): Promise<readonly SourceEntry[]>;
  /** A file's bytes; throws when the file can't be read. */
  read(file: string): Promise<Uint8Array>;
  /** A file's or folder's name as messages give it. */
  describe(path: string): string;
}

export const joinPath = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

export const byName = (a: SourceEntry, b: SourceEntry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** A file of some source. */
export interface SourceFile {
  /** As messages name it. */
  readonly name: string;
  read(): Promise<FileContent>;
}

/** A file's content, decompressed when it was compressed with gzip. */
export interface FileContent {
  readonly bytes: Uint8Array;
  /** The compressed file ends early: the bytes are the beginning of what it held. */
  readonly cut: boolean;
}

/** The file at `path`; reading it throws InputError for a compression that can't be undone here. */
export function fileOf(source: FileSource, path: string): SourceFile {
  const name = source.describe(path);
  return {
    name,
    async read() {
      const bytes = await source.read(path);
      const compression = compressionOf(bytes);
      if (compression === undefined) return { bytes, cut: false };
      if (compression !== 'gzip') throw packedOtherwise(name, compression);
      try {
        return gunzip(bytes);
      } catch (cause) {
        throw new InputError('snapshot.compression', `${name} is damaged: it can't be decompressed`, { cause });
      }
    },
  };
}

/** The error for a file compressed with something else than gzip. */
export function packedOtherwise(name: string, compression: keyof typeof UNPACKER): InputError {
  return new InputError(
    'snapshot.compression',
    `${name} is compressed with ${compression}, which ovnctl can't unpack`,
    {
      hints: [`Unpack it first (${UNPACKER[compression]}) and give what comes out; gzip is unpacked as it is.`],
    },
  );
}
