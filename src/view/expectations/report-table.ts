import { unreachable } from '../../base/unreachable.js';
import type {
  ConnectivityReport,
  ExpectationOutcome,
  ExpectationResult,
} from '../../usecase/expectations/report-document.js';
import type { Palette } from '../color.js';
import { countsText, reasonLines } from '../reason-text.js';
import { sanitise } from '../sanitise.js';
import type { Column, Layout } from '../table.js';
import { renderTable } from '../table.js';

/** Expectations as people read them: one line each, what is wrong below, the sum last. */

function outcomeMark(outcome: ExpectationOutcome): string {
  switch (outcome) {
    case 'met':
      return '√';
    case 'broken':
      return '×';
    case 'inconclusive':
      return '?';
    case 'untried':
      return '!';
    default:
      return unreachable(outcome);
  }
}

const PAINTS: Readonly<Record<ExpectationOutcome, keyof Palette>> = {
  met: 'good',
  broken: 'bad',
  inconclusive: 'warn',
  untried: 'bad',
};

const OUTCOMES = Object.keys(PAINTS) as readonly ExpectationOutcome[];

function columnsOf(titles: readonly string[], palette: Palette): readonly Column[] {
  return titles.map((title): Column => {
    if (title === 'OUTCOME') {
      const paint = (text: string): string => {
        const outcome = OUTCOMES.find((each) => text.endsWith(each));
        return outcome === undefined ? text : palette[PAINTS[outcome]](text);
      };
      return { title, paint };
    }
    return title === 'EXPECTATION' ? { title, shrinkTo: 24 } : { title };
  });
}

const rowOf = ({ name, outcome, expect, verdict, counts }: ExpectationResult): string[] => [
  `${outcomeMark(outcome)} ${outcome}`,
  name,
  expect,
  verdict === 'none' ? '-' : verdict,
  countsText(counts) || '-',
];

/** Every expectation in a line; below it, why it is not met. */
export async function renderReport(report: ConnectivityReport, layout: Layout): Promise<string> {
  const titles = ['OUTCOME', 'EXPECTATION', 'EXPECTED', 'ACTUAL', 'PATHS'];
  const table = await renderTable(columnsOf(titles, layout.palette), report.results.map(rowOf), layout);
  const troubles = report.results
    .filter(({ outcome }) => outcome !== 'met')
    .map((result) => troubleText(report.file, result, layout));
  return [table, ...troubles, sumText(report, layout)].join('\n');
}

function troubleText(file: string, result: ExpectationResult, { palette }: Layout): string {
  const { name, line, outcome, message, reasons } = result;
  const head = `${outcomeMark(outcome)} ${name}`;
  const lines = [message ?? outcome, ...(outcome === 'untried' ? [] : reasonLines(reasons))];
  return [
    `${palette[PAINTS[outcome]](sanitise(head))}  ${palette.dim(sanitise(`${file}:${line}`))}`,
    ...lines.map((each) => `  ${sanitise(each)}`),
    '',
  ].join('\n');
}

function sumText({ summary }: ConnectivityReport, { palette }: Layout): string {
  const parts = OUTCOMES.filter((outcome) => outcome === 'met' || summary[outcome] > 0).map((outcome) =>
    palette[PAINTS[outcome]](`${outcomeMark(outcome)} ${summary[outcome]} ${outcome}`),
  );
  return `${parts.join('  ')}  (${summary.expectations} expectations, ${summary.paths} paths)\n`;
}

/** `-o wide`: where it is written and who decided, without anything below the table. */
export async function renderReportWide(report: ConnectivityReport, layout: Layout): Promise<string> {
  const titles = [
    'OUTCOME',
    'EXPECTATION',
    'EXPECTED',
    'ACTUAL',
    'PATHS',
    'FROM',
    'TO',
    'PORT',
    'LINE',
    'CAUSE',
    'REASON',
  ];
  const rows = report.results.map((result) => {
    const { from, to, port, protocol, line, reasons, message } = result;
    const [first] = reasons;
    const socket = [port, protocol].filter((part) => part !== undefined).join('/');
    const why = first?.cause?.object?.text ?? first?.cause?.message ?? message;
    return [...rowOf(result), from, to, socket || '-', `${line}`, first?.cause?.type ?? '-', why ?? '-'];
  });
  return renderTable(columnsOf(titles, layout.palette), rows, layout);
}
