import { NotFoundError } from '../../base/errors.js';
import type { RowChange } from '../../manage/plan.js';
import type { Database } from '../../ovsdb/replica/database.js';
import type { Zone } from '../../world/world.js';

/** The table of which every database has one row, whose uuid tells databases apart. */
export const IDENTITY_TABLES: Readonly<Record<RowChange['database'], string>> = {
  nb: 'NB_Global',
  sb: 'SB_Global',
  ovs: 'Open_vSwitch',
};

/** One of the databases of a zone. NotFoundError where the source can't have it. */
export async function databaseOfZone(zone: Zone, kind: RowChange['database']): Promise<Database> {
  switch (kind) {
    case 'nb':
      return (await zone.northbound()).database;
    case 'sb':
      return (await zone.southbound()).database;
    case 'ovs': {
      if (zone.openVSwitch !== undefined) return zone.openVSwitch();
      throw new NotFoundError('manage.no-switch', `zone ${zone.name}: this source has no Open vSwitch database`);
    }
  }
}
