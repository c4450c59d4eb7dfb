import type { ReadDatabase, SnapshotSink, SnapshotSource } from '../../src/snapshot/source.js';
import { databaseFromRows } from '../../src/ovsdb/replica/from-rows.js';
import type { RowsByTable } from '../../src/ovsdb/replica/from-rows.js';
import { readSchema } from '../../src/ovsdb/schema/schema.js';
import { MADE_SCHEMA } from './ovsdb-made.js';

const schema = readSchema(MADE_SCHEMA);

/** A database of the made-up schema, as a source would read it. */
export function madeDatabase(rows: RowsByTable): ReadDatabase {
  if (!schema.ok) throw new Error(schema.error.reason);
  return { database: { ...databaseFromRows('Made', rows), schema: schema.value }, source: 'server', losses: [] };
}

/** A source with nothing in it but what is given. */
export function madeSource(parts: Partial<SnapshotSource>): SnapshotSource {
  return {
    kind: 'cluster',
    name: 'made',
    zones: [],
    objects: [],
    texts: () => Promise.resolve([]),
    gaps: [],
    ...parts,
  };
}

/** Keeps what is written, as text. */
export class MemorySink implements SnapshotSink {
  readonly files = new Map<string, string>();
  state: 'open' | 'committed' | 'abandoned' = 'open';

  add(path: string, bytes: Uint8Array): Promise<void> {
    this.files.set(path, new TextDecoder().decode(bytes));
    return Promise.resolve();
  }

  commit(): Promise<void> {
    this.state = 'committed';
    return Promise.resolve();
  }

  abandon(): Promise<void> {
    this.state = 'abandoned';
    return Promise.resolve();
  }

  json(path: string): unknown {
    return JSON.parse(this.files.get(path) ?? 'null');
  }
}
