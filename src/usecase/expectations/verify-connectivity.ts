/**
 * Does the network do what a file says it must: every entry traced between all the ends it means, in every family, and
 * compared with what it expects.
 *
 * Input: a World and the text of a file; output: a ConnectivityReport. Throws InputError for a file that is not right.
 * Only verdicts and reasons are asked of the tracer. It must not know flags, formats, exit codes or where the text is from.
 */
import { BugError, OvnctlError } from '../../base/errors.js';
import { whenHeld } from '../../ovsdb/replica/not-held.js';
import type { Cause, PathTrace } from '../../trace/path/path-trace.js';
import { isUnreadable } from '../../world/unreadable.js';
import type { World } from '../../world/world.js';
import type { PathQuery } from '../path-query.js';
import { connecting, objectNames, Tally } from '../tally.js';
import type { Pair } from '../tally.js';
import { traceExternalToService, tracePodToExternal, tracePodToPod, tracePodToService } from '../trace-path.js';
import { endsOf, isOfFamily } from './ends.js';
import type { Ends } from './ends.js';
import type { Expectation, ExpectedReason } from './expectation.js';
import { fileError } from './file-problem.js';
import { parseExpectations } from './parse-expectations.js';
import type { FileProblem } from './parse-expectations.js';
import type { ConnectivityReport, ExpectationOutcome, ExpectationResult, ReportSummary } from './report-document.js';

export interface ExpectationFile {
  readonly name: string;
  readonly text: string;
}

/** Told before every expectation, for whoever shows progress or wants the thread for a moment. */
export type OnExpectation = (done: number, of: number) => Promise<void>;

export async function verifyConnectivity(
  world: World,
  file: ExpectationFile,
  onExpectation: OnExpectation = () => Promise.resolve(),
): Promise<ConnectivityReport> {
  const parsed = await parseExpectations(file.text);
  if (!parsed.ok) throw fileError(file.name, file.text, parsed.error);
  const results: ExpectationResult[] = [];
  for (const [at, expectation] of parsed.value.entries()) {
    await onExpectation(at, parsed.value.length);
    results.push(await resultOf(world, file, expectation));
  }
  const summary = summaryOf(results);
  const isBroken = summary.broken + summary.untried > 0;
  const verdict = isBroken ? 'broken' : summary.inconclusive > 0 ? 'inconclusive' : 'met';
  return { file: file.name, verdict, summary, results };
}

/** What became of all pairs of one expectation. */
interface Trial {
  readonly tally: Tally;
  readonly notes: Set<string>;
  /** Families that something was sent over. */
  readonly families: Set<string>;
  /** The first path that has the expected verdict for another reason. */
  otherReason: { readonly pair: Pair; readonly cause: Cause | undefined } | undefined;
  /** Why a pair could not be tried. */
  untried: string | undefined;
  /** Why a pair could not be tried although it may be all right. */
  unread: string | undefined;
}

async function resultOf(world: World, file: ExpectationFile, expectation: Expectation): Promise<ExpectationResult> {
  const trial: Trial = {
    tally: new Tally(),
    notes: new Set(),
    families: new Set(),
    otherReason: undefined,
    untried: undefined,
    unread: undefined,
  };
  const from = await endsOf(world, expectation.from);
  const to = await endsOf(world, expectation.to);
  const problems = [problemOf(from, expectation.from, 'from'), problemOf(to, expectation.to, 'to')].flatMap(
    (problem) => problem ?? [],
  );
  if (problems.length > 0) throw fileError(file.name, file.text, problems);
  if (from.kind === 'nobody' || to.kind === 'nobody') trial.untried = [from, to].flatMap(reasonsOf).join('; ');
  else if (from.kind !== 'ambiguous' && to.kind !== 'ambiguous') {
    for (const source of from.words) {
      for (const destination of to.words) {
        if (source === destination && to.kind === 'inside') continue;
        await tryPair(world, expectation, from.kind, to.kind, { source, destination }, trial);
      }
    }
  }
  return told(expectation, trial);
}

const reasonsOf = (ends: Ends): readonly string[] => (ends.kind === 'nobody' ? [ends.reason] : []);

/** A name that means two things, and ends between which nothing can be traced. */
function problemOf(ends: Ends, { text, position }: Expectation['from'], side: 'from' | 'to'): FileProblem | undefined {
  if (ends.kind === 'ambiguous') {
    const hint = `write pod/${text} or service/${text}`;
    return { position, message: `"${text}" is a pod and a service`, hint };
  }
  if (ends.kind === 'service' && side === 'from') {
    return { position, message: `"${text}" is a service: services send nothing`, hint: 'name the pods that send' };
  }
  return undefined;
}

type Kind = 'inside' | 'service' | 'address';

