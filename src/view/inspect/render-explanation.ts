/** Stages, tables and columns explained, as text. In: an explanation; out: text. */
import type { SchemaExplanation } from '../../usecase/explain-schema.js';
import type { StageExplanation } from '../../usecase/explain-stage.js';
import { sanitise } from '../sanitise.js';
import { renderTable } from '../table.js';
import type { Layout } from '../table.js';

export const renderStage = ({ stage, datapath, pipeline, text }: StageExplanation, { palette }: Layout): string =>
  `${palette.strong(sanitise(stage))}: ${pipeline} pipeline of ${datapath === 'switch' ? 'switches' : 'routers'}\n${text}\n`;

export async function renderSchema({ table, columns }: SchemaExplanation, layout: Layout): Promise<string> {
  const { palette } = layout;
  const head: string[] = [];
  if (table !== undefined) {
    head.push(palette.strong(sanitise(`${table.name} of ${table.database}`)));
    if (table.referredToBy.length > 0) head.push(`  referred to by  ${table.referredToBy.map(sanitise).join(', ')}`);
    if (!table.isRoot) head.push('  a row goes when nothing refers to it');
    if (table.listedBy.length > 0)
      head.push(`  listed by  ${table.listedBy.map((name) => `ovnctl ${name}`).join(', ')}`);
    head.push('');
  }
  const rows = columns.map(({ table: of, column, type, indexed }) => [
    table === undefined ? `${of}.${column}` : column,
    type,
    indexed ? 'yes' : '-',
  ]);
  const text = await renderTable(
    [{ title: 'COLUMN' }, { title: 'TYPE', shrinkTo: 20 }, { title: 'INDEXED' }],
    rows,
    layout,
  );
  return head.map((line) => `${line}\n`).join('') + text;
}
