/** Logical flows as a table, in the order in which a packet meets them. In: a list; out: text. */
import type { FlowList, ListedFlow } from '../../usecase/inspect/list-flows.js';
import { renderTable } from '../table.js';
import type { Column, Layout } from '../table.js';

const NOTHING = '-';

/** `acl/0a1b2c3d`: the table and the beginning of the uuid, as northd writes it on flows. */
const rowText = ({ row }: ListedFlow): string => (row === undefined ? NOTHING : `${row.table}/${row.uuid.slice(0, 8)}`);

export function renderFlows({ flows }: FlowList, layout: Layout, wide = false): Promise<string> {
  const columns: Column[] = [
    { title: 'ZONE' },
    { title: 'TABLE' },
    { title: 'STAGE' },
    { title: 'PRIORITY' },
    { title: 'MATCH', shrinkTo: 24 },
    { title: 'ACTIONS', shrinkTo: 24 },
    { title: 'OWNER', shrinkTo: 16 },
    { title: 'NB-ROW' },
    ...(wide ? [{ title: 'SOURCE' }, { title: 'UUID' }] : []),
  ];
  const rows = flows.map((flow) => [
    flow.zone,
    `${flow.pipeline === 'ingress' ? 'in' : 'out'} ${flow.table}`,
    flow.stage ?? NOTHING,
    String(flow.priority),
    flow.match,
    flow.actions,
    flow.owner?.text ?? NOTHING,
    rowText(flow),
    ...(wide ? [flow.source ?? NOTHING, flow.uuid] : []),
  ]);
  return renderTable(columns, rows, layout);
}

export const flowNames = ({ flows }: FlowList): readonly string[] => [
  ...new Set(flows.map(({ uuid }) => `flow/${uuid}`)),
];
