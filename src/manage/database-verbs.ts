/**
 * Changes to any table, by columns, as ovs-vsctl(8) "Database Commands" has them. Values are read by the schema of the
 * connected server, so that what is wrong is said before anything is sent.
 */
import { constraintsOf } from '../ovsdb/schema/constraints.js';
import type { ColumnSchema, TableSchema } from '../ovsdb/schema/schema.js';
import type { Row } from '../ovsdb/replica/row.js';
import type { Json } from '../ovsdb/wire/json.js';
import type { Result } from '../base/result.js';
import type { Draft } from './draft.js';
import type { RowChange } from './plan.js';
import { columnNamed, missingRecord, recordNamed, recordOf, tableNamed, uuidNamed } from './table-look-up.js';
import { readMembers, readPairs, readValue, wantedText } from './value-text.js';
import type { Given, Verb } from './verb.js';

const DATABASE = {
  name: 'database',
  kind: 'argument',
  help: 'nb, sb or ovs',
  required: true,
  oneOf: ['nb', 'sb', 'ovs'],
} as const;
const TABLE = {
  name: 'table',
  kind: 'argument',
  help: 'Table, in any case, or the beginning of its name',
  required: true,
} as const;
const RECORD = {
  name: 'record',
  kind: 'argument',
  help: 'Name or uuid of the row; . for the only one',
  required: true,
} as const;
const IF_EXISTS = {
  name: 'if-exists',
  kind: 'switch',
  help: 'Do nothing, instead of failing, when there is no such row',
} as const;

const databaseOf = (given: Given): RowChange['database'] => given.text('database') as RowChange['database'];
const what = (given: Given): string =>
  `${given.text('database')} ${given.text('table')} ${given.optional('record') ?? ''}`.trim();

export const dbCreate: Verb = {
  name: 'db create',
  summary: 'Add a row',
  description: 'A row of a table whose rows go when nothing refers to them has to be referred to: give --into.',
  parameters: [
    DATABASE,
    TABLE,
    { name: 'values', kind: 'argument', many: true, help: 'Columns, as COLUMN=VALUE' },
    {
      name: 'into',
      kind: 'option',
      value: 'TABLE/ROW/COLUMN',
      help: 'Set of another row that the new one is put into',
    },
  ],
  database: databaseOf,
  phrase: (given) => `add a row to ${what(given)}`,
  carryOut: (draft, given) => {
    const table = tableNamed(draft.schema, given.text('table'));
    const cells: Record<string, Json> = {};
    for (const [name, text] of given.pairs('values')) {
      const [column, schema] = columnNamed(table, name);
      cells[column] = valueOf(draft, table, column, schema, text, given);
    }
    const row = draft.insert(table.name, cells);
    const into = given.optional('into');
    if (into === undefined) {
      if (!table.isRoot)
        throw given.wrong(
          `rows of ${table.name} go when nothing refers to them`,
          'name what is to refer to it with --into TABLE/ROW/COLUMN',
        );
      return;
    }
    const [, holderTable = '', record = '', column = ''] = /^([^/]+)\/(.*)\/([^/]+)$/.exec(into) ?? [];
    const holder = tableNamed(draft.schema, holderTable);
    const [name, schema] = columnNamed(holder, column);
    if (schema.key.refTable !== table.name)
      throw given.wrong(`${holder.name}:${name} does not refer to rows of ${table.name}`);
    draft.add(recordNamed(draft, holder, record), name, ['set', [['uuid', row.uuid]]]);
  },
};

export const dbSet: Verb = {
  name: 'db set',
  summary: 'Give columns of a row new values',
  description: 'COLUMN:KEY=VALUE sets one pair of a map and leaves the others.',
  parameters: [
    DATABASE,
    TABLE,
    RECORD,
    { name: 'values', kind: 'argument', many: true, required: true, help: 'Columns, as COLUMN[:KEY]=VALUE' },
    IF_EXISTS,
  ],
  database: databaseOf,
  phrase: (given) => `change ${what(given)}`,
  carryOut: (draft, given) => {
    const table = tableNamed(draft.schema, given.text('table'));
    let row = chosen(draft, table, given);
    if (row === undefined) return;
    for (const [name, text] of given.pairs('values')) {
      const colon = name.indexOf(':');
      const [column, schema] = columnNamed(table, colon < 0 ? name : name.slice(0, colon));
      refuseUnchangeable(draft, table, column, given);
      if (colon < 0) row = draft.update(row, { [column]: valueOf(draft, table, column, schema, text, given) });
      else {
        const pair = `${JSON.stringify(name.slice(colon + 1))}=${/^".*"$/s.test(text) ? text : JSON.stringify(text)}`;
        row = draft.add(row, column, ['map', pairsOf(draft, table, column, schema, pair, given)]);
      }
    }
  },
};

