/**
 * The doctor's report for people: areas, one line a check with √ ‼ ×, and under a check that failed its findings, each with
 * what it rests on and what to do; findings that follow from another stand below it. Last a line that adds up.
 *
 * In: the report. Out: text. Must not know how it was found.
 */
import { objectText } from '../../doctor/finding.js';
import type { Finding, Level, Remedy } from '../../doctor/finding.js';
import { AREAS } from '../../doctor/inputs.js';
import type { AnalyzerOutcome, DoctorReport } from '../../usecase/doctor.js';
import type { Palette } from '../color.js';
import { sanitise } from '../sanitise.js';
import type { Layout } from '../table.js';
import { wrap } from './wrap.js';

const LEVELS: readonly Level[] = ['error', 'warning', 'info'];
const MARKS: Readonly<Record<Level, string>> = { error: '×', warning: '‼', info: 'i' };
const DEFAULT_WIDTH = 100;

export interface ReportOptions {
  /** Findings below this level are only counted. */
  readonly show: Level;
  /** Checks that are clean too, and everything an effect has to say for itself. */
  readonly wide: boolean;
}

export function renderReport(report: DoctorReport, { show, wide }: ReportOptions, layout: Layout): string {
  const { palette } = layout;
  const width = layout.width ?? DEFAULT_WIDTH;
  const shown = report.findings.filter(({ level }) => LEVELS.indexOf(level) <= LEVELS.indexOf(show));
  const lines: string[] = [];
  // A finding that several checks make is told by the first of them.
  const told = new Set<Finding>();
  for (const area of AREAS) {
    const checks = report.analyzers.filter((each) => each.area === area);
    if (checks.length === 0) continue;
    lines.push(...(lines.length > 0 ? [''] : []), palette.strong(area), palette.dim('-'.repeat(area.length)));
    for (const check of checks) {
      const own = shown.filter((finding) => check.codes.includes(finding.code) && !told.has(finding));
      for (const finding of own) told.add(finding);
      lines.push(checkLine(check, own, palette), ...gapLines(check, width, palette));
      for (const finding of own) {
        if (finding.explainedBy !== undefined) lines.push(...effectLines(finding, wide, width, palette));
        else lines.push(...findingLines(finding, shown, wide, width, palette));
      }
    }
  }
  lines.push('', summaryLine(report, palette));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function checkLine(
  { outcome, title, id, why }: AnalyzerOutcome,
  findings: readonly Finding[],
  palette: Palette,
): string {
  const name = `${sanitise(title)} ${palette.dim(`(${id})`)}`;
  switch (outcome) {
    case 'clean':
      return `${palette.good('√')} ${name}`;
    case 'skipped':
      return `${palette.dim('-')} ${name}: skipped, ${sanitise(why ?? '')}`;
    case 'failed':
      return `${palette.bad('!')} ${name}: ovnctl failed: ${sanitise(why ?? '')}`;
    case 'inconclusive':
      return `${palette.warn('?')} ${name}: not known`;
    case 'findings': {
      const worst = LEVELS.find((level) => findings.some((finding) => finding.level === level)) ?? 'info';
      return `${mark(worst, palette)} ${name}`;
    }
  }
}

function mark(level: Level, palette: Palette): string {
  const paint = level === 'error' ? palette.bad : level === 'warning' ? palette.warn : palette.dim;
  return paint(MARKS[level]);
}

const GAPS_SHOWN = 3;

function gapLines({ gaps = [], outcome }: AnalyzerOutcome, width: number, palette: Palette): readonly string[] {
  const lead = outcome === 'findings' ? 'there may be more, not read: ' : 'not read: ';
  const shown = gaps
    .slice(0, GAPS_SHOWN)
    .flatMap(({ subject, reason }) => wrap(`${lead}${sanitise(subject)}: ${sanitise(reason)}`, width, 4, 2));
  const more = gaps.length - GAPS_SHOWN;
  return [...shown, ...(more > 0 ? [`    … and ${more} more`] : [])].map(palette.dim);
}

function findingLines(
  finding: Finding,
  all: readonly Finding[],
  wide: boolean,
  width: number,
  palette: Palette,
): readonly string[] {
  const { code, object, level, message, evidence, remedy } = finding;
  const key = `${code}=${objectText(object)}`;
  const effects = all.filter((each) => each.explainedBy === key);
  return [
    `  ${mark(level, palette)} ${palette.strong(code)} ${palette.name(sanitise(objectText(object)))}`,
    ...wrap(sanitise(message), width, 4),
    ...evidenceLines(evidence, wide, palette),
    ...remedy.flatMap((each, at) => remedyLines(each, at + 1, remedy.length, width, palette)),
    ...(effects.length === 0
      ? []
      : wrap(`explains ${effects.map((each) => `${each.code} ${sanitise(each.title)}`).join('; ')}`, width, 4)),
    `    ${palette.dim(`see: ovnctl explain ${code}`)}`,
  ];
}

function effectLines(finding: Finding, wide: boolean, width: number, palette: Palette): readonly string[] {
  const { code, object, level, message, evidence, explainedBy = '' } = finding;
  return [
    `  ${mark(level, palette)} ${palette.strong(code)} ${palette.name(sanitise(objectText(object)))} ${palette.dim(`follows from ${sanitise(explainedBy)}`)}`,
    ...(wide ? wrap(sanitise(message), width, 4) : []),
    ...evidenceLines(evidence, wide, palette),
  ];
}

const EVIDENCE_SHOWN = 6;

/** The words as they stand in the source are never wrapped. */
function evidenceLines(evidence: Finding['evidence'], wide: boolean, palette: Palette): readonly string[] {
  const shown = wide ? evidence : evidence.slice(0, EVIDENCE_SHOWN);
  const more = evidence.length - shown.length;
  return [
    ...shown.flatMap(({ source, ref, excerpt }) => [
      `    ${palette.dim(`${sanitise(source)}, ${sanitise(ref)}:`)}`,
      `      ${sanitise(excerpt)}`,
    ]),
    ...(more > 0 ? [`    ${palette.dim(`… and ${more} more (-o wide)`)}`] : []),
  ];
}

function remedyLines(
  { text, commands = [], manifest }: Remedy,
  number: number,
  of: number,
  width: number,
  palette: Palette,
): readonly string[] {
  const lead = of === 1 ? '→ ' : `→ ${number}. `;
  return [
    ...wrap(`${lead}${sanitise(text)}`, width, 4, lead.length),
    ...commands.map((command) => `      ${palette.name(`$ ${sanitise(command)}`)}`),
    ...(manifest === undefined
      ? []
      : manifest
          .trimEnd()
          .split('\n')
          .map((line) => `      ${sanitise(line)}`)),
  ];
}

function summaryLine({ summary }: DoctorReport, palette: Palette): string {
  const { findings, analyzers, clean, inconclusive, skipped, failed, suppressed } = summary;
  const part = (count: number, word: string, plural = `${word}s`): readonly string[] =>
    count === 0 ? [] : [`${count} ${count === 1 ? word : plural}`];
  const found = [
    ...part(findings.error, 'error'),
    ...part(findings.warning, 'warning'),
    ...part(findings.info, 'note'),
  ];
  const rest = [
    `${analyzers} ${analyzers === 1 ? 'check' : 'checks'}`,
    `${clean} clean`,
    ...part(inconclusive, 'not conclusive', 'not conclusive'),
    ...part(skipped, 'skipped', 'skipped'),
    ...part(failed, 'failed', 'failed'),
    ...part(suppressed, 'finding suppressed', 'findings suppressed'),
  ];
  const worst: Level | undefined =
    findings.error > 0 ? 'error' : findings.warning > 0 ? 'warning' : findings.info > 0 ? 'info' : undefined;
  const sign =
    worst !== undefined ? mark(worst, palette) : inconclusive + failed > 0 ? palette.warn('?') : palette.good('√');
  return `${sign} ${found.length === 0 ? 'nothing found' : found.join(', ')} (${rest.join(', ')})`;
}
