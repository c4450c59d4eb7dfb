/** Finding the row that a user means: by name, or by uuid or the beginning of one. */
import { NotFoundError, UsageError } from '../base/errors.js';
import { nearestName } from '../lflow/nearest-name.js';
import { isUuid } from '../ovsdb/wire/value.js';
import type { Row } from '../ovsdb/replica/row.js';
import type { Database } from '../ovsdb/replica/database.js';

/** The shortest beginning of a uuid that is looked for. */
const PREFIX = /^[0-9a-f]{4,8}(?:-[0-9a-f]{0,4}){0,3}(?:-[0-9a-f]{0,12})?$/i;

/** The row of that name or uuid, undefined when there is none; UsageError when there are several. */
export function findRow(database: Database, table: string, name: string, column = 'name'): Row | undefined {
  const rows = database.table(table);
  if (isUuid(name)) return rows.get(name.toLowerCase()) ?? onlyOne(rows.find(column, name), table, name);
  const named = onlyOne(rows.find(column, name), table, name);
  if (named !== undefined || !PREFIX.test(name)) return named;
  return onlyOne(rows.findUuidPrefix(name), table, name);
}

/** The same; NotFoundError with the nearest name when there is none. */
export function rowNamed(database: Database, table: string, name: string, column = 'name'): Row {
  const row = findRow(database, table, name, column);
  if (row !== undefined) return row;
  const names = [...database.table(table).rows()].map((each) => each.string(column)).filter((each) => each !== '');
  const nearest = nearestName(name, names);
  throw new NotFoundError('manage.not-found', `${spoken(table)} "${name}" does not exist`, {
    hints: nearest === undefined ? [] : [`did you mean "${nearest}"?`],
  });
}

function onlyOne(rows: readonly Row[], table: string, name: string): Row | undefined {
  if (rows.length < 2) return rows[0];
  throw new UsageError('manage.ambiguous', `${rows.length} rows of ${table} are called "${name}"`, {
    hints: [
      `name one by its uuid: ${rows
        .map(({ uuid }) => uuid)
        .sort()
        .slice(0, 5)
        .join(', ')}`,
    ],
  });
}

/** `Logical_Switch_Port` as it is spoken of. */
function spoken(table: string): string {
  return SPOKEN[table] ?? `row of ${table}`;
}

const SPOKEN: Readonly<Record<string, string>> = {
  Logical_Switch: 'switch',
  Logical_Switch_Port: 'switch port',
  Logical_Router: 'router',
  Logical_Router_Port: 'router port',
  Port_Group: 'port group',
  Address_Set: 'address set',
  Load_Balancer: 'load balancer',
  Load_Balancer_Group: 'load balancer group',
  Meter: 'meter',
  ACL: 'ACL',
  NAT: 'NAT rule',
  QoS: 'QoS rule',
  Logical_Router_Policy: 'router policy',
  Logical_Router_Static_Route: 'static route',
  DHCP_Options: 'set of DHCP options',
  DNS: 'DNS record set',
  Gateway_Chassis: 'gateway chassis',
  HA_Chassis_Group: 'HA chassis group',
  Mirror: 'mirror',
  Copp: 'control plane protection',
};

/** A row in a plan or list: `switch/ovn-worker`; one without a name by what tells it apart. */
export function nameOfRow(row: Row): string {
  const kind = spoken(row.table)
    .replace(/ /g, '-')
    .replace(/^row-of-/, '');
  return `${kind}/${labelOf(row)}`;
}

function labelOf(row: Row): string {
  if (row.has('name') && row.atoms('name').length === 1 && row.string('name') !== '') return row.string('name');
  return contentLabel(row);
}

/** What tells a row of its kind from others where names don't; its uuid where nothing does. */
export function contentLabel(row: Row): string {
  switch (row.table) {
    case 'ACL':
    case 'QoS':
      return `${row.string('direction')} ${row.integer('priority')} ${row.string('match')}`;
    case 'NAT':
      return `${row.string('type')} ${row.string('external_ip')} ${row.string('logical_ip')}`;
    case 'Logical_Router_Static_Route':
      return `${row.string('ip_prefix')} via ${row.string('nexthop')}`;
    case 'Logical_Router_Policy':
      return `${row.integer('priority')} ${row.string('match')}`;
    case 'DHCP_Options':
      return row.string('cidr');
    default:
      return row.uuid;
  }
}
