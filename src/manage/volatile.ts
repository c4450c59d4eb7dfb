/** Columns that ovn-northd writes into the northbound database, whoever made the row (ovn-nb(5)). */
const VOLATILE: Readonly<Record<string, ReadonlySet<string>>> = {
  Logical_Switch_Port: new Set(['up', 'dynamic_addresses', 'tag']),
  Logical_Router_Port: new Set(['status', 'hosting_chassis']),
  NB_Global: new Set([
    'nb_cfg',
    'nb_cfg_timestamp',
    'sb_cfg',
    'sb_cfg_timestamp',
    'hv_cfg',
    'hv_cfg_timestamp',
    'options',
  ]),
  BFD: new Set(['status']),
};

/** Whether a column is written by others all the time, so that no plan rests on it. */
export function isVolatile(table: string, column: string): boolean {
  return VOLATILE[table]?.has(column) === true;
}