const membership = (verb: 'add' | 'remove', summary: string, description: string): Verb => ({
  name: `db ${verb}`,
  summary,
  description,
  parameters: [
    DATABASE,
    TABLE,
    RECORD,
    { name: 'column', kind: 'argument', required: true, help: 'A column that holds a set or a map' },
    { name: 'values', kind: 'argument', many: true, required: true, help: 'Members, or KEY=VALUE' },
    IF_EXISTS,
  ],
  database: databaseOf,
  phrase: (given) => `change ${what(given)}`,
  carryOut: (draft, given) => {
    const table = tableNamed(draft.schema, given.text('table'));
    const row = chosen(draft, table, given);
    if (row === undefined) return;
    const [column, schema] = columnNamed(table, given.text('column'));
    refuseUnchangeable(draft, table, column, given);
    const texts = given.many('values');
    if (verb === 'add') {
      const added =
        schema.value === undefined
          ? membersIn(texts)
          : (['map', texts.flatMap((text) => pairsOf(draft, table, column, schema, text, given))] as const);
      draft.add(row, column, added);
    } else if (schema.value === undefined) draft.remove(row, column, membersIn(texts));
    else {
      for (const text of texts)
        draft.remove(
          row,
          column,
          text.includes('=') ? ['map', pairsOf(draft, table, column, schema, text, given)] : membersIn([text]),
        );
    }

    function membersIn(words: readonly string[]): Json {
      return [
        'set',
        words.flatMap((text) =>
          checked(
            readMembers(text, schema, constraintsOf(draft.schema, table.name, column), uuidNamed(draft)),
            table,
            column,
            schema,
            given,
          ),
        ),
      ];
    }
  },
});

export const dbAdd = membership(
  'add',
  'Put members into a set, or pairs into a map',
  'A pair replaces the one of the same key.',
);
export const dbRemove = membership(
  'remove',
  'Take members out of a set, or pairs out of a map',
  'A bare KEY takes out its pair, KEY=VALUE only that one.',
);

export const dbClear: Verb = {
  name: 'db clear',
  summary: 'Empty sets and maps of a row',
  parameters: [
    DATABASE,
    TABLE,
    RECORD,
    { name: 'columns', kind: 'argument', many: true, required: true, help: 'Columns that may be empty' },
    IF_EXISTS,
  ],
  database: databaseOf,
  phrase: (given) => `empty columns of ${what(given)}`,
  carryOut: (draft, given) => {
    const table = tableNamed(draft.schema, given.text('table'));
    let row = chosen(draft, table, given);
    if (row === undefined) return;
    for (const name of given.many('columns')) {
      const [column, schema] = columnNamed(table, name);
      refuseUnchangeable(draft, table, column, given);
      if (schema.min > 0) throw given.wrong(`${table.name}:${column} may not be empty`);
      row = draft.update(row, { [column]: [schema.value === undefined ? 'set' : 'map', []] });
    }
  },
};

export const dbDestroy: Verb = {
  name: 'db destroy',
  summary: 'Delete rows',
  parameters: [
    DATABASE,
    TABLE,
    { name: 'records', kind: 'argument', many: true, required: true, help: 'Names or uuids of rows' },
    IF_EXISTS,
  ],
  database: databaseOf,
  phrase: (given) => `delete ${given.many('records').length} of ${what(given)}`,
  carryOut: (draft, given) => {
    const table = tableNamed(draft.schema, given.text('table'));
    for (const name of given.many('records')) {
      const row = recordOf(draft, table, name);
      if (row !== undefined) draft.delete(row);
      else if (!given.flag('if-exists')) throw missingRecord(draft, table, name);
    }
  },
};

function chosen(draft: Draft, table: TableSchema, given: Given): Row | undefined {
  const name = given.text('record');
  const row = recordOf(draft, table, name);
  if (row === undefined && !given.flag('if-exists')) throw missingRecord(draft, table, name);
  return row;
}

function refuseUnchangeable(draft: Draft, table: TableSchema, column: string, given: Given): void {
  if (!constraintsOf(draft.schema, table.name, column).mutable)
    throw given.wrong(`${table.name}:${column} can only be given when the row is made`);
}

function valueOf(
  draft: Draft,
  table: TableSchema,
  column: string,
  schema: ColumnSchema,
  text: string,
  given: Given,
): Json {
  return checked(
    readValue(text, schema, constraintsOf(draft.schema, table.name, column), uuidNamed(draft)),
    table,
    column,
    schema,
    given,
  );
}

function pairsOf(
  draft: Draft,
  table: TableSchema,
  column: string,
  schema: ColumnSchema,
  text: string,
  given: Given,
): readonly Json[] {
  return checked(
    readPairs(text, schema, constraintsOf(draft.schema, table.name, column), uuidNamed(draft)),
    table,
    column,
    schema,
    given,
  );
}

function checked<T>(
  read: Result<T, string>,
  table: TableSchema,
  column: string,
  schema: ColumnSchema,
  given: Given,
): T {
  if (read.ok) return read.value;
  throw given.wrong(`${table.name}:${column}: ${read.error}`, `wanted: ${wantedText(schema)}`);
}
