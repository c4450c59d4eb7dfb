/** What tells rows of two databases apart or makes them the same, where their uuids can't: data for `match-rows.ts`. */

/** Columns that, together, name a row that has no name of its own; tried after indexes of the schema and names. */
export const IDENTITY: Readonly<Record<string, readonly string[]>> = {
  ACL: ['direction', 'priority', 'match'],
  DHCP_Options: ['cidr', 'code', 'name'],
  DHCPv6_Options: ['name', 'code'],
  Encap: ['type', 'ip'],
  HA_Chassis: ['chassis_name', 'chassis'],
  Logical_DP_Group: ['datapaths'],
  Logical_Flow: ['logical_datapath', 'logical_dp_group', 'pipeline', 'table_id', 'priority', 'match'],
  Logical_Router_Policy: ['priority', 'match'],
  Logical_Router_Static_Route: ['route_table', 'ip_prefix', 'nexthop', 'output_port'],
  Meter_Band: ['action', 'rate', 'burst_size'],
  NAT: ['type', 'logical_ip', 'external_ip', 'logical_port', 'external_port_range'],
  QoS: ['direction', 'priority', 'match'],
  RBAC_Permission: ['table'],
};

/** A key of external_ids that names a row as well as a name does. */
export const NAMING_IDS: readonly string[] = ['k8s.ovn.org/id', 'name'];

/** Numbers that are given out as they are free, so that the same number need not mean the same row. */
export const ALLOTTED: ReadonlySet<string> = new Set(['tunnel_key', 'dp_key', 'id']);

/** Tables with one row at most. */
export const SINGLETONS: ReadonlySet<string> = new Set(['NB_Global', 'SB_Global', 'Open_vSwitch', 'SSL']);

/** Columns that say what a row is called, for people and as a key; the first that is not empty. */
export const NAMES: readonly string[] = ['name', 'logical_port', 'hostname', 'target', 'chassis_name'];

/** Counters, time stamps and the like, which change although nobody changed anything. */
const VOLATILE_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  NB_Global: ['nb_cfg', 'nb_cfg_timestamp', 'sb_cfg', 'sb_cfg_timestamp', 'hv_cfg', 'hv_cfg_timestamp'],
  SB_Global: ['nb_cfg'],
  Chassis: ['nb_cfg'],
  Chassis_Private: ['nb_cfg', 'nb_cfg_timestamp'],
  MAC_Binding: ['timestamp'],
  FDB: ['timestamp'],
  Open_vSwitch: ['cur_cfg', 'next_cfg', 'statistics'],
  Bridge: ['status'],
  Port: ['statistics', 'status', 'rstp_statistics'],
  Interface: ['statistics', 'status', 'link_resets'],
  Mirror: ['statistics'],
};

/** Keys of maps that are the same kind of thing. */
const VOLATILE_KEYS: ReadonlySet<string> = new Set([
  'e2e_timestamp',
  'nb_cfg_timestamp',
  'ovn-nb-cfg',
  'ovn-nb-cfg-ts',
]);

export const isVolatileColumn = (table: string, column: string): boolean =>
  VOLATILE_COLUMNS[table]?.includes(column) === true;
export const isVolatileKey = (key: string): boolean => VOLATILE_KEYS.has(key);

/** Members of Kubernetes objects that change although nobody changed the object, by path; `*` is one step. */
export const VOLATILE_MEMBERS: readonly string[] = [
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.uid',
  'metadata.creationTimestamp',
  'metadata.ownerReferences.*.uid',
  'metadata.annotations.endpoints.kubernetes.io/last-change-trigger-time',
  'metadata.annotations.control-plane.alpha.kubernetes.io/leader',
  'status.conditions.*.lastHeartbeatTime',
  'status.conditions.*.lastProbeTime',
  'status.conditions.*.lastTransitionTime',
  'status.conditions.*.lastUpdateTime',
  'status.conditions.*.observedGeneration',
  'status.observedGeneration',
  'status.images',
  'endpoints.*.targetRef.uid',
];
