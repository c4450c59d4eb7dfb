import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeFile } from '../../support/ovsdb-made.js';

const capture = join(import.meta.dirname, '../../../examples/ic-dualstack');
interface Meta {
  readonly zones: Readonly<Record<string, { readonly rows: Readonly<Record<string, number>> }>>;
}
const meta = JSON.parse(readFileSync(join(capture, 'META.json'), 'utf8')) as Meta;

describe('the databases of the recorded cluster', () => {
  for (const [zone, { rows }] of Object.entries(meta.zones)) {
    test.each(['nb', 'sb'])(`${zone}/%s.db has the rows that were counted when it was recorded`, (kind) => {
      const file = decodeFile(join(capture, zone, `${kind}.db`));
      const sizes = [...file.database.tables].filter(([, table]) => table.size > 0);
      const counted = Object.entries(rows).filter(([table]) => table.startsWith(`${kind}.`));
      expect(Object.fromEntries(sizes.map(([name, { size }]) => [`${kind}.${name}`, size]))).toEqual(
        Object.fromEntries(counted),
      );
      expect(file).toMatchObject({ format: 'standalone', transactions: 1, gap: undefined });
      expect(file.lastComment).toBe('compacting database online');
      expect(file.firstDate).toBeGreaterThan(Date.UTC(2020, 0));
    });

    const ovs = join(capture, zone, 'ovs.db');
    test.skipIf(!existsSync(ovs))(`${zone}/ovs.db is the configuration of that node's Open vSwitch`, () => {
      const { database } = decodeFile(ovs);
      expect(database.name).toBe('Open_vSwitch');
      const [root] = database.table('Open_vSwitch').rows();
      expect(root?.map('external_ids').get('system-id')).toBeTruthy();
      expect(database.table('Interface').size).toBeGreaterThan(database.table('Bridge').size);
    });
  }

  test('every reference leads to a row', () => {
    const { database } = decodeFile(join(capture, 'ovn-worker', 'sb.db'));
    let followed = 0;
    for (const [name, { columns }] of database.schema?.tables ?? []) {
      for (const [column, { key, value }] of columns) {
        if (key.refTable === undefined || value !== undefined) continue;
        for (const row of database.table(name).rows()) {
          for (const uuid of row.refs(column)) {
            expect(database.table(key.refTable).get(uuid), `${name}.${column} ${uuid}`).toBeDefined();
            followed++;
          }
        }
      }
    }
    expect(followed).toBeGreaterThan(3000);
  });
});
