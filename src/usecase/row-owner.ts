import type { Northbound } from '../ovn/northbound/northbound.js';
import { attributionsOf, ownerOf } from '../ovnk/owner/owner-of.js';
import { ownerObject } from '../ovnk/owner.js';
import type { OwnerObject } from '../ovnk/owner.js';
import type { Row } from '../ovsdb/replica/row.js';

/**
 * Who rows of a zone stand for: those of the northbound database by what they say of themselves, flows by the row northd
 * made them of, port bindings by their port. Undefined for rows that stand for nobody, and without a northbound database.
 */
export function ownersOfRows(northbound: Northbound | undefined): (row: Row) => OwnerObject | undefined {
  return (row) => {
    if (northbound === undefined) return undefined;
    const own = sourceRow(northbound, row);
    return own === undefined ? undefined : ownerObject(ownerOf(northbound, own));
  };
}

/** The northbound row that the row is, or was made of. */
function sourceRow(northbound: Northbound, row: Row): Row | undefined {
  if (northbound.database.table(row.table).get(row.uuid) === row) return row;
  switch (row.table) {
    case 'Logical_Flow': {
      const ids = row.map('external_ids');
      const [first] = attributionsOf(northbound, {
        uuid: row.uuid,
        pipeline: row.string('pipeline') === 'egress' ? 'egress' : 'ingress',
        table: row.integer('table_id'),
        priority: row.integer('priority'),
        match: row.string('match'),
        actions: row.string('actions'),
        stage: ids.get('stage-name'),
        source: ids.get('source'),
        row,
      });
      return first?.row;
    }
    case 'Port_Binding':
      return northbound.switchPort(row.string('logical_port')) ?? northbound.routerPort(row.string('logical_port'));
    default:
      return undefined;
  }
}
