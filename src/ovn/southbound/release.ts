import { releaseOf as releaseOfVersion } from '../../lflow/release.js';
import type { OvnRelease } from '../../lflow/release.js';
import type { Database } from '../../ovsdb/replica/database.js';

/** The release whose rules apply to a database, and how that is known. */
export interface DatabaseRelease {
  readonly release: OvnRelease;
  /** Written by northd, derived from the schema's version, or assumed for lack of both. */
  readonly from: 'northd' | 'schema' | 'assumed';
}

/** First southbound schema version of each release whose language differs. */
const SCHEMAS: readonly (readonly [major: number, minor: number, release: OvnRelease])[] = [
  [0, 0, '23.03.1'],
  [20, 28, '23.03'],
  [20, 31, '23.06'],
  [20, 32, '23.09'],
  [20, 33, '24.03'],
  [20, 34, '24.09'],
  [20, 38, '25.03'],
  [20, 42, '25.09'],
  [21, 6, '26.03'],
];
const NEWEST: OvnRelease = '26.03';

/**
 * The release that wrote the database: SB_Global options:northd_internal_version (`26.03.1-21.8.0-82.14`), else the
 * version of its schema, else the newest one known.
 */
export function databaseRelease(database: Database): DatabaseRelease {
  for (const row of database.table('SB_Global').rows()) {
    const release = releaseOfVersion(row.map('options').get('northd_internal_version') ?? '');
    if (release !== undefined) return { release, from: 'northd' };
  }
  const schema = /^(\d+)\.(\d+)\./.exec(database.schema?.version ?? '');
  if (schema === null) return { release: NEWEST, from: 'assumed' };
  const [major, minor] = [Number(schema[1]), Number(schema[2])];
  const known = SCHEMAS.findLast(([m, n]) => major > m || (major === m && minor >= n));
  return { release: known?.[2] ?? NEWEST, from: 'schema' };
}
