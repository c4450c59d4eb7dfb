import type { ConnectivityReport, ExpectationResult } from '../../usecase/expectations/report-document.js';
import { renderJunit } from '../junit.js';
import type { JunitCase } from '../junit.js';
import { countsText, reasonLines } from '../reason-text.js';

/** Every expectation as a test case. What could not be tried or judged is an error, not a failure. */
export function renderReportJunit({ file, results }: ConnectivityReport): string {
  const place = file === '-' ? undefined : file;
  return renderJunit([{ name: place ?? 'standard input', cases: results.map((result) => caseOf(result, place)) }]);
}

function caseOf(result: ExpectationResult, file: string | undefined): JunitCase {
  const { name, from, to, line, outcome, message, verdict, counts, reasons } = result;
  const test = { group: `${from} to ${to}`, name, line, ...(file === undefined ? {} : { file }) };
  const details = reasonLines(reasons);
  if (outcome === 'met') {
    return { ...test, outcome: 'passed', output: [`${verdict} (${countsText(counts)})`, ...details] };
  }
  return { ...test, outcome: outcome === 'broken' ? 'failed' : 'error', message: message ?? outcome, details };
}
