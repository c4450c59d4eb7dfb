/** Load balancers written with template variables, and whether the variables have values. */
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { BALANCER_COLUMNS, balancersByService } from './balancers.js';
import { TEMPLATE_VALUE_MISSING } from './node-port-findings.js';

const VARIABLE = /\^(\w+)/g;

export const servicesTemplates: Analyzer = {
  id: 'services/templates',
  area: 'services',
  title: "variables in load balancers' addresses have values",
  inputs: ['nb.Chassis_Template_Var', 'nb.Load_Balancer'],
  finds: [TEMPLATE_VALUE_MISSING],
  analyze: async (sight) => {
    const findings: Finding[] = [];
    let written = 0;
    for (const { zone, northbound } of await sight.northbounds()) {
      // A chassis with fewer addresses than others has fewer variables; one that none has is missing.
      let known: ReadonlySet<string> | undefined;
      for (const [owner, rows] of balancersByService(northbound)) {
        for (const row of rows) {
          const used = variablesOf(row);
          if (used.length === 0) continue;
          written++;
          known ??= new Set(
            [...northbound.database.table('Chassis_Template_Var').rows()].flatMap((each) => [
              ...each.map('variables').keys(),
            ]),
          );
          const variables = used.filter((variable) => !known?.has(variable));
          if (variables.length === 0) continue;
          const [namespace = '', service = ''] = owner.split('/');
          findings.push(
            found(
              TEMPLATE_VALUE_MISSING,
              { namespace, service, zone, balancer: row.string('name'), variables },
              {
                object: { kind: 'Service', namespace, name: service },
                zone,
                evidence: [
                  rowEvidence(zone, 'northbound', row, BALANCER_COLUMNS),
                  absentRow(zone, 'northbound', 'Chassis_Template_Var', `variables having ${variables.join(', ')}`),
                ],
              },
            ),
          );
        }
      }
    }
    return written === 0 && sight.gaps.length === 0
      ? { skipped: 'no load balancer is written with variables' }
      : findings;
  },
};

function variablesOf(row: Row): readonly string[] {
  if (row.map('options').get('template') !== 'true') return [];
  const texts = [...row.map('vips')].flat();
  return [...new Set(texts.flatMap((text) => [...text.matchAll(VARIABLE)].map(([, name = '']) => name)))];
}
