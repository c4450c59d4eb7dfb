import { OvnctlError } from '../../base/errors.js';
import type { OvsdbClient } from '../../ovsdb/client/client.js';
import type { Row } from '../../ovsdb/replica/row.js';

/** How the databases call their zone, as far as they say; `undefined` when nobody wrote it. */
export async function zoneNameOf(
  northbound: (() => Promise<OvsdbClient>) | undefined,
  southbound: (() => Promise<OvsdbClient>) | undefined,
): Promise<string | undefined> {
  try {
    const name = northbound && (await nameIn(await northbound(), 'OVN_Northbound', 'NB_Global', ['name', 'options']));
    if (name !== undefined) return name;
    // northd copies the northbound options.
    return southbound && (await nameIn(await southbound(), 'OVN_Southbound', 'SB_Global', ['options']));
  } catch (error) {
    // Whoever needs the database is told so then; for a name something else will do.
    if (error instanceof OvnctlError) return undefined;
    throw error;
  }
}

async function nameIn(
  client: OvsdbClient,
  database: string,
  table: string,
  columns: readonly string[],
): Promise<string | undefined> {
  const [row] = await client.select(database, table, [], columns);
  const name = row && (nameColumn(row, columns) || row.map('options').get('name'));
  return name === undefined || name === '' ? undefined : name;
}

const nameColumn = (row: Row, columns: readonly string[]): string =>
  columns.includes('name') ? row.string('name') : '';
