import type { RowRequest } from '../../ovsdb/replica/not-held.js';

/**
 * What is read of a datapath, and in which parts.
 *
 * A router between switches has a flow for every address behind it, to resolve it, of which a packet meets one: they are the
 * long stage. Of those the matches alone are read, after everything else, and the rest of a flow when its match holds.
 */

export type Query = Extract<RowRequest, { kind: 'query' }>;

export const FLOW_TABLE = 'Logical_Flow';
export const FLOW_COLUMNS = ['pipeline', 'table_id', 'priority', 'match', 'actions', 'external_ids'] as const;
/** The stage, by the name that northd leaves on its flows; its table's number depends on the release. */
const LONG_STAGE = ['map', [['stage-name', 'lr_in_arp_resolve']]] as const;

/** The priority that northd gives to its flows for addresses. Where it is another one, more is read than is needed. */
export const LONG_PRIORITY = 100;

const ofRouter = (uuid: string): Query['where'][number] => ['logical_datapath', '==', ['uuid', uuid]];

/** A router's own flows but those of the long stage. */
export const shortFlows = (uuid: string): Query => ({
  kind: 'query',
  table: FLOW_TABLE,
  where: [ofRouter(uuid), ['external_ids', 'excludes', LONG_STAGE]],
  columns: ['_uuid', ...FLOW_COLUMNS],
});

const longStage = (uuid: string): Query['where'] => [ofRouter(uuid), ['external_ids', 'includes', LONG_STAGE]];

/** The few flows of the long stage that are for no address: what is done when none is known. */
export const longDefaults = (uuid: string): Query => ({
  kind: 'query',
  table: FLOW_TABLE,
  where: [...longStage(uuid), ['priority', '!=', LONG_PRIORITY]],
  columns: ['_uuid', ...FLOW_COLUMNS],
});

/** Which table the others are in: a single row, since equal ones count once. */
export const longPlace = (uuid: string): Query => ({
  kind: 'query',
  table: FLOW_TABLE,
  where: [...longStage(uuid), ['priority', '==', LONG_PRIORITY]],
  columns: ['pipeline', 'table_id'],
});

export const longMatches = (uuid: string): Query => ({ ...longPlace(uuid), columns: ['match'] });

const where = (table: string, column: string, value: string): RowRequest => ({ kind: 'where', table, column, value });

/** Everything that a packet on the datapath may need. */
export const ofDatapath = (uuid: string, isRouter: boolean): readonly RowRequest[] => [
  where('Port_Binding', 'datapath', uuid),
  where('Multicast_Group', 'datapath', uuid),
  where('Logical_DP_Group', 'datapaths', uuid),
  ...(isRouter ? [shortFlows(uuid), longDefaults(uuid)] : [where(FLOW_TABLE, 'logical_datapath', uuid)]),
];

/** What it needs a while later. */
export const ofDatapathLater = (uuid: string, isRouter: boolean): readonly RowRequest[] =>
  isRouter ? [longMatches(uuid)] : [];
