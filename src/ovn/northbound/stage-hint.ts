import type { Row } from '../../ovsdb/replica/row.js';
import type { Northbound } from './northbound.js';

/**
 * Tables whose rows `ovn-northd` turns into flows of a stage, by the beginning of the stage's name; the first entry that
 * fits counts. A hint is eight hex digits of a uuid, so looking only here keeps chance hits from other tables out.
 */
const TABLES: readonly (readonly [stage: RegExp, tables: readonly string[]])[] = [
  [/^ls_(in|out)_(pre_)?acl/, ['ACL', 'Logical_Switch_Port']],
  [/^ls_(in|out)_qos/, ['QoS']],
  [/^ls_in_(dhcp|nd_ra)/, ['Logical_Switch_Port', 'DHCP_Options']],
  [/^ls_in_dns/, ['DNS', 'Logical_Switch']],
  [/^ls_(in|out)_(mirror)/, ['Mirror', 'Mirror_Rule', 'Logical_Switch_Port']],
  [/^ls_(in|out)_/, ['Load_Balancer', 'Logical_Switch_Port', 'Logical_Switch']],
  [/^lr_in_policy/, ['Logical_Router_Policy', 'Logical_Router_Static_Route']],
  [/^lr_in_ip_routing/, ['Logical_Router_Static_Route', 'Logical_Router_Port']],
  [/^lr_in_(unsnat|dnat|defrag|lb_aff|ecmp_stateful)/, ['Load_Balancer', 'NAT', 'Logical_Router_Static_Route']],
  [/^lr_out_/, ['NAT', 'Load_Balancer', 'Logical_Router_Port']],
  [
    /^lr_in_/,
    [
      'Logical_Router_Port',
      'NAT',
      'Load_Balancer',
      'Logical_Router_Static_Route',
      'Logical_Switch_Port',
      'Logical_Router',
    ],
  ],
];

/** The northbound rows that a flow's `stage-hint` can mean: usually one, none when the row is gone by now. */
export function rowsOfHint(northbound: Northbound, stage: string, hint: string): readonly Row[] {
  const tables = TABLES.find(([pattern]) => pattern.test(stage))?.[1] ?? [];
  return tables.flatMap((table) => northbound.database.table(table).findUuidPrefix(hint));
}
