import fc from 'fast-check';
import type { Json } from '../../src/ovsdb/wire/json.js';
import { jsonText } from './ovsdb-server.js';

const name = fc.constantFrom('a', 'b', 'c', 'd');
const word = fc.constantFrom('x', 'y', 'z', '', 'é', '\u{1F600}', 'a"\n\\');
const integer = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const setOf = (atom: fc.Arbitrary<Json>, maxLength = 5): fc.Arbitrary<Json> =>
  fc.uniqueArray(atom, { maxLength, selector: String }).map((atoms) => ['set', atoms]);
const mapOf = (key: fc.Arbitrary<Json>, value: fc.Arbitrary<Json>, maxLength = 4): fc.Arbitrary<Json> =>
  fc.uniqueArray(fc.tuple(key, value), { maxLength, selector: ([k]) => jsonText(k) }).map((pairs) => ['map', pairs]);

const cells = fc.record<Record<string, Json>>(
  {
    count: integer,
    share: fc.constantFrom(0, 0.5, -1e300),
    enabled: fc.boolean(),
    label: setOf(word, 1),
    tag: setOf(integer, 1),
    numbers: setOf(integer),
    words: setOf(word),
    some: fc
      .uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 })
      .map((atoms): Json => ['set', atoms]),
    single: mapOf(word, word, 1),
    options: mapOf(word, word),
    queues: mapOf(integer, integer),
  },
  { requiredKeys: [] },
);
const mutation = fc.oneof(
  fc.tuple(fc.constant('words'), fc.constantFrom('insert', 'delete'), setOf(word)),
  fc.tuple(fc.constant('numbers'), fc.constantFrom('insert', 'delete'), setOf(integer)),
  fc.tuple(fc.constant('options'), fc.constantFrom('insert', 'delete'), mapOf(word, word)),
  fc.tuple(fc.constant('options'), fc.constant('delete'), setOf(word)),
);
const where = name.map((value): Json => [['name', '==', value]]);
/** An operation on table Thing of the made-up schema. */
export const operation: fc.Arbitrary<Json> = fc.oneof(
  // Inserting replaces: the index on `name` allows one row of each.
  fc.record({
    op: fc.constant('insert'),
    table: fc.constant('Thing'),
    // Not its default, where servers forget (see records.test.ts), and no more values than its maximum: a difference of
    // more members is one that a clustered server (3.1) writes and then refuses to apply, and it answers no more.
    row: fc.tuple(name, cells).map(([n, c]) => ({ some: 5, ...c, name: n })),
  }),
  fc.record({ op: fc.constant('update'), table: fc.constant('Thing'), where, row: cells }),
  fc.record({
    op: fc.constant('mutate'),
    table: fc.constant('Thing'),
    where,
    mutations: fc.array(mutation, { maxLength: 3 }),
  }),
  fc.record({ op: fc.constant('delete'), table: fc.constant('Thing'), where }),
  fc.record({ op: fc.constant('comment'), comment: word }),
);

function isInsert(json: Json): json is { readonly op: 'insert'; readonly row: { readonly name: string } } {
  return typeof json === 'object' && json !== null && 'op' in json && json['op'] === 'insert';
}

/** Deletes the row that an inserted one would collide with. */
export function possible(operations: readonly Json[]): Json[] {
  return operations.flatMap((json) =>
    isInsert(json) ? [{ op: 'delete', table: 'Thing', where: [['name', '==', json.row.name]] }, json] : [json],
  );
}
