import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/ovsdb/wire/json.js';
import { jsonText } from '../../src/ovsdb/wire/json-text.js';
import { traceCallOf } from './judge.js';
import { traceOfOvn } from './shrink.js';
import type { Specimen } from './shrink.js';

/** A difference that was found once: everything to trace it again, and what ovn-trace prints for it. */
export interface CorpusCase {
  readonly name: string;
  readonly found: string;
  readonly ovn: '23.03.1';
  readonly datapath: string;
  readonly microflow: string;
  readonly options: readonly string[];
  /** Output of `ovn-trace --all`, line by line; null where it dies. */
  readonly expect: readonly string[] | null;
  /** Rows by table and uuid, in RFC 7047 notation, columns with default values left out. */
  readonly southbound: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
}

const folder = join(import.meta.dirname, 'corpus');

export function corpus(): readonly CorpusCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as CorpusCase);
}

/** Saves a shrunk difference with what ovn-trace really prints; the path of the file. */
export async function saveCase(name: string, found: string, specimen: Specimen, where = folder): Promise<string> {
  const theirs = await traceOfOvn(specimen);
  const { datapath = '', microflow, options = [] } = traceCallOf(specimen.call);
  const southbound: Record<string, Record<string, JsonObject>> = {};
  for (const [table, rows] of specimen.database.tables) {
    for (const row of rows.rows()) {
      (southbound[table] ??= {})[row.uuid] = Object.fromEntries(
        row.columns().map((column) => [column, row.json(column) ?? null]),
      );
    }
  }
  const saved = {
    ...{ name, found, ovn: '23.03.1', datapath, microflow, options },
    expect: theirs === undefined ? null : theirs.split('\n'),
    southbound,
  };
  const file = join(where, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(JSON.parse(jsonText(saved)), undefined, 1)}\n`);
  return file;
}
