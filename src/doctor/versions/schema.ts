/** Whether databases have the schemas that are needed of them. */
import type { Analyzer } from '../analyzer.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import type { Sight } from '../sight.js';
import { compareVersions, northdVersions, outliers } from './northd-version.js';
import { SCHEMA_OLDER, SCHEMAS_DIFFER } from './version-findings.js';

export const versionsSchema: Analyzer = {
  id: 'versions/schema',
  area: 'versions',
  title: 'databases have the schemas that northd was made for',
  inputs: ['sb.SB_Global'],
  finds: [SCHEMA_OLDER, SCHEMAS_DIFFER],
  analyze: async (sight) => {
    const findings: Finding[] = [];
    for (const { zone, ovn, schema, has, evidence } of await northdVersions(sight)) {
      if (has === undefined || compareVersions(has, schema) >= 0) continue;
      findings.push(
        found(
          SCHEMA_OLDER,
          { zone, has, needs: schema, ovn },
          {
            object: { kind: 'Zone', name: zone },
            zone,
            evidence: [schemaEvidence('southbound', zone, has), evidence],
          },
        ),
      );
    }
    for (const database of ['northbound', 'southbound'] as const) {
      for (const { one, usual, count } of outliers(await schemasOf(sight, database), ({ version }) => version)) {
        findings.push(
          found(
            SCHEMAS_DIFFER,
            { zone: one.zone, has: one.version, others: usual.version, count, database },
            {
              object: { kind: 'Zone', name: one.zone },
              zone: one.zone,
              evidence: [
                schemaEvidence(database, one.zone, one.version),
                schemaEvidence(database, usual.zone, usual.version),
              ],
            },
          ),
        );
      }
    }
    return findings;
  },
};

const schemaEvidence = (database: string, zone: string, version: string): Evidence => ({
  source: `${database} database of zone ${zone}`,
  ref: 'schema',
  excerpt: `version ${version}`,
});

async function schemasOf(sight: Sight, database: 'northbound' | 'southbound') {
  const versions: { readonly zone: string; readonly version: string }[] = [];
  for (const zone of sight.zones) {
    const schema =
      database === 'northbound' ? (await zone.northbound())?.database.schema : (await zone.southbound())?.schema;
    if (schema?.version !== undefined) versions.push({ zone: zone.name, version: schema.version });
  }
  return versions;
}
