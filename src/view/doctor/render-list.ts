import type { DoctorList, Explanation } from '../../usecase/doctor-catalogue.js';
import { sanitiseBlock } from '../sanitise.js';
import { renderTable } from '../table.js';
import type { Layout } from '../table.js';

/** One line a check. */
export function renderList({ analyzers }: DoctorList, layout: Layout): Promise<string> {
  const columns = [
    { title: 'CHECK' },
    { title: 'CODES', shrinkTo: 16 },
    { title: 'HOLDS WHEN NOTHING IS FOUND', shrinkTo: 30 },
  ];
  const rows = analyzers.map(({ id, title, findings }) => [id, findings.map(({ code }) => code).join(','), title]);
  return renderTable(columns, rows, layout);
}

/** One line a code. */
export function renderCodes({ analyzers }: DoctorList, layout: Layout): Promise<string> {
  const rows = analyzers.flatMap(({ id, findings }) =>
    findings.map(({ code, level, title }) => [code, level, id, title]),
  );
  const columns = [{ title: 'CODE' }, { title: 'LEVEL' }, { title: 'CHECK' }, { title: 'TITLE', shrinkTo: 30 }];
  return renderTable(
    columns,
    rows.sort(([a = '', , x = ''], [b = '', , y = '']) => (a < b || (a === b && x < y) ? -1 : 1)),
    layout,
  );
}

/** The page as it is: Markdown reads well as text. */
export const renderExplanation = ({ page }: Explanation): string => sanitiseBlock(page);
