import type { Database, Table } from '../../ovsdb/replica/database.js';
import { NotHeld } from '../../ovsdb/replica/not-held.js';

/** The named sets that matches refer to: `$address_set` and `@port_group`. */
export class NamedSets {
  readonly #addressSets: Table;
  readonly #portGroups: Table;

  constructor(database: Database) {
    this.#addressSets = database.table('Address_Set');
    this.#portGroups = database.table('Port_Group');
  }

  /** Addresses and prefixes as written in the row; undefined for an unknown set. */
  addressSet(name: string): readonly string[] | undefined {
    return this.#addressSets.find('name', name)[0]?.strings('addresses');
  }

  /** Names of the groups, as flows of a datapath call them, that have the port; some of them may be those of another row. */
  groupsWith(datapathKey: number, port: string, bareName: boolean): ReadonlySet<string> {
    const prefix = `${datapathKey}_`;
    const names = new Set<string>();
    for (const row of this.#portGroups.find('ports', port)) {
      const name = row.string('name');
      if (name.startsWith(prefix)) names.add(name.slice(prefix.length));
      if (bareName) names.add(name);
    }
    return names;
  }

  /** Whether it is known that there is no such group: a live database is not asked for it. */
  lacksGroup(datapathKey: number, name: string, bareName: boolean): boolean {
    try {
      return this.portGroup(datapathKey, name, bareName) === undefined;
    } catch (error) {
      if (error instanceof NotHeld) return false;
      throw error;
    }
  }

  /**
   * Logical ports of a group as flows of a datapath see it: northd writes one group for every datapath, named after its
   * tunnel key; `bareName` also accepts the undivided name, as OVN did up to 23.06. Undefined for an unknown group.
   */
  portGroup(datapathKey: number, name: string, bareName: boolean): readonly string[] | undefined {
    const own = this.#portGroups.find('name', `${datapathKey}_${name}`)[0];
    const row = own ?? (bareName ? this.#portGroups.find('name', name)[0] : undefined);
    return row?.strings('ports');
  }
}
