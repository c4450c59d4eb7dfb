import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { isUuidPrefix, shortenUuid } from './naming.js';

/** One row of Datapath_Binding: a logical switch or router as the southbound database knows it. */
export interface Datapath {
  readonly uuid: string;
  /** The tunnel key, equal in all zones for a transit switch. */
  readonly key: number;
  readonly kind: 'switch' | 'router' | 'unknown';
  /** external_ids:name, empty when absent. */
  readonly name: string;
  /** external_ids:name2, the name a cloud system gave it, empty when absent. */
  readonly name2: string;
  /** Uuid of the northbound Logical_Switch or Logical_Router, empty when not recorded. */
  readonly northboundUuid: string;
  /** What people call it: name2, else name, else the northbound uuid; a trailing uuid is cut to six digits. */
  readonly displayName: string;
  readonly row: Row;
}

type Lookup = { readonly found: Datapath } | { readonly found?: undefined; readonly candidates: readonly Datapath[] };

/** All datapaths with the look-ups by uuid, tunnel key and the names that OVN's tools accept. */
export class Datapaths {
  readonly #byUuid = new Map<string, Datapath>();
  readonly #byKey = new Map<number, Datapath>();
  readonly #byName = new Map<string, Datapath>();

  constructor(database: Database) {
    for (const row of database.table('Datapath_Binding').rows()) {
      const datapath = datapathOf(row);
      this.#byUuid.set(datapath.uuid, datapath);
      this.#byKey.set(datapath.key, datapath);
      for (const name of [datapath.name, datapath.name2]) {
        if (name !== '' && !this.#byName.has(name)) this.#byName.set(name, datapath);
      }
    }
  }

  all(): Iterable<Datapath> {
    return this.#byUuid.values();
  }

  get(uuid: string): Datapath | undefined {
    return this.#byUuid.get(uuid);
  }

  withKey(key: number): Datapath | undefined {
    return this.#byKey.get(key);
  }

  /**
   * What a user's word means: an exact name or name2, else a prefix (at least four characters) of exactly one row's uuid
   * or northbound uuid. Several candidates are returned for the message, none of them chosen.
   */
  lookUp(word: string): Lookup {
    const named = this.#byName.get(word);
    if (named !== undefined) return { found: named };
    if (!isUuidPrefix(word)) return { candidates: [] };
    const prefix = word.toLowerCase();
    const candidates = [...this.#byUuid.values()].filter(
      ({ uuid, northboundUuid }) => uuid.startsWith(prefix) || northboundUuid.startsWith(prefix),
    );
    const [only, second] = candidates;
    return only !== undefined && second === undefined ? { found: only } : { candidates };
  }
}

/** A Datapath_Binding row as the tracer reads it. */
export function datapathOf(row: Row): Datapath {
  const ids = row.map('external_ids');
  // The columns came with OVN 25.09 and may be the only place; before, the ids carried both facts.
  const type = row.string('type');
  const isSwitch = type === 'logical-switch' || ids.has('logical-switch');
  const isRouter = type === 'logical-router' || ids.has('logical-router');
  const name = ids.get('name') ?? '';
  const name2 = ids.get('name2') ?? '';
  const northboundUuid = row.ref('nb_uuid') ?? ids.get('logical-switch') ?? ids.get('logical-router') ?? '';
  const shown = ids.get('name2') ?? ids.get('name');
  return {
    uuid: row.uuid,
    key: row.integer('tunnel_key'),
    kind: isSwitch ? 'switch' : isRouter ? 'router' : 'unknown',
    name,
    name2,
    northboundUuid,
    displayName: shown === undefined ? northboundUuid : shortenUuid(shown),
    row,
  };
}
