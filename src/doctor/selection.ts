/**
 * Which analyzers run and which findings are passed over. Strict: a word that names nothing is the user's mistake, and the
 * nearest known one is offered; it never means "all".
 */
import { UsageError } from '../base/errors.js';
import { suggestion } from '../lflow/nearest-name.js';
import type { Analyzer } from './analyzer.js';
import { objectText } from './finding.js';
import type { Finding } from './finding.js';
import { AREAS } from './inputs.js';

export interface Selection {
  readonly areas: readonly string[];
  /** Codes, ids of analyzers and areas. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

export interface Chosen {
  readonly analyzers: readonly Analyzer[];
  /** Whether findings of that code were asked for. */
  readonly wants: (code: string) => boolean;
}

const codesOf = (analyzers: readonly Analyzer[]): readonly string[] => [
  ...new Set(analyzers.flatMap(({ finds }) => finds.map(({ code }) => code))),
];

/** Throws UsageError `usage.doctor` for a word that is none of what is known, and when nothing is left to run. */
export function choose(all: readonly Analyzer[], selection: Selection): Chosen {
  const codes = codesOf(all);
  const ids = all.map(({ id }) => id);
  const known = [...ids, ...codes, ...AREAS];
  const areas = selection.areas;
  for (const area of areas) checkArea(area, ids);
  const [only, skip] = [selection.only, selection.skip].map((words) =>
    words.map((word) => check('check, code or area', asCode(word), known, ids)),
  ) as [string[], string[]];
  const skipped = new Set(skip);
  const isNamed = (analyzer: Analyzer, words: readonly string[]): boolean =>
    words.includes(analyzer.id) ||
    words.includes(analyzer.area) ||
    analyzer.finds.some(({ code }) => words.includes(code));
  const analyzers = all.filter(
    (analyzer) =>
      (areas.length === 0 || areas.includes(analyzer.area)) &&
      (only.length === 0 || isNamed(analyzer, only)) &&
      !skipped.has(analyzer.id) &&
      !skipped.has(analyzer.area) &&
      // Nothing it could find is asked for.
      analyzer.finds.some(({ code }) => !skipped.has(code)),
  );
  if (analyzers.length === 0) {
    throw new UsageError(
      'usage.doctor',
      'no check is left to run: areas, --only, --skip and --pre exclude each other',
      {
        hints: [ids.length <= FEW ? `there are ${ids.join(', ')}` : 'see "ovnctl doctor list"'],
      },
    );
  }
  const wantedCodes = new Set(only.filter((word) => codes.includes(word)));
  for (const analyzer of all) {
    if (only.includes(analyzer.id) || only.includes(analyzer.area)) {
      for (const { code } of analyzer.finds) wantedCodes.add(code);
    }
  }
  return {
    analyzers,
    wants: (code) => (only.length === 0 || wantedCodes.has(code)) && !skipped.has(code),
  };
}

/** So few that all of them can be named. */
const FEW = 5;

/** Codes are understood in small letters too, as by `explain`. */
const asCode = (word: string): string => (/^ovn\d{4}$/i.test(word) ? word.toUpperCase() : word);

/** The word itself when it is known. */
function check(what: string, word: string, known: readonly string[], ids: readonly string[]): string {
  if (known.includes(word)) return word;
  const near = suggestion(word, known);
  const others = ids.length > 0 && ids.length <= FEW ? `there are ${ids.join(', ')}` : 'see "ovnctl doctor list"';
  throw new UsageError('usage.doctor', `there is no ${what} "${word}"`, {
    hints: [...(near === undefined ? [] : [near]), others],
  });
}

function checkArea(word: string, ids: readonly string[]): void {
  if (ids.includes(word) || /^ovn\d{4}$/i.test(word)) {
    throw new UsageError('usage.doctor', `"${word}" is not an area`, {
      hints: [`ask for it with --only ${asCode(word)}`, `areas are ${AREAS.join(', ')}`],
    });
  }
  if ((AREAS as readonly string[]).includes(word)) return;
  const near = suggestion(word, AREAS);
  throw new UsageError('usage.doctor', `there is no area "${word}"`, {
    hints: [...(near === undefined ? [] : [near]), `areas are ${AREAS.join(', ')}`],
  });
}

/** `CODE=KIND/NAMESPACE/NAME`, or without namespace; `*` stands for any characters. */
export interface Suppression {
  readonly code: string;
  readonly object: RegExp;
}

/** Throws UsageError for another form and for a code nobody finds. */
export function parseSuppression(text: string, all: readonly Analyzer[]): Suppression {
  const [, written, object] = /^(OVN\d{4})=([^/]+\/.+)$/i.exec(text) ?? [];
  if (written === undefined || object === undefined) {
    throw new UsageError('usage.doctor', `"${text}" is not a suppression`, {
      hints: ['it looks like OVN3005=Node/worker-1 or OVN5002=Service/shop/*'],
    });
  }
  const code = check('code', asCode(written), codesOf(all), []);
  const pattern = object.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return { code, object: new RegExp(`^${pattern}$`, 'i') };
}

export const isSuppressed = ({ code, object }: Finding, suppressions: readonly Suppression[]): boolean =>
  suppressions.some((each) => each.code === code && each.object.test(objectText(object)));

/**
 * Findings that were there before: the keys in a report that `-o json` wrote, or one key a line as `-o name` writes them.
 * Codes that are no longer known are let pass, because a baseline may be old. Throws UsageError for anything else.
 */
export function parseBaseline(file: string, text: string): ReadonlySet<string> {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return new Set(keysOfReport(file, trimmed));
  const lines = trimmed.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = keys.find((key) => !/^OVN\d{4}=[^/]+\/.+$/.test(key));
  if (wrong !== undefined) throw badBaseline(file, `"${wrong}" names no finding`);
  return new Set(keys);
}

function keysOfReport(file: string, text: string): readonly string[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw badBaseline(file, 'it is not JSON');
  }
  const data = memberOf(document, 'data');
  const findings = memberOf(data, 'findings');
  if (memberOf(document, 'kind') !== 'DoctorReport' || !Array.isArray(findings)) {
    throw badBaseline(file, 'it is no DoctorReport');
  }
  return findings.map((finding) => {
    const object = memberOf(finding, 'object');
    const [code, kind, name] = [memberOf(finding, 'code'), memberOf(object, 'kind'), memberOf(object, 'name')];
    const namespace = memberOf(object, 'namespace');
    if (typeof code !== 'string' || typeof kind !== 'string' || typeof name !== 'string') {
      throw badBaseline(file, 'it has a finding without code and object');
    }
    return `${code}=${objectText({ kind, name, ...(typeof namespace === 'string' ? { namespace } : {}) })}`;
  });
}

function memberOf(value: unknown, member: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[member] : undefined;
}

function badBaseline(file: string, why: string): UsageError {
  return new UsageError('usage.baseline', `${file} can't be used as a baseline: ${why}`, {
    hints: ['write one with "ovnctl doctor -o json" or "ovnctl doctor -o name"'],
  });
}
