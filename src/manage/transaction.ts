/**
 * A plan's changes as one OVSDB transaction (RFC 7047 section 5.2) that is carried out whole, or not at all where somebody
 * else has changed what the plan rests on.
 *
 * In: the changes of one database. Out: operations. Columns that get a new value, and rows that go, must be as the plan
 * shows them; of sets and maps that only gain or lose members, just those members. Must not know clients or tables.
 */
import { BugError } from '../base/errors.js';
import type { Condition, Operation } from '../ovsdb/client/operation.js';
import { isJsonArray, isJsonObject } from '../ovsdb/wire/json.js';
import type { Json, JsonObject } from '../ovsdb/wire/json.js';
import { jsonText } from '../ovsdb/wire/json-text.js';
import { membersOf, membersOnlyIn } from './members.js';
import type { RowChange } from './plan.js';
import { renamed } from './renamed.js';

export interface TransactionOptions {
  /** Goes into the server's log and the database file. */
  readonly comment: string;
  /** Raises NB_Global:nb_cfg, which ovn-northd and ovn-controller pass on when they have caught up (ovn-nb(5)). */
  readonly raiseConfiguration: boolean;
  /** Columns that others write all the time and that say nothing about what the plan rests on, by table. */
  readonly volatile?: (table: string, column: string) => boolean;
  /** New rows get the uuids that the changes give them, which servers before OVS 3.1 don't take. */
  readonly givenUuids?: boolean;
}

export interface Transaction {
  readonly operations: readonly Operation[];
  /** By index of an operation, the name of the row that it makes. */
  readonly made: ReadonlyMap<number, string>;
}

/** The operations, guards first. */
export function transactionOf(changes: readonly RowChange[], options: TransactionOptions): Transaction {
  const fresh = new Set(changes.filter(({ op }) => op === 'insert').map(({ uuid }) => uuid));
  const guards = changes.flatMap((change) => guardsOf(change, fresh, options));
  const operations: Operation[] = [...guards];
  const made = new Map<number, string>();
  for (const change of changes) {
    if (change.op === 'insert') made.set(operations.length, change.uuid);
    operations.push(...deedsOf(change, fresh, options.givenUuids === true));
  }
  if (options.raiseConfiguration) {
    operations.push({ op: 'mutate', table: 'NB_Global', where: [], mutations: [['nb_cfg', '+=', 1]] });
    operations.push({ op: 'select', table: 'NB_Global', where: [], columns: ['nb_cfg'] });
  }
  operations.push({ op: 'comment', comment: options.comment });
  return { operations, made };
}

const itself = (uuid: string): Condition => ['_uuid', '==', ['uuid', uuid]];

/** `wait` operations that fail at once where the row is not as it was. */
function guardsOf(
  change: RowChange,
  fresh: ReadonlySet<string>,
  { volatile }: TransactionOptions,
): readonly Operation[] {
  const { table, uuid, op, before, after, members } = change;
  if (op === 'insert') return [];
  const row: JsonObject = Object.fromEntries(
    Object.entries(before).filter(([column]) => !members.includes(column) && volatile?.(table, column) !== true),
  );
  const exact: Operation = {
    op: 'wait',
    table,
    where: [itself(uuid)],
    columns: ['_uuid', ...Object.keys(row)],
    until: '==',
    rows: [{ _uuid: ['uuid', uuid], ...row }],
    timeout: 0,
  };
  const some = members.flatMap((column): Operation[] => {
    const lost = membersOnlyIn(before[column], after[column]);
    const won = membersOnlyIn(after[column], before[column]);
    const { kind } = membersOf(after[column]);
    const conditions: Condition[] = [itself(uuid)];
    if (lost.length > 0) conditions.push([column, 'includes', [kind, lost]]);
    // Pairs that replace others are lost ones as well; keys can't be excluded by RFC 7047's conditions.
    if (won.length > 0 && kind === 'set')
      conditions.push([column, 'excludes', [kind, won.filter((member) => !isFresh(member, fresh))]]);
    return [
      {
        op: 'wait',
        table,
        where: conditions,
        columns: ['_uuid'],
        until: '==',
        rows: [{ _uuid: ['uuid', uuid] }],
        timeout: 0,
      },
    ];
  });
  return [exact, ...some];
}

/** A reference to a row that the same transaction makes. */
function isFresh(member: Json, fresh: ReadonlySet<string>): boolean {
  if (!isJsonArray(member)) return false;
  const [kind, name] = member;
  return kind === 'uuid' && typeof name === 'string' && fresh.has(name);
}

function deedsOf(change: RowChange, fresh: ReadonlySet<string>, given: boolean): readonly Operation[] {
  const { table, uuid, op, before, after, members, follows } = change;
  const resolved = (json: Json): Json => (given ? json : withNames(json, fresh));
  switch (op) {
    case 'insert':
      return [
        {
          op: 'insert',
          table,
          row: objectOf(resolved(after)),
          ...(given ? { uuid } : { 'uuid-name': symbolOf(uuid) }),
        },
      ];
    case 'delete':
      // What nothing refers to any more is dropped by the server itself.
      return follows ? [] : [{ op: 'delete', table, where: [itself(uuid)] }];
    case 'update': {
      const row = Object.fromEntries(Object.entries(after).filter(([column]) => !members.includes(column)));
      const deeds: Operation[] = [];
      if (Object.keys(row).length > 0)
        deeds.push({ op: 'update', table, where: [itself(uuid)], row: objectOf(resolved(row)) });
      const mutations = members.flatMap((column) => {
        const lost = membersOnlyIn(before[column], after[column]);
        const won = membersOnlyIn(after[column], before[column]);
        const { kind } = membersOf(after[column]);
        return [
          ...(lost.length > 0 ? [[column, 'delete', [kind, lost]] as const] : []),
          ...(won.length > 0 ? [[column, 'insert', resolved([kind, won])] as const] : []),
        ];
      });
      if (mutations.length > 0) deeds.push({ op: 'mutate', table, where: [itself(uuid)], mutations });
      return deeds;
    }
  }
}

/** References to rows of the same transaction, as RFC 7047 section 5.1 `<named-uuid>`. */
function withNames(json: Json, fresh: ReadonlySet<string>): Json {
  if (isJsonArray(json)) {
    const [kind, name] = json;
    if (kind === 'uuid' && typeof name === 'string' && fresh.has(name)) return ['named-uuid', symbolOf(name)];
    return json.map((member) => withNames(member, fresh));
  }
  if (!isJsonObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([name, member]) => [name, withNames(member, fresh)]));
}

/** RFC 7047 section 3.1 `<id>`: no hyphens, and no digit first. */
const symbolOf = (uuid: string): string => `row_${uuid.replaceAll('-', '_')}`;

function objectOf(json: Json): JsonObject {
  if (!isJsonObject(json)) throw new BugError(`${jsonText(json)} is no row`);
  return json;
}

/** The changes with the uuids that new rows were given, for the journal. */
export function withUuids(changes: readonly RowChange[], uuids: ReadonlyMap<string, string>): readonly RowChange[] {
  return changes.map((change) => ({
    ...change,
    uuid: uuids.get(change.uuid) ?? change.uuid,
    before: renamed(change.before, uuids),
    after: renamed(change.after, uuids),
  }));
}
