import type { Table } from '../ovsdb/replica/database.js';
import { MemoryTable } from '../ovsdb/replica/memory.js';
import type { Row } from '../ovsdb/replica/row.js';

/** What became of a row: `undefined` as current value is a row that goes. */
export interface Edit {
  readonly original: Row | undefined;
  current: Row | undefined;
  /** Columns whose members were changed one by one, and never the whole. */
  readonly members: Set<string>;
  follows: boolean;
}

/** A table seen through the changes that are planned for it. Look-ups cost what they cost below, and as much as was changed. */
export class DraftTable implements Table {
  readonly name: string;
  /** By uuid; whoever changes one says so with `edited`. */
  readonly edits = new Map<string, Edit>();
  readonly #base: Table;
  #changed: MemoryTable | undefined;

  constructor(base: Table) {
    this.name = base.name;
    this.#base = base;
  }

  put(uuid: string, edit: Edit): void {
    this.edits.set(uuid, edit);
    this.edited();
  }

  edited(): void {
    this.#changed = undefined;
  }

  get size(): number {
    return [...this.uuids()].length;
  }

  *rows(): Iterable<Row> {
    for (const row of this.#base.rows()) {
      const edit = this.edits.get(row.uuid);
      const now = edit === undefined ? row : edit.current;
      if (now !== undefined) yield now;
    }
    for (const { original, current } of this.edits.values()) {
      if (original === undefined && current !== undefined) yield current;
    }
  }

  get(uuid: string): Row | undefined {
    const edit = this.edits.get(uuid);
    return edit === undefined ? this.#base.get(uuid) : edit.current;
  }

  find(column: string, value: string | number | boolean): readonly Row[] {
    return this.#merged(this.#base.find(column, value), this.#now().find(column, value));
  }

  findPair(column: string, key: string, value: string): readonly Row[] {
    return this.#merged(this.#base.findPair(column, key, value), this.#now().findPair(column, key, value));
  }

  *uuids(): Iterable<string> {
    for (const uuid of this.#base.uuids()) {
      const edit = this.edits.get(uuid);
      if (edit === undefined || edit.current !== undefined) yield uuid;
    }
    for (const [uuid, { original, current }] of this.edits) {
      if (original === undefined && current !== undefined) yield uuid;
    }
  }

  findUuidPrefix(prefix: string): readonly Row[] {
    return this.#base.findUuidPrefix(prefix).flatMap((row) => this.get(row.uuid) ?? []);
  }

  #merged(below: readonly Row[], changed: readonly Row[]): readonly Row[] {
    if (this.edits.size === 0) return below;
    return [...below.filter(({ uuid }) => !this.edits.has(uuid)), ...changed];
  }

  /** The rows with changes, as they would be. */
  #now(): MemoryTable {
    this.#changed ??= new MemoryTable(
      this.name,
      new Map(
        [...this.edits].flatMap(([uuid, { current }]) => (current === undefined ? [] : [[uuid, current] as const])),
      ),
    );
    return this.#changed;
  }
}
