import type { Table } from '../../ovsdb/replica/database.js';
import { MemoryTable } from '../../ovsdb/replica/memory.js';
import type { RowRequest } from '../../ovsdb/replica/not-held.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { jsonText } from '../../ovsdb/wire/json-text.js';
import { requestKey } from './request-operation.js';

type Value = string | number | boolean;

/**
 * A table of which only the answers to earlier requests are held. Asked for anything else it calls `miss`, which throws.
 * `unique` names the columns of which every value has one row at most: a held row is then the whole answer.
 */
export class PartialTable implements Table {
  readonly name: string;
  readonly #miss: (request: RowRequest) => never;
  readonly #unique: ReadonlyMap<string, Map<Value, readonly Row[]>>;
  readonly #held = new Map<string, Row | undefined>();
  readonly #answers = new Map<string, Map<Value, readonly Row[]>>();
  /** By request: rows by a pair of a map, and the answers to queries, whose rows may have no uuid. */
  readonly #others = new Map<string, readonly Row[]>();
  #whole: MemoryTable | undefined;
  #uuids: MemoryTable | undefined;
  #torn = false;

  constructor(name: string, unique: Iterable<string>, miss: (request: RowRequest) => never) {
    this.name = name;
    this.#miss = miss;
    this.#unique = new Map([...unique].map((column) => [column, new Map<Value, readonly Row[]>()] as const));
  }

  /** A row was read twice and had changed in between. */
  get torn(): boolean {
    return this.#torn;
  }

  get size(): number {
    return (this.#whole ?? this.#uuidsOnly()).size;
  }

  rows(): Iterable<Row> {
    return (this.#whole ?? this.#miss({ kind: 'all', table: this.name })).rows();
  }

  uuids(): Iterable<string> {
    return (this.#whole ?? this.#uuidsOnly()).uuids();
  }

  get(uuid: string): Row | undefined {
    if (this.#whole !== undefined) return this.#whole.get(uuid);
    if (this.#held.has(uuid)) return this.#held.get(uuid);
    return this.#miss({ kind: 'row', table: this.name, uuid });
  }

  find(column: string, value: Value): readonly Row[] {
    if (this.#whole !== undefined) return this.#whole.find(column, value);
    return (
      this.#answers.get(column)?.get(value) ??
      this.#unique.get(column)?.get(value) ??
      this.#miss({ kind: 'where', table: this.name, column, value })
    );
  }

  findPair(column: string, key: string, value: string): readonly Row[] {
    if (this.#whole !== undefined) return this.#whole.findPair(column, key, value);
    const request: RowRequest = { kind: 'pair', table: this.name, column, key, value };
    return this.#others.get(requestKey(request)) ?? this.#miss(request);
  }

  /** The answer to a query; only the columns it names can be asked for. */
  query(request: Extract<RowRequest, { kind: 'query' }>): readonly Row[] {
    return this.#others.get(requestKey(request)) ?? this.#miss(request);
  }

  findUuidPrefix(prefix: string): readonly Row[] {
    if (this.#whole !== undefined) return this.#whole.findUuidPrefix(prefix);
    return this.#uuidsOnly()
      .findUuidPrefix(prefix)
      .flatMap(({ uuid }) => this.get(uuid) ?? []);
  }

  /** Whether the request is answered already. */
  holds(request: RowRequest): boolean {
    if (this.#whole !== undefined && request.kind !== 'query') return true;
    switch (request.kind) {
      case 'all':
        return false;
      case 'uuids':
        return this.#uuids !== undefined;
      case 'row':
        return this.#held.has(request.uuid);
      case 'where': {
        const { column, value } = request;
        return this.#answers.get(column)?.has(value) === true || this.#unique.get(column)?.has(value) === true;
      }
      case 'pair':
      case 'query':
        return this.#others.has(requestKey(request));
    }
  }

  /** Takes the answer to a request. */
  store(request: RowRequest, rows: readonly Row[]): void {
    if (request.kind === 'query') {
      this.#others.set(requestKey(request), rows);
      return;
    }
    const byUuid = new Map(rows.map((row) => [row.uuid, row] as const));
    if (request.kind === 'uuids') {
      this.#uuids = new MemoryTable(this.name, byUuid);
      return;
    }
    for (const row of rows) this.#keep(row);
    switch (request.kind) {
      case 'all':
        this.#whole = new MemoryTable(this.name, byUuid);
        break;
      case 'row':
        this.#held.set(request.uuid, byUuid.get(request.uuid));
        break;
      case 'where': {
        const { column, value } = request;
        let answers = this.#answers.get(column);
        if (answers === undefined) this.#answers.set(column, (answers = new Map<Value, readonly Row[]>()));
        answers.set(value, rows);
        break;
      }
      case 'pair':
        this.#others.set(requestKey(request), rows);
        break;
    }
  }

  #keep(row: Row): void {
    const before = this.#held.get(row.uuid);
    if (before !== undefined && !same(before, row)) this.#torn = true;
    this.#held.set(row.uuid, row);
    for (const [column, index] of this.#unique) {
      const [value] = row.atoms(column);
      if (value !== undefined && typeof value !== 'bigint') index.set(value, [row]);
    }
  }

  #uuidsOnly(): MemoryTable {
    return this.#uuids ?? this.#miss({ kind: 'uuids', table: this.name });
  }
}

function same(a: Row, b: Row): boolean {
  return b.columns().every((column) => jsonText(a.json(column) ?? null) === jsonText(b.json(column) ?? null));
}
