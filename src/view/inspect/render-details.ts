/** One row with all its columns and what hangs on it, as text. In: the details; out: text. */
import { kindNamed } from '../../usecase/inspect/kinds/all.js';
import type { RowDetails, ShownRow } from '../../usecase/inspect/show-row.js';
import { sanitise } from '../sanitise.js';
import type { Layout } from '../table.js';
import { cellText } from './cell-text.js';
import { rowsTable } from './render-rows.js';

export async function renderDetails({ of, rows }: RowDetails, layout: Layout, wide = false): Promise<string> {
  const texts: string[] = [];
  for (const row of rows) texts.push(await rowText(of, row, layout, wide));
  return texts.join('\n');
}

async function rowText(of: string, row: ShownRow, layout: Layout, wide: boolean): Promise<string> {
  const { palette } = layout;
  const facts: (readonly [string, string])[] = [
    ['zone', row.zone],
    ['uuid', row.uuid],
    ...(row.on === undefined || row.on.length === 0 ? [] : [['on', row.on.join(', ')] as const]),
    ...(row.owner === undefined ? [] : [['owner', row.owner.text] as const]),
    ...Object.entries(row.values).flatMap(([column, value]) =>
      typeof value === 'object' && !Array.isArray(value)
        ? Object.entries(value).map(([key, each]) => [`${column}:${key}`, each] as const)
        : [[column, cellText(value)] as const],
    ),
  ];
  const width = Math.max(...facts.map(([title]) => title.length)) + 2;
  const lines = facts.map(([title, text]) =>
    `  ${palette.dim(sanitise(title).padEnd(width))}${sanitise(text)}`.trimEnd(),
  );
  const parts = [`${palette.strong(sanitise(`${of} ${row.name}`))}\n${lines.join('\n')}\n`];
  for (const list of row.holds) {
    const kind = kindNamed(list.of);
    const table = await rowsTable(kind, list.rows, layout, { wide, zones: false });
    const indented = table.replaceAll(/^(?=.)/gm, '  ');
    parts.push(`\n${palette.strong(`${kind.plural} (${list.rows.length})`)}\n${indented}`);
  }
  return parts.join('');
}

export const detailNames = ({ of, rows }: RowDetails): readonly string[] => [
  ...new Set(rows.map(({ name }) => `${of.replaceAll(' ', '-')}/${name}`)),
];
