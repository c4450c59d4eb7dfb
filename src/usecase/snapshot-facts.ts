import type { Database } from '../ovsdb/replica/database.js';
import type { DatabaseKind } from '../snapshot/manifest.js';

/** Databases in messages. */
export const DATABASE_WORDS: Readonly<Record<DatabaseKind, string>> = {
  nb: 'northbound database',
  sb: 'southbound database',
  ovs: 'Open vSwitch database',
};

/** Hostnames of chassis that are not another zone's. */
export function ownNodes(southbound: Database): readonly string[] {
  return [...southbound.table('Chassis').rows()]
    .filter((row) => row.map('other_config').get('is-remote') !== 'true')
    .map((row) => row.string('hostname'))
    .filter((name) => name !== '');
}

/** What a database says about the programs that write it. */
export function softwareOf(database: Database): string | undefined {
  for (const table of ['NB_Global', 'SB_Global']) {
    for (const row of database.table(table).rows()) {
      const northd = row.map('options').get('northd_internal_version');
      if (northd !== undefined) return `northd ${northd}`;
    }
  }
  for (const row of database.table('Open_vSwitch').rows()) {
    const version = row.optionalString('ovs_version');
    if (version !== undefined) return `Open vSwitch ${version}`;
  }
  return undefined;
}

export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString();