async function tryPair(
  world: World,
  expectation: Expectation,
  from: Kind,
  to: Kind,
  pair: Pair,
  trial: Trial,
): Promise<void> {
  const family = familyOf(expectation);
  if (from === 'address' && !isOfFamily(pair.source, family)) return;
  if (to === 'address' && !isOfFamily(pair.destination, family)) return;
  if (from === 'address' && to !== 'service') {
    trial.untried ??= `from outside (${pair.source}) only services can be asked, and ${pair.destination} is none`;
    return;
  }
  const { port, protocol, via, expect, reason } = expectation;
  if (to !== 'service' && protocol !== 'icmp' && !/^\d+$/.test(port ?? '')) {
    const said = port === undefined ? 'no port is given' : `port ${port} is a name`;
    trial.untried ??= `${said}, and ${pair.destination} is no service: a number is needed (or protocol icmp)`;
    return;
  }
  const query: PathQuery = {
    ...pair,
    family,
    ...(port === undefined ? {} : { port }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(via === undefined ? {} : { via }),
    detail: 'verdict',
  };
  try {
    const { paths, notes } = await whenHeld(() => traceOf(from, to)(world, query));
    for (const note of notes) trial.notes.add(note);
    for (const path of connecting(paths)) {
      trial.tally.add(path, pair);
      trial.families.add(path.family);
      const fits = path.verdict !== expect || reason === undefined || isReason(path.cause, reason);
      if (!fits) trial.otherReason ??= { pair, cause: path.cause };
    }
  } catch (error) {
    if (!(error instanceof OvnctlError) || error instanceof BugError) throw error;
    const { code, message } = error;
    if (isUnreadable(error) || code.startsWith('snapshot.')) trial.unread ??= message;
    else trial.untried ??= message;
  }
}

function traceOf(from: Kind, to: Kind): (world: World, query: PathQuery) => Promise<PathTrace> {
  if (from === 'address') return traceExternalToService;
  if (to === 'service') return tracePodToService;
  return to === 'address' ? tracePodToExternal : tracePodToPod;
}

function familyOf({ families }: Expectation): PathQuery['family'] {
  const [first, second] = families ?? [];
  if (first === undefined || second !== undefined) return 'both';
  return first === 4 ? '4' : '6';
}

function isReason(cause: Cause | undefined, { type, object }: ExpectedReason): boolean {
  if (type !== undefined && cause?.type !== type) return false;
  return object === undefined || (cause?.object !== undefined && objectNames(cause.object).includes(object));
}

function told(expectation: Expectation, trial: Trial): ExpectationResult {
  const { name, position, from, to, port, protocol, families, expect, reason } = expectation;
  const { tally, notes } = trial;
  const { verdict, counts, reasons } = tally;
  const { outcome, message } = judged(expectation, trial);
  return {
    name,
    line: position.line,
    column: position.column,
    from: from.text,
    to: to.text,
    ...(port === undefined ? {} : { port }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(families === undefined ? {} : { families: families.map((family) => `ipv${family}` as const) }),
    expect,
    ...(reason === undefined ? {} : { reason }),
    outcome,
    ...(message === undefined ? {} : { message }),
    verdict,
    counts,
    reasons,
    ...(notes.size === 0 ? {} : { notes: [...notes] }),
  };
}

interface Judged {
  readonly outcome: ExpectationOutcome;
  readonly message?: string;
}

/** What is certainly wrong comes before what could not be tried, and that before what is not known. */
function judged(expectation: Expectation, { tally, families, otherReason, untried, unread }: Trial): Judged {
  const { expect } = expectation;
  const { counts, reasons } = tally;
  const all = counts.delivered + counts.dropped + counts.rejected + counts.unknown;
  const otherwise = (['delivered', 'dropped', 'rejected'] as const).filter(
    (verdict) => verdict !== expect && counts[verdict] > 0,
  );
  if (otherwise.length > 0) {
    const found = otherwise.map(
      (verdict) => `${counts[verdict]} of ${all} ${all === 1 ? 'path is' : 'paths are'} ${verdict}`,
    );
    const why = reasons.find((each) => each.verdict !== expect && each.verdict !== 'unknown')?.cause;
    const because = why === undefined ? '' : `: ${why.message}`;
    return { outcome: 'broken', message: `expected ${expect}, but ${found.join(' and ')}${because}` };
  }
  if (otherReason !== undefined) {
    const { cause } = otherReason;
    const why = cause === undefined ? 'no reason is known' : `${cause.type}: ${cause.message}`;
    return { outcome: 'broken', message: `it is ${expect} for another reason (${why})` };
  }
  if (untried !== undefined) return { outcome: 'untried', message: untried };
  const missing = (expectation.families ?? []).find((family) => !families.has(`ipv${family}`));
  if (unread === undefined && missing !== undefined) {
    return { outcome: 'untried', message: `nothing can be sent over IPv${missing} between these ends` };
  }
  const unknown = reasons.find((each) => each.verdict === 'unknown')?.cause?.message ?? unread;
  if (counts.unknown > 0 || unread !== undefined) {
    return { outcome: 'inconclusive', message: `what becomes of it is not known: ${unknown ?? 'no reason is known'}` };
  }
  if (all === 0) return { outcome: 'untried', message: 'there is no pair of different ends to send between' };
  return { outcome: 'met' };
}

function summaryOf(results: readonly ExpectationResult[]): ReportSummary {
  const number = (outcome: ExpectationOutcome): number => results.filter((each) => each.outcome === outcome).length;
  return {
    expectations: results.length,
    met: number('met'),
    broken: number('broken'),
    inconclusive: number('inconclusive'),
    untried: number('untried'),
    paths: results.reduce(
      (sum, { counts: { delivered, dropped, rejected, unknown } }) => sum + delivered + dropped + rejected + unknown,
      0,
    ),
  };
}
