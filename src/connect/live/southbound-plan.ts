import type { RowRequest } from '../../ovsdb/replica/not-held.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { datapathOf } from '../../ovn/southbound/datapaths.js';
import { FLOW_COLUMNS, ofDatapath, ofDatapathLater } from './datapath-requests.js';
import type { ReadPlan } from './read-plan.js';

/**
 * How the southbound database is read (ovn-sb(5)): one datapath at a time, with all that a packet on it may need. The server
 * looks through a whole table for every `select`, so there is one for each set of flows, not for each pipeline table.
 */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  Datapath_Binding: ['tunnel_key', 'external_ids', 'type', 'nb_uuid'],
  // Their members may be every datapath of the cluster; which groups a datapath is in, the server tells.
  Logical_DP_Group: [],
  Logical_Flow: FLOW_COLUMNS,
  Load_Balancer: ['name', 'protocol', 'vips', 'options'],
  Multicast_Group: ['datapath', 'name', 'tunnel_key', 'ports'],
  Port_Binding: [
    ...['logical_port', 'tunnel_key', 'datapath', 'type', 'options', 'external_ids', 'port_security', 'mac'],
    ...['chassis', 'requested_chassis', 'ha_chassis_group'],
  ],
};

/** What everybody needs who looks at the database at all; small. */
export const SOUTHBOUND_BASE: readonly RowRequest[] = [
  // northd's own address set, which flows of every switch name.
  { kind: 'where', table: 'Address_Set', column: 'name', value: 'svc_monitor_mac' },
  ...['SB_Global', 'Datapath_Binding', 'DHCP_Options', 'DHCPv6_Options'].map((table): RowRequest => ({
    kind: 'all',
    table,
  })),
];

/** Routers attached to a switch, at most so many, are met next; the switches attached to a router are not. */
const FEW_PEERS = 4;

const where = (table: string, column: string, value: string): RowRequest => ({ kind: 'where', table, column, value });

function companions(request: RowRequest, routers: ReadonlySet<string>): readonly RowRequest[] {
  if (request.kind !== 'where' || typeof request.value !== 'string') return [];
  const { table, column, value } = request;
  switch (`${table}.${column}`) {
    case 'Port_Binding.datapath':
    case 'Multicast_Group.datapath':
    case 'Logical_DP_Group.datapaths':
    case 'Logical_Flow.logical_datapath':
      return ofDatapath(value, routers.has(value));
    // Both are asked for a neighbour on a port.
    case 'MAC_Binding.logical_port':
      return [where('Static_MAC_Binding', column, value)];
    case 'Static_MAC_Binding.logical_port':
      return [where('MAC_Binding', column, value)];
    case 'Chassis.name':
      return [{ kind: 'all', table }];
    default:
      return [];
  }
}

function followers(request: RowRequest, rows: readonly Row[], routers: Set<string>): readonly RowRequest[] {
  if (request.kind === 'all') {
    if (request.table === 'Datapath_Binding') {
      for (const row of rows) if (datapathOf(row).kind === 'router') routers.add(row.uuid);
    }
    return [];
  }
  if (request.kind !== 'where') return [];
  switch (`${request.table}.${request.column}`) {
    case 'Logical_DP_Group.datapaths':
      return rows.map(({ uuid }) => where('Logical_Flow', 'logical_dp_group', uuid));
    case 'Port_Binding.datapath': {
      const peers = rows.flatMap((row) => row.map('options').get('peer') ?? []);
      return peers.length > FEW_PEERS ? [] : peers.map((peer) => where('Port_Binding', 'logical_port', peer));
    }
    default:
      return [];
  }
}

/** A plan for one database; it remembers which datapaths are routers. */
export function southboundPlan(): ReadPlan {
  const routers = new Set<string>();
  return {
    columns: new Map(Object.entries(COLUMNS).map(([table, columns]) => [table, new Set(columns)] as const)),
    wholeAbove: (table) => (table === 'Port_Group' ? 24 : Number.POSITIVE_INFINITY),
    companions: (request) => companions(request, routers),
    followers: (request, rows) => followers(request, rows, routers),
    later: (request) =>
      request.kind === 'where' && request.table === 'Port_Binding' && request.column === 'datapath'
        ? ofDatapathLater(String(request.value), routers.has(String(request.value)))
        : [],
  };
}
