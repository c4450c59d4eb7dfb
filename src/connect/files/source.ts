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
