import type { Database, Table } from '../ovsdb/replica/database.js';

/** The same database; `note` is told the name of every table whose rows are looked at. */
export function recordingDatabase(database: Database, note: (table: string) => void): Database {
  const known = new Map<string, Table>();
  const table = (name: string): Table => {
    let recording = known.get(name);
    if (recording === undefined) {
      recording = recordingTable(database.table(name), note);
      known.set(name, recording);
    }
    return recording;
  };
  return {
    name: database.name,
    schema: database.schema,
    get tables() {
      return new Map([...database.tables.keys()].map((name) => [name, table(name)]));
    },
    table,
  };
}

function recordingTable(table: Table, note: (table: string) => void): Table {
  const { name } = table;
  const looked = <T>(look: () => T): T => {
    note(name);
    return look();
  };
  return {
    name,
    get size() {
      return looked(() => table.size);
    },
    rows: () => looked(() => table.rows()),
    get: (uuid) => looked(() => table.get(uuid)),
    find: (column, value) => looked(() => table.find(column, value)),
    findPair: (column, key, value) => looked(() => table.findPair(column, key, value)),
    uuids: () => looked(() => table.uuids()),
    findUuidPrefix: (prefix) => looked(() => table.findUuidPrefix(prefix)),
  };
}
