import type { Database, Table } from '../../ovsdb/replica/database.js';
import type { Datapath } from './datapaths.js';
import type { Port } from './ports.js';

/** A neighbour learned (or configured) on a port. */
export interface MacBinding {
  readonly ip: string;
  readonly mac: string;
  readonly uuid: string;
}

/** What the datapaths learned: MAC_Binding, Static_MAC_Binding and FDB rows. Addresses are text as the rows have it. */
export class Bindings {
  readonly #learned: Table;
  readonly #fixed: Table;
  readonly #fdb: Table;

  constructor(database: Database) {
    this.#learned = database.table('MAC_Binding');
    this.#fixed = database.table('Static_MAC_Binding');
    this.#fdb = database.table('FDB');
  }

  learnedOn(port: Port): readonly MacBinding[] {
    return bindingsOn(this.#learned, port);
  }

  configuredOn(port: Port): readonly (MacBinding & { readonly overridesLearned: boolean })[] {
    return this.#fixed
      .find('logical_port', port.name)
      .filter((row) => row.ref('datapath') === port.datapath.uuid)
      .map((row) => ({
        ip: row.string('ip'),
        mac: row.string('mac'),
        uuid: row.uuid,
        overridesLearned: row.boolean('override_dynamic_mac'),
      }));
  }

  /** MAC addresses and port keys learned by a switch (FDB). */
  fdbOf(datapath: Datapath): readonly { readonly mac: string; readonly portKey: number }[] {
    return this.#fdb
      .find('dp_key', datapath.key)
      .map((row) => ({ mac: row.string('mac'), portKey: row.integer('port_key') }));
  }
}

function bindingsOn(table: Table, port: Port): readonly MacBinding[] {
  return table
    .find('logical_port', port.name)
    .filter((row) => row.ref('datapath') === port.datapath.uuid)
    .map((row) => ({ ip: row.string('ip'), mac: row.string('mac'), uuid: row.uuid }));
}
