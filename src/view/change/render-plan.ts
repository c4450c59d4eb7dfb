/** Plans and what became of them as text: `+` a new row, `~` a changed one, `-` one that goes. In: documents; out: text. */
import type { PlainCells, PlainValue, PlanDocument, PlannedChange } from '../../usecase/change/plan-document.js';
import type { ChangeReport } from '../../usecase/change/carry-out.js';
import type { Palette } from '../color.js';
import { sanitise } from '../sanitise.js';
import { renderTable } from '../table.js';
import type { Layout } from '../table.js';

/** What would change, zone by zone; what follows by itself is counted unless `wide`. */
export function renderPlan({ summary, changes, cautions }: PlanDocument, { palette }: Layout, wide = false): string {
  const lines = [sanitise(summary)];
  const zones = [...new Set(changes.map(({ zone }) => zone))];
  for (const zone of zones) {
    const own = changes.filter((change) => change.zone === zone);
    const shown = own.filter(({ follows }) => wide || !follows);
    lines.push(`zone ${sanitise(zone)}`);
    for (const change of shown) lines.push(...changeLines(change, palette, wide).map((line) => `  ${line}`));
    const hidden = own.length - shown.length;
    if (hidden > 0) lines.push(`  ${palette.dim(`and ${counted(own)} that go with it (-o wide lists them)`)}`);
  }
  if (changes.length === 0) lines.push('nothing to change');
  for (const caution of cautions) lines.push(`${palette.warn('caution:')} ${sanitise(caution)}`);
  return `${lines.join('\n')}\n`;
}

function counted(changes: readonly PlannedChange[]): string {
  const tables = new Map<string, number>();
  for (const { table, follows } of changes) if (follows) tables.set(table, (tables.get(table) ?? 0) + 1);
  return [...tables].map(([table, count]) => `${count} of ${table}`).join(', ');
}

function changeLines(change: PlannedChange, palette: Palette, wide: boolean): readonly string[] {
  const { op, target, table, uuid, before, after } = change;
  const head = `${sanitise(target)}${wide ? palette.dim(` (${table} ${uuid})`) : ''}`;
  switch (op) {
    case 'insert':
      return [palette.good(`+ ${head}`), ...cellLines(after).map((line) => `    ${line}`)];
    case 'delete':
      return [palette.bad(`- ${head}`), ...(wide ? cellLines(saying(before)).map((line) => `    ${line}`) : [])];
    case 'update':
      return [
        palette.warn(`~ ${head}`),
        ...Object.keys(after).flatMap((column) =>
          difference(column, before[column] ?? [], after[column] ?? [], palette),
        ),
      ];
  }
}

/** Without what is empty. */
const saying = (cells: PlainCells): PlainCells =>
  Object.fromEntries(
    Object.entries(cells).filter(([, value]) =>
      typeof value === 'object' ? Object.keys(value).length > 0 : value !== '',
    ),
  );

const cellLines = (cells: PlainCells): readonly string[] =>
  Object.entries(cells).map(([column, value]) => `${column}: ${valueText(value)}`);

/** The members that come and go of a set or map; of anything else both values. */
function difference(column: string, before: PlainValue, after: PlainValue, palette: Palette): readonly string[] {
  const [was, is] = [memberTexts(before), memberTexts(after)];
  if (was === undefined || is === undefined) return [`    ${column}: ${valueText(before)} → ${valueText(after)}`];
  const lost = was.filter((text) => !is.includes(text)).map((text) => palette.bad(`    ${column} - ${text}`));
  const won = is.filter((text) => !was.includes(text)).map((text) => palette.good(`    ${column} + ${text}`));
  return [...lost, ...won];
}

function memberTexts(value: PlainValue): readonly string[] | undefined {
  if (typeof value !== 'object') return undefined;
  if (isList(value)) return value.map(valueText);
  return Object.entries(value).map(([key, each]) => `${sanitise(key)}=${valueText(each)}`);
}

const isList = (value: PlainValue): value is readonly PlainValue[] => Array.isArray(value);

/** As people would type it. */
function valueText(value: PlainValue): string {
  if (typeof value === 'string') return value === '' ? '""' : sanitise(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return value.length === 0 ? '[]' : value.map(valueText).join(', ');
  const pairs = Object.entries(value).map(([key, each]) => `${sanitise(key)}=${valueText(each)}`);
  return pairs.length === 0 ? '{}' : pairs.join(', ');
}

/** One line for each database that was to be changed. */
export async function renderChangeReport(
  { id, summary, outcomes, left }: ChangeReport,
  layout: Layout,
): Promise<string> {
  const { palette } = layout;
  const table = await renderTable(
    [
      { title: 'ZONE' },
      { title: 'DATABASE' },
      { title: 'STATE', paint: (text) => (text.startsWith('applied') ? palette.good(text) : palette.bad(text)) },
      { title: 'ROWS' },
      { title: 'REASON', shrinkTo: 20 },
    ],
    outcomes.map(({ zone, database, state, rows, reason = '-', reached }) => [
      zone,
      database,
      reached === undefined ? state : `${state}, ${reached ? 'reached' : 'not reached yet'}`,
      String(rows),
      reason,
    ]),
    layout,
  );
  const rest =
    left.length === 0 || left.length === new Set(outcomes.map(({ zone }) => zone)).size
      ? ''
      : `left: ${left.map((zone) => sanitise(zone)).join(', ')}; the same change with ${left
          .map((zone) => `--zone ${sanitise(zone)}`)
          .join(' ')} finishes it\n`;
  const isDone = outcomes.some(({ state }) => state === 'applied' || state === 'unknown');
  const undo = isDone ? `${palette.dim(`ovnctl undo ${id} takes it back`)}\n` : '';
  return `${sanitise(summary)}\n${table}${rest}${undo}`;
}
