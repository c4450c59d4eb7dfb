import type { RowRequest } from '../../ovsdb/replica/not-held.js';
import type { ReadPlan } from './read-plan.js';

/** Tables that flows are made of, but for those with a row for each pod and rule: a flow's hint is looked for in one of them. */
const HINTED = [
  ...['Load_Balancer', 'Logical_Router', 'Logical_Router_Policy', 'Logical_Router_Port', 'Logical_Router_Static_Route'],
  ...['Logical_Switch', 'QoS'],
];

/** Where the row that has such a row is found: what it belongs to says what it is for. */
const HOLDERS: Readonly<Record<string, readonly [table: string, column: string]>> = {
  Logical_Switch_Port: ['Logical_Switch', 'ports'],
  Logical_Router_Port: ['Logical_Router', 'ports'],
  Logical_Router_Static_Route: ['Logical_Router', 'static_routes'],
};

/** A name of a datapath may be that of a switch or that of a router. */
const DATAPATHS = ['Logical_Switch', 'Logical_Router'];

/** How the northbound database is read (ovn-nb(5)): single rows, found by name, by reference, or by the hints of flows. */
export const northboundPlan: ReadPlan = {
  // The ports of a group may be every pod of a cluster, and the southbound database has them divided by datapath.
  columns: new Map([['Port_Group', new Set(['name', 'acls', 'external_ids'])]]),
  wholeAbove: () => Number.POSITIVE_INFINITY,
  companions(request) {
    const { kind, table } = request;
    if (kind === 'uuids')
      return HINTED.includes(table) ? HINTED.map((each): RowRequest => ({ kind, table: each })) : [];
    if (kind === 'row') {
      const [holder, column] = HOLDERS[table] ?? [];
      if (holder === undefined || column === undefined) return [];
      return [{ kind: 'where', table: holder, column, value: request.uuid }];
    }
    const isNamed = kind === 'where' && request.column === 'name' && DATAPATHS.includes(table);
    return isNamed ? DATAPATHS.map((each): RowRequest => ({ ...request, table: each })) : [];
  },
  later: () => [],
  followers: () => [],
};
