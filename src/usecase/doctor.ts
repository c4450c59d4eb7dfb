/**
 * Looks for what is wrong in a cluster. In: a World and what was asked. Out: the report, findings sorted and each with its
 * cause; the verdict for the exit code is taken here, before anything is rendered.
 */
import type { Gap } from '../world/coverage.js';
import type { World } from '../world/world.js';
import { ANALYZERS, BEFORE_DUAL_STACK } from '../doctor/registry.js';
import { findingKey, LEVELS } from '../doctor/finding.js';
import type { Finding, Level } from '../doctor/finding.js';
import { examine } from '../doctor/run.js';
import type { AnalyzerRun } from '../doctor/run.js';
import { choose, isSuppressed, parseBaseline, parseSuppression } from '../doctor/selection.js';
import type { Chosen, Suppression } from '../doctor/selection.js';

export const PREPARATIONS = ['dual-stack'] as const;
export const FAIL_LEVELS = [...LEVELS, 'never'] as const;
export type FailLevel = (typeof FAIL_LEVELS)[number];
export const SHOWN_LEVELS = LEVELS;
export type ShownLevel = Level;

export interface DoctorQuestion {
  readonly areas: readonly string[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** `CODE=KIND/NAMESPACE/NAME`. */
  readonly suppress: readonly string[];
  readonly baseline?: { readonly file: string; readonly text: string };
  readonly pre?: (typeof PREPARATIONS)[number];
}

/** A question that makes sense: all its words are known. */
export interface DoctorPlan {
  readonly chosen: Chosen;
  readonly suppressions: readonly Suppression[];
  readonly baseline: ReadonlySet<string>;
}

export interface AnalyzerOutcome {
  readonly id: string;
  readonly area: string;
  /** What holds when nothing is found. */
  readonly title: string;
  readonly outcome: 'clean' | 'findings' | 'skipped' | 'inconclusive' | 'failed';
  /** Of the findings below, those that this analyzer can make. */
  readonly codes: readonly string[];
  /** Why it was skipped or failed. */
  readonly why?: string;
  /** What could not be read. */
  readonly gaps?: readonly Gap[];
}

export interface DoctorReport {
  readonly summary: {
    readonly analyzers: number;
    readonly clean: number;
    readonly findings: { readonly error: number; readonly warning: number; readonly info: number };
    readonly skipped: number;
    readonly inconclusive: number;
    readonly failed: number;
    readonly suppressed: number;
  };
  readonly analyzers: readonly AnalyzerOutcome[];
  readonly findings: readonly Finding[];
}

/** Throws UsageError for words that name nothing; reads nothing. */
export function planDoctor(question: DoctorQuestion): DoctorPlan {
  const all = question.pre === 'dual-stack' ? BEFORE_DUAL_STACK : ANALYZERS;
  const { baseline } = question;
  return {
    chosen: choose(all, question),
    suppressions: question.suppress.map((text) => parseSuppression(text, [...ANALYZERS, ...BEFORE_DUAL_STACK])),
    baseline: baseline === undefined ? new Set() : parseBaseline(baseline.file, baseline.text),
  };
}

export async function runDoctor(
  world: World,
  { chosen, suppressions, baseline }: DoctorPlan,
): Promise<{ readonly report: DoctorReport; readonly bugs: readonly { id: string; error: unknown }[] }> {
  const { runs, findings } = await examine(world, chosen.analyzers);
  const wanted = findings.filter(({ code }) => chosen.wants(code));
  const kept = wanted.filter((finding) => !isSuppressed(finding, suppressions) && !baseline.has(findingKey(finding)));
  const present = new Set(kept.map(({ code }) => code));
  const analyzers = runs.map((run) => outcomeOf(run, present));
  const count = (outcome: AnalyzerOutcome['outcome']): number =>
    analyzers.filter((each) => each.outcome === outcome).length;
  const of = (level: Level): number => kept.filter((finding) => finding.level === level).length;
  const report = {
    summary: {
      analyzers: analyzers.length,
      clean: count('clean'),
      findings: { error: of('error'), warning: of('warning'), info: of('info') },
      skipped: count('skipped'),
      // One that found something and could not see all is still not conclusive.
      inconclusive: analyzers.filter(({ gaps }) => gaps !== undefined).length,
      failed: count('failed'),
      suppressed: wanted.length - kept.length,
    },
    analyzers,
    findings: kept,
  };
  const bugs = runs.flatMap(({ analyzer: { id }, outcome }) =>
    outcome.kind === 'failed' ? [{ id, error: outcome.error }] : [],
  );
  return { report, bugs };
}

function outcomeOf({ analyzer, outcome }: AnalyzerRun, present: ReadonlySet<string>): AnalyzerOutcome {
  const { id, area, title, finds } = analyzer;
  const codes = finds.map(({ code }) => code).filter((code) => present.has(code));
  const base = { id, area, title, codes: outcome.kind === 'findings' ? codes : [] };
  switch (outcome.kind) {
    case 'clean':
      return { ...base, outcome: 'clean' };
    case 'skipped':
      return { ...base, outcome: 'skipped', why: outcome.why };
    case 'failed':
      return { ...base, outcome: 'failed', why: outcome.why };
    case 'inconclusive':
      return { ...base, outcome: 'inconclusive', gaps: outcome.gaps };
    case 'findings':
      // All of them suppressed leaves nothing to say, but for what was not seen.
      if (codes.length === 0)
        return outcome.gaps.length === 0
          ? { ...base, outcome: 'clean' }
          : { ...base, outcome: 'inconclusive', gaps: outcome.gaps };
      return { ...base, outcome: 'findings', ...(outcome.gaps.length === 0 ? {} : { gaps: outcome.gaps }) };
  }
}

/** Whether a finding of the level fails the run. */
export const counts = (level: Level, failOn: FailLevel): boolean =>
  failOn !== 'never' && LEVELS.indexOf(level) <= LEVELS.indexOf(failOn);

/** The report without the findings below a level; its summary counts them. */
export function atLeast(report: DoctorReport, level: Level): DoctorReport {
  return { ...report, findings: report.findings.filter((finding) => counts(finding.level, level)) };
}

/** What findings are called where one is suppressed, each once. */
export const findingNames = ({ findings }: DoctorReport): readonly string[] => [...new Set(findings.map(findingKey))];

/** At or above the threshold; else whether what could not be seen may change that. */
export function doctorVerdict(report: DoctorReport, failOn: FailLevel): 'failed' | 'negative' | 'incomplete' | 'done' {
  const { summary } = report;
  if (LEVELS.some((level) => counts(level, failOn) && summary.findings[level] > 0)) return 'negative';
  if (summary.failed > 0) return 'failed';
  return failOn !== 'never' && summary.inconclusive > 0 ? 'incomplete' : 'done';
}
