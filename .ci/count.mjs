// The last line of .ci/run, from vitest's JSON report and the names of the failed steps; exits 1 when anything failed.
import { existsSync, readFileSync } from 'node:fs';

const [file, ...failedSteps] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let skipped = 0;
if (existsSync(file)) {
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed = report.numPassedTests;
  skipped = report.numPendingTests + report.numTodoTests;
  failed = report.numFailedTests;
  // A file that does not load has no tests to count, and must not look like success.
  failed += report.testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0).length;
}
// Failed tests are counted one by one above; a test step that failed without any (no report, a crash) counts once.
failed += failedSteps.filter((name) => name !== 'tests' || failed === 0).length;
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
