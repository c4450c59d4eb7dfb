import type { Database, Table } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Datapath } from './datapaths.js';
import { byName } from './naming.js';
import type { Port, Ports } from './ports.js';

/** One row of Multicast_Group: a key of the datapath that stands for several of its ports. */
export interface MulticastGroup {
  readonly name: string;
  readonly key: number;
  readonly datapath: Datapath;
  /** In the order of their names. */
  readonly ports: readonly Port[];
  readonly row: Row;
}

/** The groups of one datapath at a time. */
export class MulticastGroups {
  readonly #table: Table;
  readonly #ports: Ports;
  readonly #of = new Map<string, readonly MulticastGroup[]>();

  constructor(database: Database, ports: Ports) {
    this.#table = database.table('Multicast_Group');
    this.#ports = ports;
  }

  of(datapath: Datapath): readonly MulticastGroup[] {
    let groups = this.#of.get(datapath.uuid);
    if (groups === undefined) {
      groups = this.#table.find('datapath', datapath.uuid).map((row) => this.#groupOf(row, datapath));
      this.#of.set(datapath.uuid, groups);
    }
    return groups;
  }

  withKey(datapath: Datapath, key: number): MulticastGroup | undefined {
    return this.of(datapath).find((group) => group.key === key);
  }

  named(datapath: Datapath, name: string): MulticastGroup | undefined {
    return this.of(datapath).find((group) => group.name === name);
  }

  #groupOf(row: Row, datapath: Datapath): MulticastGroup {
    const ports = row.refs('ports').flatMap((uuid) => this.#ports.withUuid(uuid) ?? []);
    return { name: row.string('name'), key: row.integer('tunnel_key'), datapath, ports: ports.sort(byName), row };
  }
}
