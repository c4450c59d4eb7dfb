/** Names in matches and columns of the northbound database that stand for other rows: each must be there. */
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import type { Analyzer } from '../analyzer.js';
import { rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { UNKNOWN_ADDRESS_SET, UNKNOWN_METER, UNKNOWN_PORT_GROUP } from './database-findings.js';

const MATCHES = ['ACL', 'Logical_Router_Policy', 'QoS'] as const;

export const databasesReferences: Analyzer = {
  id: 'databases/references',
  area: 'databases',
  title: 'every address set, port group and meter that is referred to exists',
  inputs: ['nb.ACL', 'nb.Address_Set', 'nb.Logical_Router_Policy', 'nb.Meter', 'nb.Port_Group', 'nb.QoS'],
  finds: [UNKNOWN_ADDRESS_SET, UNKNOWN_PORT_GROUP, UNKNOWN_METER],
  analyze: async (sight) => {
    const zones = await sight.northbounds();
    return zones.flatMap(({ zone, northbound }) => danglingIn(zone, northbound));
  },
};

function danglingIn(zone: string, { database }: Northbound): readonly Finding[] {
  const groups = namesIn(database, 'Port_Group');
  const sets = namesIn(database, 'Address_Set');
  const meters = namesIn(database, 'Meter');
  // northd makes a set of the addresses of each group's ports (ovn-nb(5), Port_Group).
  const isSet = (name: string): boolean => sets.has(name) || groups.has(name.replace(/_ip[46]$/, ''));
  const findings: Finding[] = [];
  for (const table of MATCHES) {
    for (const row of database.table(table).rows()) {
      const { addressSets, portGroups } = namesInMatch(row.string('match'));
      const about = { zone, table, owner: ownerOf(row) };
      const place = (columns: readonly string[], name: string) => ({
        object: { kind: table, name: `${about.owner}:${name}` },
        zone,
        evidence: [rowEvidence(zone, 'northbound', row, columns)] as const,
      });
      const columns = ['match', 'priority', 'external_ids'];
      for (const name of addressSets) {
        if (!isSet(name)) findings.push(found(UNKNOWN_ADDRESS_SET, { ...about, name }, place(columns, name)));
      }
      for (const name of portGroups) {
        if (!groups.has(name)) findings.push(found(UNKNOWN_PORT_GROUP, { ...about, name }, place(columns, name)));
      }
      const meter = table === 'ACL' && row.boolean('log') ? row.optionalString('meter') : undefined;
      if (meter !== undefined && !meters.has(meter)) {
        const where = place(['meter', 'log', 'severity', 'external_ids'], meter);
        findings.push(found(UNKNOWN_METER, { ...about, name: meter }, where));
      }
    }
  }
  return findings;
}

const namesIn = (database: Database, table: string): ReadonlySet<string> =>
  new Set([...database.table(table).rows()].map((row) => row.string('name')));

/** Names after `$` and `@`; what stands in quotes is text, and comments are none of either. */
function namesInMatch(match: string): {
  readonly addressSets: ReadonlySet<string>;
  readonly portGroups: ReadonlySet<string>;
} {
  const addressSets = new Set<string>();
  const portGroups = new Set<string>();
  const plain = match.replace(/"(?:[^"\\]|\\.)*"|\/\*.*?\*\/|\/\/.*$/gm, ' ');
  for (const [, sign, name = ''] of plain.matchAll(/([$@])([A-Za-z_.][\w.]*)/g)) {
    if (sign === '$') addressSets.add(name);
    else portGroups.add(name);
  }
  return { addressSets, portGroups };
}

function ownerOf(row: Row): string {
  const ids = row.map('external_ids');
  const type = ids.get('k8s.ovn.org/owner-type');
  const name = ids.get('k8s.ovn.org/name');
  return type === undefined || name === undefined ? row.uuid.slice(0, 8) : `${type} ${name}`;
}
