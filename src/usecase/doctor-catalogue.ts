/** What the doctor can look for and find: its analyzers and codes. Reads no cluster. */
import { NotFoundError, UsageError } from '../base/errors.js';
import { suggestion } from '../lflow/nearest-name.js';
import { AREAS } from '../doctor/inputs.js';
import type { Area } from '../doctor/inputs.js';
import { catalogue } from '../doctor/catalogue.js';
import type { Level } from '../doctor/finding.js';
import { ANALYZERS, BEFORE_DUAL_STACK } from '../doctor/registry.js';

export interface ListedAnalyzer {
  readonly id: string;
  readonly area: Area;
  readonly title: string;
  readonly inputs: readonly string[];
  readonly findings: readonly { readonly code: string; readonly level: Level; readonly title: string }[];
}

export interface DoctorList {
  readonly analyzers: readonly ListedAnalyzer[];
}

export function doctorList(): DoctorList {
  const all = [...new Set([...ANALYZERS, ...BEFORE_DUAL_STACK])];
  return {
    analyzers: all
      .map(({ id, area, title, inputs, finds }) => ({
        id,
        area,
        title,
        inputs,
        findings: finds.map(({ code, level, title: name }) => ({ code, level, title: name })),
      }))
      .sort((a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area) || (a.id < b.id ? -1 : 1)),
  };
}

/** What a code means, and the text of its page. */
export interface Explanation {
  readonly code: string;
  readonly level: Level;
  readonly title: string;
  readonly foundBy: readonly string[];
  /** Markdown. */
  readonly page: string;
}

/** The entry of a code; throws UsageError for what is no code, NotFoundError for one that does not exist. */
export function explained(word: string): Omit<Explanation, 'page'> {
  const code = word.toUpperCase();
  const entries = catalogue();
  const near = suggestion(
    code,
    entries.map((each) => each.code),
  );
  if (!/^OVN\d{4}$/.test(code)) {
    throw new UsageError('usage.code', `"${word}" is not a code`, {
      hints: [...hintsFor(word), ...(near ? [near] : [])],
    });
  }
  const entry = entries.find((each) => each.code === code);
  if (entry === undefined) {
    throw new NotFoundError('doctor.code', `there is no finding ${code}`, {
      hints: [...(near === undefined ? [] : [near]), 'see "ovnctl doctor list -o wide"'],
    });
  }
  return { ...entry, foundBy: entry.foundBy.map(({ id }) => id) };
}

/** What somebody who wrote something else may have meant by it. */
function hintsFor(word: string): readonly string[] {
  const analyzer = doctorList().analyzers.find(({ id }) => id === word);
  if (analyzer !== undefined)
    return [`it is a check, which finds ${analyzer.findings.map(({ code }) => code).join(', ')}`];
  return ['codes look like OVN3005; see "ovnctl doctor list -o wide"'];
}
