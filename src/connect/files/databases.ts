import { createHash } from 'node:crypto';
import { InputError } from '../../base/errors.js';
import { decodeDatabaseFile } from '../../ovsdb/file/database-file.js';
import type { DatabaseFile } from '../../ovsdb/file/database-file.js';
import type { FileGap } from '../../ovsdb/file/log.js';
import type { Database } from '../../ovsdb/replica/database.js';
import type { DatabaseKind } from '../../snapshot/manifest.js';
import type { SourceFile } from './source.js';

export type { DatabaseKind };

/** The schema name each kind of database has. */
export const SCHEMA_NAME: Readonly<Record<DatabaseKind, string>> = {
  nb: 'OVN_Northbound',
  sb: 'OVN_Southbound',
  ovs: 'Open_vSwitch',
};

export interface LoadedDatabase {
  readonly database: Database;
  /** Damage that ended the reading early; the database is what precedes it. */
  readonly gaps: readonly FileGap[];
  /** The compressed file ends early; the database is what was in it. */
  readonly cut: boolean;
  /** The file as messages name it. */
  readonly file: string;
  /** What the file says about itself: format, transactions, dates, cluster. */
  readonly decoded: DatabaseFile;
}

const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

/** Decodes the bytes of `file`, whatever database it is; throws InputError when it is no database file. */
export function loadDatabase(file: string, bytes: Uint8Array, cut = false): LoadedDatabase {
  const decoded = decodeDatabaseFile(bytes, sha1);
  if (!decoded.ok) throw new InputError('ovsdb.file-format', `${file} ${decoded.error.detail}`);
  const { database, gap } = decoded.value;
  return { database, gaps: gap === undefined ? [] : [gap], cut, file, decoded: decoded.value };
}

/** Reads and decodes a database file. */
export async function readDatabase(file: SourceFile): Promise<LoadedDatabase> {
  const { bytes, cut } = await file.read();
  return loadDatabase(file.name, bytes, cut);
}

/** Throws InputError unless the database is of the kind wanted. */
export function expectKind(loaded: LoadedDatabase, kind: DatabaseKind): LoadedDatabase {
  const { name } = loaded.database;
  if (name === SCHEMA_NAME[kind]) return loaded;
  throw new InputError(
    'ovsdb.wrong-database',
    `${loaded.file} is a database of schema ${name}, but ${SCHEMA_NAME[kind]} is expected here`,
  );
}

/** What was lost of the database, one sentence each. */
export function lossesOf({ gaps, cut, file }: LoadedDatabase): readonly string[] {
  const damage = gaps.map(
    ({ record, offset, detail }) =>
      `${file}: record ${String(record)} at offset ${String(offset)} ${detail}; what follows was not read`,
  );
  return cut ? [...damage, `${file}: the compressed file ends early; what follows was not read`] : damage;
}

/** The kind of a database with that schema name. */
export function kindOf(database: Database): DatabaseKind | undefined {
  const kinds: readonly DatabaseKind[] = ['nb', 'sb', 'ovs'];
  return kinds.find((kind) => SCHEMA_NAME[kind] === database.name);
}
