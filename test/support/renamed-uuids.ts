import { createHash } from 'node:crypto';
import { decodeDatabaseFile } from '../../src/ovsdb/file/database-file.js';
import type { Database } from '../../src/ovsdb/replica/database.js';
import { logRecord, sha1 } from './ovsdb-made.js';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const HINT = /(\["stage-hint",")([0-9a-f]{8})("\])/g;

/** Another uuid for each, and the same one for its first eight digits alone. */
function other(uuid: string): string {
  const digits = createHash('sha1')
    .update(`first ${uuid.slice(0, 8)}`)
    .digest('hex')
    .slice(0, 8);
  const rest = createHash('sha1').update(uuid).digest('hex');
  return `${digits}-${rest.slice(0, 4)}-4${rest.slice(4, 7)}-8${rest.slice(7, 10)}-${rest.slice(10, 22)}`;
}

type Tables = Record<string, Record<string, Record<string, unknown>>>;

function transactionOf(file: Uint8Array): { readonly schema: string; readonly tables: Tables } {
  const [, schema = '', , transaction = ''] = new TextDecoder().decode(file).split('\n');
  const members = Object.entries(JSON.parse(transaction) as Tables);
  return { schema, tables: Object.fromEntries(members.filter(([name]) => !name.startsWith('_'))) };
}

/** The databases of one zone as files of one transaction each, by what they are called. */
export type ZoneFiles = Readonly<Record<string, Uint8Array>>;

/**
 * One database of a zone with every table's rows in another order and every row's uuid replaced, also where texts and hints
 * of the zone's other databases name it: the same network, set up again. `change` may edit the rows first.
 */
export function setUpAgain(
  zone: ZoneFiles,
  kind: string,
  change: (tables: Tables) => void = () => undefined,
): Database {
  const uuids = new Set(
    Object.values(zone).flatMap((file) =>
      Object.values(transactionOf(file).tables).flatMap((rows) => Object.keys(rows)),
    ),
  );
  const digits = new Set([...uuids].map((uuid) => uuid.slice(0, 8)));
  const { schema, tables } = transactionOf(zone[kind] ?? new Uint8Array());
  change(tables);
  const turned = Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [name, Object.fromEntries(Object.entries(rows).reverse())]),
  );
  const text = JSON.stringify(turned)
    .replace(UUID, (uuid) => (uuids.has(uuid) ? other(uuid) : uuid))
    .replace(HINT, (whole, before: string, hint: string, after: string) =>
      digits.has(hint) ? before + other(hint).slice(0, 8) + after : whole,
    );
  const decoded = decodeDatabaseFile(Buffer.concat([logRecord(schema), logRecord(text)]), sha1);
  if (!decoded.ok || decoded.value.gap !== undefined) throw new Error('the changed file is not readable');
  return decoded.value.database;
}
