import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSchema } from '../../../src/ovsdb/schema/schema.js';
import type { JsonObject } from '../../../src/ovsdb/wire/json.js';
import { decodeFile, MADE_SCHEMA } from '../../support/ovsdb-made.js';

describe('readSchema', () => {
  test('reads names, types, references and the rest', () => {
    const schema = readSchema(MADE_SCHEMA);
    if (!schema.ok) throw new Error(schema.error.reason);
    expect(schema.value).toMatchObject({ name: 'Made', version: '1.0.0' });
    const thing = schema.value.tables.get('Thing');
    expect(thing).toMatchObject({ isRoot: true, indexes: [['name']] });
    expect(schema.value.tables.get('Part')?.isRoot).toBe(false);
    const columns = Object.fromEntries(thing?.columns ?? []);
    expect(columns['name']).toEqual({ key: { type: 'string' }, min: 1, max: 1, ephemeral: false });
    expect(columns['passing']?.ephemeral).toBe(true);
    expect(columns['options']).toMatchObject({
      key: { type: 'string' },
      value: { type: 'string' },
      min: 0,
      max: Infinity,
    });
    expect(columns['some']).toMatchObject({ min: 1, max: 5 });
    expect(columns['parts']?.key).toEqual({ type: 'uuid', refTable: 'Part', refType: 'strong' });
    expect(columns['peers']?.key).toEqual({ type: 'uuid', refTable: 'Thing', refType: 'weak' });
  });

  test('reads the schemas of a recorded cluster', () => {
    const folder = join(import.meta.dirname, '../../../examples/ic-dualstack/ovn-worker');
    const { schema } = decodeFile(join(folder, 'sb.db')).database;
    expect(schema?.name).toBe('OVN_Southbound');
    expect(schema?.tables.get('Logical_Flow')?.columns.get('logical_dp_group')?.key.refTable).toBe('Logical_DP_Group');
    expect(schema?.tables.get('Port_Binding')?.indexes).toEqual([['datapath', 'tunnel_key'], ['logical_port']]);
  });

  const change = (edit: (schema: Record<string, unknown>) => void): JsonObject => {
    const schema = structuredClone(MADE_SCHEMA) as unknown as Record<string, unknown>;
    edit(schema);
    return schema as JsonObject;
  };
  test.each([
    ['', 'an array', ['x']],
    ['name', 'no name', change((s) => delete s['name'])],
    ['version', 'a number as version', change((s) => (s['version'] = 3))],
    ['tables', 'no tables', change((s) => delete s['tables'])],
    ['tables.T', 'a table without columns', change((s) => (s['tables'] = { T: {} }))],
    [
      'tables.T.columns.c.type.key',
      'an unknown type',
      change((s) => (s['tables'] = { T: { columns: { c: { type: 'text' } } } })),
    ],
    [
      'tables.T.columns.c.type.max',
      'a maximum of zero',
      change((s) => (s['tables'] = { T: { columns: { c: { type: { key: 'string', max: 0 } } } } })),
    ],
    [
      'tables.T.columns.c.type.min',
      'a minimum of two',
      change((s) => (s['tables'] = { T: { columns: { c: { type: { key: 'string', min: 2 } } } } })),
    ],
    ['tables.T.indexes', 'an index of numbers', change((s) => (s['tables'] = { T: { columns: {}, indexes: [[1]] } }))],
  ])('names %j when there is %s', (path, _what, schema) => {
    expect(readSchema(schema)).toMatchObject({ ok: false, error: { path } });
  });

  const installed = '/usr/share/ovn/ovn-nb.ovsschema';
  test.skipIf(!existsSync(installed))('reads the schema of the installed OVN', () => {
    const schema = readSchema(JSON.parse(readFileSync(installed, 'utf8')) as JsonObject);
    expect(schema).toMatchObject({ ok: true, value: { name: 'OVN_Northbound' } });
  });
});
