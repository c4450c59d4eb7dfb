import type { ColumnChange } from '../../snapshot/compare/compare-rows.js';
import type { Change, ChangedObject, ChangedRow, SnapshotDiff } from '../../usecase/snapshot-diff.js';
import { sanitise } from '../sanitise.js';
import { renderTable } from '../table.js';
import type { Layout } from '../table.js';

const DATABASES: Readonly<Record<ChangedRow['database'], string>> = {
  nb: 'northbound',
  sb: 'southbound',
  ovs: 'switch',
};
const SIGNS: Readonly<Record<Change, string>> = { added: '+', removed: '-', changed: '~' };

/**
 * What changed: objects first, then rows; counts at the end. Wide adds a line for every member and column that changed, and
 * uuids. Changes differ by sign and word, never by colour alone.
 */
export async function renderDiff(diff: SnapshotDiff, layout: Layout, isWide = false): Promise<string> {
  const parts = [
    ...zoneLines(diff),
    ...(diff.objects.length === 0 ? [] : [await renderObjects(diff.objects, layout, isWide)]),
    ...(diff.rows.length === 0 ? [] : [await renderRows(diff.rows, layout, isWide)]),
    summary(diff),
  ];
  return parts.join('\n');
}

function zoneLines({ zones, schemas }: SnapshotDiff): readonly string[] {
  const lines = [
    ...zones.added.map((zone) => `+ zone ${zone}`),
    ...zones.removed.map((zone) => `- zone ${zone}`),
    ...schemas.map(
      ({ zone, database, before = 'unknown', after = 'unknown' }) =>
        `~ zone ${zone}: ${DATABASES[database]} schema ${before} → ${after}`,
    ),
  ];
  return lines.length === 0 ? [] : [lines.map((line) => `${sanitise(line)}\n`).join('')];
}

function summary({ equal, summary: { objects, rows } }: SnapshotDiff): string {
  if (equal) return 'no difference\n';
  const counts = ({ added, removed, changed }: typeof objects): string =>
    `${String(added)} added, ${String(removed)} removed, ${String(changed)} changed`;
  return `objects: ${counts(objects)}; rows: ${counts(rows)}\n`;
}

function renderObjects(objects: readonly ChangedObject[], layout: Layout, isWide: boolean): Promise<string> {
  const rows = objects.flatMap((object) => {
    const first = [SIGNS[object.change], object.change, object.kind, qualified(object)];
    const members = object.members ?? [];
    if (!isWide) return [[...first, members.map(({ path }) => path).join(', ')]];
    const details = members.map(({ path, before, after }) => `${path}: ${valueText(before)} → ${valueText(after)}`);
    return lines(first, details);
  });
  return renderTable(columns(['OBJECT', 'NAME', 'WHAT'], layout), rows, layout);
}

function renderRows(changed: readonly ChangedRow[], layout: Layout, isWide: boolean): Promise<string> {
  const rows = changed.flatMap(({ change, zone, database, table, name, owner, columns: of = [], uuid }) => {
    const first = [SIGNS[change], change, zone, DATABASES[database], table, name, ownerText(owner)];
    if (!isWide) return [[...first, of.map(({ column }) => column).join(', ')]];
    const uuids = [...new Set([uuid.before, uuid.after])].flatMap((each) => each ?? []).join(' → ');
    return lines(first, [`uuid ${uuids}`, ...of.map(columnText)]);
  });
  return renderTable(columns(['ZONE', 'DATABASE', 'TABLE', 'NAME', 'OWNER', 'WHAT'], layout), rows, layout);
}

/** Details one below the other, beside the first line's cells. */
function lines(first: readonly string[], details: readonly string[]): readonly (readonly string[])[] {
  const [detail = '', ...others] = details;
  return [[...first, detail], ...others.map((other) => [...first.map(() => ''), other])];
}

function columns(titles: readonly string[], { palette }: Layout): Parameters<typeof renderTable>[0] {
  const paint = (text: string): string =>
    text === '+' || text === 'added'
      ? palette.good(text)
      : text === '-' || text === 'removed'
        ? palette.bad(text)
        : palette.warn(text);
  return [
    { title: '', paint },
    { title: 'CHANGE', paint },
    ...titles.map((title) => (title === 'NAME' || title === 'WHAT' ? { title, shrinkTo: 16 } : { title })),
  ];
}

function columnText({ column, before, after, removed = [], added = [] }: ColumnChange): string {
  if (before !== undefined || after !== undefined) return `${column}: ${before ?? '(none)'} → ${after ?? '(none)'}`;
  return `${column}: ${[...removed.map((each) => `-${each}`), ...added.map((each) => `+${each}`)].join(', ')}`;
}

const valueText = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));

const qualified = ({ namespace, name }: { readonly namespace?: string; readonly name: string }): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

function ownerText(owner: ChangedRow['owner']): string {
  if (owner === undefined) return '-';
  const rule = owner.rule === undefined ? '' : ` rule ${String(owner.rule)}`;
  return `${owner.kind} ${qualified(owner)}${rule}`;
}

/** `-o name`: `Kind/namespace/name` of objects and `zone/database/Table/uuid` of rows. */
export function diffNames({ objects, rows }: SnapshotDiff): readonly string[] {
  return [
    ...objects.map(({ kind, namespace, name }) =>
      [kind, ...(namespace === undefined ? [] : [namespace]), name].join('/'),
    ),
    ...rows.map(({ zone, database, table, uuid }) =>
      [zone, database, table, uuid.after ?? uuid.before ?? ''].join('/'),
    ),
  ];
}
