/**
 * Writes a database as ovsdb-server itself would start one: a standalone file (ovsdb(5)) of two records, the schema and one
 * transaction that inserts every row.
 *
 * In: a Database with the schema it was read with, a date and a comment. Out: the bytes of a file that ovsdb-tool and
 * ovsdb-server of any version read. Integers of 64 bits are written in full. What servers leave out is left out: columns
 * with their default and ephemeral ones. Must not know where the bytes go.
 */
import { isDefault } from '../replica/difference.js';
import type { Database, Table } from '../replica/database.js';
import type { Row } from '../replica/row.js';
import type { TableSchema } from '../schema/schema.js';
import type { Json, JsonObject } from '../wire/json.js';
import { jsonText } from '../wire/json-text.js';
import type { Sha1 } from './log.js';

export interface WriteOptions {
  /** The transaction's date in milliseconds since the Unix epoch; without one the record has none. */
  readonly date?: number;
  /** What `ovsdb-tool show-log` shows beside the date. */
  readonly comment?: string;
  readonly sha1: Sha1;
  /** Another value for a column, or undefined for the one it has; asked for every value that is written. */
  readonly replace?: (row: Row, column: string, value: Json) => Json | undefined;
}

/** Throws RangeError when the database has no schema it was read with: rows alone make no file. */
export function writeDatabaseFile(database: Database, options: WriteOptions): Uint8Array {
  const schema = database.schema;
  if (schema?.source === undefined) throw new RangeError(`database ${database.name} has no schema to write`);
  const pieces: string[] = [];
  const { date, comment } = options;
  // A member that begins with an underscore is about the transaction; the reader takes them in any order.
  if (date !== undefined) pieces.push(`"_date":${String(Math.round(date))}`);
  if (comment !== undefined) pieces.push(`"_comment":${JSON.stringify(comment)}`);
  const transaction: Uint8Array[] = [];
  const encoder = new TextEncoder();
  let before = '{';
  const put = (text: string): void => {
    transaction.push(encoder.encode(before + text));
    before = ',';
  };
  for (const piece of pieces) put(piece);
  for (const [name, table] of schema.tables) {
    const rows = database.table(name);
    if (rows.size > 0) put(`${JSON.stringify(name)}:${tableText(rows, table, options)}`);
  }
  transaction.push(encoder.encode(`${before === '{' ? '{' : ''}}\n`));
  return joined([
    ...record([encoder.encode(`${jsonText(schema.source)}\n`)], options.sha1),
    ...record(transaction, options.sha1),
  ]);
}

function tableText(rows: Table, schema: TableSchema, { replace }: WriteOptions): string {
  const texts: string[] = [];
  for (const row of rows.rows()) {
    const cells: Record<string, Json> = {};
    for (const name of row.columns()) {
      const column = schema.columns.get(name);
      const value = row.json(name);
      // `_version` and the like are the server's own and in no file.
      if (column === undefined || column.ephemeral || value === undefined) continue;
      const written = replace?.(row, name, value) ?? value;
      if (!isDefault(column, written)) cells[name] = written;
    }
    texts.push(`${JSON.stringify(row.uuid)}:${jsonText(cells satisfies JsonObject)}`);
  }
  return `{${texts.join(',')}}`;
}

/** A header line and the body it is about. */
function record(body: readonly Uint8Array[], sha1: Sha1): readonly Uint8Array[] {
  const whole = joined(body);
  const header = new TextEncoder().encode(`OVSDB JSON ${String(whole.length)} ${sha1(whole)}\n`);
  return [header, whole];
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
