import { objectText } from '../../doctor/finding.js';
import type { Finding } from '../../doctor/finding.js';
import type { DoctorReport } from '../../usecase/doctor.js';
import { renderJunit } from '../junit.js';
import type { JunitCase } from '../junit.js';

/** A case for every check, and one for every finding of it. Findings that do not fail the run are told as output. */
export function renderReportJunit(report: DoctorReport, fails: (finding: Finding) => boolean): string {
  const told = new Set<Finding>();
  const cases = report.analyzers.flatMap(
    ({ id, area, title, outcome, codes, why, gaps = [] }): readonly JunitCase[] => {
      const findings = report.findings.filter((finding) => codes.includes(finding.code) && !told.has(finding));
      for (const finding of findings) told.add(finding);
      const base = { group: area, name: `${id}: ${title}` };
      const missing = gaps.map(({ subject, reason }) => `${subject}: ${reason}`);
      if (findings.length > 0) return findings.map((finding) => caseOf(finding, area, fails(finding)));
      switch (outcome) {
        case 'skipped':
          return [{ ...base, outcome: 'skipped', message: why ?? '' }];
        case 'failed':
          return [{ ...base, outcome: 'error', message: why ?? '' }];
        case 'inconclusive':
          return [{ ...base, outcome: 'error', message: 'not everything could be read', details: missing }];
        default:
          return [{ ...base, outcome: 'passed' }];
      }
    },
  );
  return renderJunit([{ name: 'doctor', cases }]);
}

function caseOf(finding: Finding, area: string, isFailure: boolean): JunitCase {
  const { code, object, title, message, evidence, remedy } = finding;
  const lines = [
    message,
    ...evidence.map(({ source, ref, excerpt }) => `${source}, ${ref}: ${excerpt}`),
    ...remedy.flatMap(({ text, commands = [] }) => [text, ...commands]),
  ];
  const base = { group: area, name: `${code} ${objectText(object)}` };
  return isFailure
    ? { ...base, outcome: 'failed', message: title, details: lines }
    : { ...base, outcome: 'passed', output: lines };
}
