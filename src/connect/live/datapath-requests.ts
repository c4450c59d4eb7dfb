import type { RowRequest } from '../../ovsdb/replica/not-held.js';

/**
 * What is read of a datapath, and in which parts.
 *
 * A router between switches has a flow for every address behind it, to resolve it; a group of datapaths has some for every
 * service that it offers. A packet meets one of them or none: they are the long flows. Of those the matches alone are read,
 * and the rest of a flow when its match holds.
 */

export type Query = Extract<RowRequest, { kind: 'query' }>;
type Where = Query['where'];

export const FLOW_TABLE = 'Logical_Flow';
export const FLOW_COLUMNS = ['pipeline', 'table_id', 'priority', 'match', 'actions', 'external_ids'] as const;

const whole = (where: Where): Query => ({
  kind: 'query',
  table: FLOW_TABLE,
  where,
  columns: ['_uuid', ...FLOW_COLUMNS],
});
const part = (where: Where, columns: readonly string[]): Query => ({
  kind: 'query',
  table: FLOW_TABLE,
  where,
  columns,
});

/** Flows that are read by their matches: all of one priority, by convention of northd. Another one makes more be read. */
export interface LongFlowsQuery {
  readonly where: Where;
  readonly priority: number;
}

/** The stage, by the name that northd leaves on its flows; its table's number depends on the release. */
export const LONG_STAGE_NAME = 'lr_in_arp_resolve';
const LONG_STAGE = ['map', [['stage-name', LONG_STAGE_NAME]]] as const;
const ADDRESS_PRIORITY = 100;

const ofRouter = (uuid: string): Where[number] => ['logical_datapath', '==', ['uuid', uuid]];

/**
 * A router's own flows but those for addresses. By priority first, because the server looks into the map of every row that is
 * left, and most rows of a large router are of the long stage.
 */
export const otherPriorities = (uuid: string): Query => whole([ofRouter(uuid), ['priority', '!=', ADDRESS_PRIORITY]]);
export const otherStages = (uuid: string): Query =>
  whole([ofRouter(uuid), ['priority', '==', ADDRESS_PRIORITY], ['external_ids', 'excludes', LONG_STAGE]]);

export const addressFlows = (uuid: string): LongFlowsQuery => ({
  where: [ofRouter(uuid), ['priority', '==', ADDRESS_PRIORITY], ['external_ids', 'includes', LONG_STAGE]],
  priority: ADDRESS_PRIORITY,
});

/** Flows for one port of one address of a service. */
const SERVICE_PRIORITY = 120;

const ofGroup = (uuid: string): Where[number] => ['logical_dp_group', '==', ['uuid', uuid]];

/** The flows of a datapath group but those for services. */
export const groupFlows = (uuid: string): Query => whole([ofGroup(uuid), ['priority', '!=', SERVICE_PRIORITY]]);

export const serviceFlows = (uuid: string): LongFlowsQuery => ({
  where: [ofGroup(uuid), ['priority', '==', SERVICE_PRIORITY]],
  priority: SERVICE_PRIORITY,
});

/** In which tables long flows are; a single row where all are of one stage, since equal ones count once. */
export const placesOf = ({ where }: LongFlowsQuery): Query => part(where, ['pipeline', 'table_id']);

/** What the matches of long flows of a single table are. */
export const matchesOf = ({ where }: LongFlowsQuery): Query => part(where, ['match']);

/** The same where they may be in several tables. */
export const placedMatchesOf = ({ where }: LongFlowsQuery): Query => part(where, ['pipeline', 'table_id', 'match']);

/** The long flows with one match. */
export const withMatch = ({ where }: LongFlowsQuery, pipeline: string, table: number, match: string): Query =>
  whole([...where, ['pipeline', '==', pipeline], ['table_id', '==', table], ['match', '==', match]]);

const where = (table: string, column: string, value: string): RowRequest => ({ kind: 'where', table, column, value });

/** Everything that a packet on the datapath may need, but for the flows of its groups. */
export const ofDatapath = (uuid: string, isRouter: boolean): readonly RowRequest[] => [
  where('Port_Binding', 'datapath', uuid),
  where('Multicast_Group', 'datapath', uuid),
  where('Logical_DP_Group', 'datapaths', uuid),
  ...(isRouter ? [otherPriorities(uuid), otherStages(uuid)] : [where(FLOW_TABLE, 'logical_datapath', uuid)]),
];

/** What it needs a while later. */
export const ofDatapathLater = (uuid: string, isRouter: boolean): readonly RowRequest[] =>
  isRouter ? [matchesOf(addressFlows(uuid))] : [];

export const ofDatapathGroup = (uuid: string): readonly RowRequest[] => [
  groupFlows(uuid),
  placedMatchesOf(serviceFlows(uuid)),
];
