import type { ConnectivityMatrix, MatrixCell } from '../../usecase/matrix/matrix-document.js';
import type { Verdict } from '../../trace/path/path-trace.js';
import { renderJunit } from '../junit.js';
import type { JunitCase } from '../junit.js';
import { countsText, reasonLines } from '../reason-text.js';

/** Every cell as a test case: failed where it is not what was expected, when anything was. */
export function renderMatrixJunit({ cells }: ConnectivityMatrix, expected: Verdict | undefined): string {
  return renderJunit([{ name: 'connectivity matrix', cases: cells.map((cell) => caseOf(cell, expected)) }]);
}

function caseOf(
  { source, target, verdict, counts, reasons, why }: MatrixCell,
  expected: Verdict | undefined,
): JunitCase {
  const test = { group: source, name: target };
  const found = `${verdict} (${countsText(counts)})`;
  if (verdict === 'none') return { ...test, outcome: 'skipped', ...(why === undefined ? {} : { message: why }) };
  const details = reasonLines(reasons);
  if (expected === undefined || verdict === expected)
    return { ...test, outcome: 'passed', output: [found, ...details] };
  const outcome = verdict === 'unknown' ? 'error' : 'failed';
  return { ...test, outcome, message: `expected ${expected}, but it is ${found}`, details };
}
