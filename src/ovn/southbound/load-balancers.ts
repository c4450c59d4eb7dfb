import { formatAddress, parseAddress } from '../../net/prefix.js';
import type { Database, Table } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Datapath } from './datapaths.js';
import { TieOrder } from './tie-order.js';

/** One virtual address of a Load_Balancer row. */
export interface Vip {
  /** In canonical text, without brackets; as the row has it where that is no address. */
  readonly address: string;
  /** 0 where the virtual address has no port. */
  readonly port: number;
  /** `IP:PORT` or `IP`, one a backend. */
  readonly backends: readonly string[];
}

/** One row of Load_Balancer. */
export interface LoadBalancer {
  readonly uuid: string;
  readonly name: string;
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string;
  readonly vips: readonly Vip[];
  readonly options: ReadonlyMap<string, string>;
  readonly row: Row;
}

export class LoadBalancers {
  /** Which of several rows OVN's programs meet first. */
  readonly ties: TieOrder;
  readonly #database: Database;
  #all: readonly LoadBalancer[] | undefined;
  #byAddress: ReadonlyMap<string, readonly { readonly balancer: LoadBalancer; readonly vip: Vip }[]> | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.ties = new TieOrder(
      () => this.#table().size,
      () => this.#table().uuids(),
    );
  }

  /** In the source's order. */
  all(): readonly LoadBalancer[] {
    this.#all ??= [...this.#table().rows()].map((row) => ({
      uuid: row.uuid,
      name: row.string('name'),
      protocol: row.optionalString('protocol') ?? 'tcp',
      vips: [...row.map('vips')].map(([key, value]) => vipOf(key, value)),
      options: row.map('options'),
      row,
    }));
    return this.#all;
  }

  /** The virtual addresses that have this IP address (in canonical text), with any port, in the source's order. */
  withAddress(address: string): readonly { readonly balancer: LoadBalancer; readonly vip: Vip }[] {
    if (this.#byAddress === undefined) {
      const index = new Map<string, { balancer: LoadBalancer; vip: Vip }[]>();
      for (const balancer of this.all()) {
        for (const vip of balancer.vips) {
          const entry = index.get(vip.address);
          if (entry === undefined) index.set(vip.address, [{ balancer, vip }]);
          else entry.push({ balancer, vip });
        }
      }
      this.#byAddress = index;
    }
    return this.#byAddress.get(address) ?? [];
  }

  /** The balancers that apply to a datapath: named by it directly or through a group (the columns differ by release). */
  of(datapath: Datapath): readonly LoadBalancer[] {
    const groups = this.#database.table('Logical_DP_Group').find('datapaths', datapath.uuid);
    const members = new Set(
      this.#table()
        .find('datapaths', datapath.uuid)
        .map(({ uuid }) => uuid),
    );
    for (const column of ['datapath_group', 'ls_datapath_group', 'lr_datapath_group']) {
      for (const group of groups) for (const row of this.#table().find(column, group.uuid)) members.add(row.uuid);
    }
    return this.all().filter(({ uuid }) => members.has(uuid));
  }

  #table(): Table {
    return this.#database.table('Load_Balancer');
  }
}

/** `[v6]:port`, `v6`, `v4:port` or `v4`, and the backends separated by commas. */
function vipOf(key: string, value: string): Vip {
  const parts = /^\[(.*)\](?::(\d+))?$/.exec(key) ?? /^([^:]*)(?::(\d+))?$/.exec(key);
  const [text = key, port] = parts === null ? [key] : [parts[1], parts[2]];
  const address = parseAddress(text);
  return {
    address: address === undefined ? text : formatAddress(address),
    port: port === undefined ? 0 : Number(port),
    backends: value.split(',').filter((backend) => backend !== ''),
  };
}
