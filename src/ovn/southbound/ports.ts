import type { Database, Table } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Datapath, Datapaths } from './datapaths.js';
import { isUuidPrefix, shortenUuid } from './naming.js';

/** One row of Port_Binding. */
export interface Port {
  readonly uuid: string;
  /** The logical port's name, unique in the database. */
  readonly name: string;
  /** The tunnel key, unique within the datapath. */
  readonly key: number;
  readonly datapath: Datapath;
  /** `""` for an ordinary port, else patch, l3gateway, chassisredirect, localnet, remote, … */
  readonly type: string;
  readonly options: ReadonlyMap<string, string>;
  /** external_ids:name when it has one, else the name; a trailing uuid is cut to six digits. */
  readonly displayName: string;
  /** Elements `MAC [IP[/LENGTH]]…`. */
  readonly portSecurity: readonly string[];
  readonly row: Row;
}

/** Ports by name, by key and by what people call them; rows become ports when they are first met. */
export class Ports {
  readonly #table: Table;
  readonly #datapaths: Datapaths;
  readonly #made = new Map<string, Port | undefined>();
  readonly #byKey = new Map<string, ReadonlyMap<number, Port>>();

  constructor(database: Database, datapaths: Datapaths) {
    this.#table = database.table('Port_Binding');
    this.#datapaths = datapaths;
  }

  named(name: string): Port | undefined {
    return this.#of(this.#table.find('logical_port', name)[0]);
  }

  withUuid(uuid: string): Port | undefined {
    return this.#of(this.#table.get(uuid));
  }

  /** The port of the datapath that has the tunnel key. */
  withKey(datapath: Datapath, key: number): Port | undefined {
    return this.#keysOf(datapath).get(key);
  }

  of(datapath: Datapath): Iterable<Port> {
    return this.#keysOf(datapath).values();
  }

  /** Every port of the database, in its order. */
  *all(): Generator<Port> {
    for (const row of this.#table.rows()) {
      const port = this.#of(row);
      if (port !== undefined) yield port;
    }
  }

  /**
   * What a name in an expression means: a logical port's name; else a name from external_ids that only one port has; else
   * a prefix (at least four characters) of only one port's uuid.
   */
  lookUp(word: string): Port | undefined {
    const exact = this.named(word);
    if (exact !== undefined) return exact;
    const displayed = word === '' ? [] : this.#table.findPair('external_ids', 'name', word);
    if (displayed.length > 0) return displayed.length === 1 ? this.#of(displayed[0]) : undefined;
    if (!isUuidPrefix(word)) return undefined;
    const byUuid = this.#table.findUuidPrefix(word);
    return byUuid.length === 1 ? this.#of(byUuid[0]) : undefined;
  }

  /** The other end of a patch or l3gateway pair; undefined unless both rows are there. */
  peerOf(port: Port): Port | undefined {
    if (port.type !== 'patch' && port.type !== 'l3gateway') return undefined;
    const peer = port.options.get('peer');
    return peer === undefined ? undefined : this.named(peer);
  }

  #keysOf(datapath: Datapath): ReadonlyMap<number, Port> {
    let ports = this.#byKey.get(datapath.uuid);
    if (ports === undefined) {
      const made = new Map<number, Port>();
      for (const row of this.#table.find('datapath', datapath.uuid)) {
        const port = this.#of(row);
        if (port !== undefined) made.set(port.key, port);
      }
      this.#byKey.set(datapath.uuid, made);
      ports = made;
    }
    return ports;
  }

  #of(row: Row | undefined): Port | undefined {
    if (row === undefined) return undefined;
    if (this.#made.has(row.uuid)) return this.#made.get(row.uuid);
    const datapath = this.#datapaths.get(row.ref('datapath') ?? '');
    const port = datapath === undefined ? undefined : portOf(row, datapath);
    this.#made.set(row.uuid, port);
    return port;
  }
}

function portOf(row: Row, datapath: Datapath): Port {
  const name = row.string('logical_port');
  const shown = row.map('external_ids').get('name') ?? '';
  return {
    uuid: row.uuid,
    name,
    key: row.integer('tunnel_key'),
    datapath,
    type: row.string('type'),
    options: row.map('options'),
    displayName: shortenUuid(shown === '' ? name : shown),
    portSecurity: row.strings('port_security'),
    row,
  };
}
