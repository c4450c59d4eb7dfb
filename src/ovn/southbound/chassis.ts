import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';

/** One row of Chassis: a node that forwards. */
export interface Chassis {
  readonly uuid: string;
  readonly name: string;
  readonly hostname: string;
  /** It belongs to another zone; only its tunnel end is known here. */
  readonly remote: boolean;
  readonly row: Row;
}

/** A candidate of a gateway group, highest priority first. */
interface HaMember {
  readonly chassis: string;
  readonly priority: number;
}

/** Nodes, their template variables and the gateway groups that name them. */
export class ChassisTables {
  readonly #database: Database;
  #all: ReadonlyMap<string, Chassis> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): Iterable<Chassis> {
    return this.#chassis().values();
  }

  withUuid(uuid: string): Chassis | undefined {
    return this.#chassis().get(uuid);
  }

  named(name: string): Chassis | undefined {
    return this.withUuid(this.#database.table('Chassis').find('name', name)[0]?.uuid ?? '');
  }

  /** Chassis_Template_Var of a chassis name: the values of `^NAME` there. */
  templatesOf(name: string): ReadonlyMap<string, string> {
    return this.#database.table('Chassis_Template_Var').find('chassis', name)[0]?.map('variables') ?? new Map();
  }

  /** Members of an HA_Chassis_Group, highest priority first; a member without a chassis row is left out. */
  haMembers(groupUuid: string): readonly HaMember[] {
    const group = this.#database.table('HA_Chassis_Group').get(groupUuid);
    if (group === undefined) return [];
    const members = group.refs('ha_chassis').flatMap((uuid) => {
      const row = this.#database.table('HA_Chassis').get(uuid);
      const chassis = row?.ref('chassis');
      return row === undefined || chassis === undefined ? [] : [{ chassis, priority: row.integer('priority') }];
    });
    return members.sort((a, b) => b.priority - a.priority);
  }

  #chassis(): ReadonlyMap<string, Chassis> {
    this.#all ??= new Map(
      [...this.#database.table('Chassis').rows()].map((row) => [row.uuid, chassisOf(row)] as const),
    );
    return this.#all;
  }
}

function chassisOf(row: Row): Chassis {
  return {
    uuid: row.uuid,
    name: row.string('name'),
    hostname: row.string('hostname'),
    remote: row.map('other_config').get('is-remote') === 'true',
    row,
  };
}
