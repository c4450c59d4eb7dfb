import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareDatabases } from '../../../src/snapshot/compare/compare-rows.js';
import type { RowDifference } from '../../../src/snapshot/compare/compare-rows.js';
import { decodeFile } from '../../support/ovsdb-made.js';
import { setUpAgain } from '../../support/renamed-uuids.js';

const zone = join(import.meta.dirname, '../../../examples/ic-dualstack/ovn-worker');
const files = Object.fromEntries(['nb', 'sb', 'ovs'].map((kind) => [kind, readFileSync(join(zone, `${kind}.db`))]));
const decoded = (kind: string) => decodeFile(join(zone, `${kind}.db`)).database;
type Tables = Record<string, Record<string, Record<string, unknown>>>;
const options = { withVolatile: false };
const short = ({ table, name, before, after, columns }: RowDifference) => ({
  table,
  name,
  change: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
  columns,
});

describe('databases that were set up again with other uuids', () => {
  test('northbound and switch do not differ', () => {
    for (const kind of ['nb', 'ovs']) {
      const { rows, matches } = compareDatabases(decoded(kind), setUpAgain(files, kind), options);
      expect(rows.map(short)).toEqual([]);
      expect(matches.forward.size).toBeGreaterThan(80);
    }
  });

  test('nor does the southbound, which refers to northbound rows in texts and hints', () => {
    const northbound = compareDatabases(decoded('nb'), setUpAgain(files, 'nb'), options);
    const southbound = setUpAgain(files, 'sb');
    expect(
      compareDatabases(decoded('sb'), southbound, { ...options, others: northbound.matches }).rows.map(short),
    ).toEqual([]);
    // Without them, hints differ.
    expect(compareDatabases(decoded('sb'), southbound, options).rows.length).toBeGreaterThan(100);
  });

  test('a change is found among them, with what it refers to by name', () => {
    const after = setUpAgain(files, 'nb', (tables: Tables) => {
      const groups = Object.values(tables['Port_Group'] ?? {});
      const group = groups.find((each) => each['name'] === 'a6645658460396593302');
      const [acl] = Object.entries(tables['ACL'] ?? {}).find(([, { match }]) => String(match).includes('mldv1')) ?? [
        '',
      ];
      (group?.['acls'] as unknown[][])[1] = [...((group?.['acls'] as unknown[][])[1] ?? []), ['uuid', acl]];
    });
    const { rows } = compareDatabases(decoded('nb'), after, options);
    expect(rows.map(short)).toEqual([
      {
        table: 'Port_Group',
        name: 'a6645658460396593302',
        change: 'changed',
        columns: [{ column: 'acls', removed: [], added: [expect.stringMatching(/^ACL .*Multicast/)] }],
      },
    ]);
  });
});

describe('one row of each kind of change', () => {
  const change = (edit: (tables: Tables) => void) => {
    const { rows } = compareDatabases(decoded('nb'), setUpAgain(files, 'nb', edit), options);
    return rows.map(short);
  };
  const table = (tables: Tables, name: string): Record<string, Record<string, unknown>> => (tables[name] ??= {});

  test('added, removed, and a scalar and a map that change', () => {
    const uuid = '12345678-0000-4000-8000-000000000000';
    expect(
      change((tables) => {
        table(tables, 'Address_Set')[uuid] = { name: 'new', addresses: ['set', ['10.0.0.1']] };
      }),
    ).toEqual([{ table: 'Address_Set', name: 'new', change: 'added', columns: [] }]);
    expect(
      change((tables) => {
        const [key = ''] = Object.keys(table(tables, 'Static_MAC_Binding'));
        tables['Static_MAC_Binding'] = Object.fromEntries(
          Object.entries(table(tables, 'Static_MAC_Binding')).filter(([uuid]) => uuid !== key),
        );
      }),
    ).toMatchObject([{ table: 'Static_MAC_Binding', change: 'removed' }]);
    expect(
      change((tables) => {
        const port = Object.values(table(tables, 'Logical_Switch_Port')).find((row) => row['name'] === 'shop_client');
        if (port === undefined) throw new Error('no such port');
        port['enabled'] = false;
        port['options'] = ['map', [['requested-chassis', 'elsewhere']]];
      }),
    ).toMatchObject([
      {
        table: 'Logical_Switch_Port',
        name: 'shop_client',
        columns: [
          { column: 'options', added: ['requested-chassis=elsewhere'] },
          { column: 'enabled', after: 'false' },
        ].sort((a, b) => (a.column < b.column ? 1 : -1)),
      },
    ]);
  });

  test('a rule without a name is the same rule when its action changes', () => {
    const changes = change((tables) => {
      const policy = Object.values(table(tables, 'Logical_Router_Policy')).find((row) => row['action'] === 'allow');
      if (policy === undefined) throw new Error('no such policy');
      policy['action'] = 'drop';
    });
    expect(changes).toMatchObject([
      { table: 'Logical_Router_Policy', columns: [{ column: 'action', before: 'allow', after: 'drop' }] },
    ]);
  });

  test('counters and time stamps are no change, unless asked for', () => {
    const edit = (tables: Tables): void => {
      const [global] = Object.values(table(tables, 'NB_Global'));
      if (global !== undefined) global['nb_cfg'] = 4711;
    };
    expect(change(edit)).toEqual([]);
    const { rows } = compareDatabases(decoded('nb'), setUpAgain(files, 'nb', edit), { withVolatile: true });
    expect(rows.map(short)).toMatchObject([{ table: 'NB_Global', columns: [{ column: 'nb_cfg', after: '4711' }] }]);
  });
});
