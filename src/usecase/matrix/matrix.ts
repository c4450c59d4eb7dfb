/**
 * Who reaches whom: every workload of some namespaces as a source, every workload and service of others as a target, each
 * pair of pods traced in every family, and what comes out collapsed to one cell for each pair of workloads.
 *
 * Input: a World, read once, and namespaces and ports in the user's words; output: a ConnectivityMatrix. Only verdicts and
 * their reasons are asked of the tracer. It must not know flags, formats or exit codes.
 */
import { BugError, OvnctlError } from '../../base/errors.js';
import type { Cause, Protocol, Verdict } from '../../trace/path/path-trace.js';
import { whenHeld } from '../../ovsdb/replica/not-held.js';
import type { World } from '../../world/world.js';
import type { PathQuery } from '../path-query.js';
import { connecting, Tally } from '../tally.js';
import type { CommonVerdict, Pair, TalliedPath } from '../tally.js';
import { tracePodToPod, tracePodToService } from '../trace-path.js';
import { sourcesOf, targetsOf } from './lines.js';
import type {
  ConnectivityMatrix,
  MatrixCell,
  MatrixRequest,
  MatrixSource,
  MatrixSummary,
  MatrixTarget,
} from './matrix-document.js';

export interface MatrixQuery {
  /** Namespaces; all of them when empty. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Ports of the targets, by number or name; those they declare when empty. */
  readonly ports: readonly string[];
  readonly protocol?: Protocol;
  readonly family: '4' | '6' | 'both';
  readonly services: boolean;
  readonly by: 'workload' | 'pod';
  /** Whether the reply is followed too; it is unless told otherwise. */
  readonly reply?: boolean;
}

/** Told after every source, for whoever shows progress or wants the thread for a moment. */
export type OnSource = (source: string, done: number, of: number) => Promise<void>;

/** Throws NotFoundError for a namespace that does not exist and for namespaces with nobody to ask. */
export async function connectivityMatrix(
  world: World,
  query: MatrixQuery,
  onSource: OnSource = () => Promise.resolve(),
): Promise<ConnectivityMatrix> {
  const request = requestOf(query);
  const notes = new Set<string>();
  const sources = await sourcesOf(world, request, notes);
  const targets = await targetsOf(world, request, notes);
  const cells: MatrixCell[] = [];
  for (const [at, source] of sources.entries()) {
    await onSource(source.id, at, sources.length);
    for (const target of targets) cells.push(await cellOf(world, query, source, target));
  }
  return { request, sources, targets, cells, summary: summaryOf(cells), notes: [...notes] };
}

function requestOf({ from, to, ports, protocol, family, services, by }: MatrixQuery): MatrixRequest {
  return {
    from,
    to,
    ports,
    ...(protocol === undefined ? {} : { protocol }),
    family: family === 'both' ? 'both' : family === '4' ? 'ipv4' : 'ipv6',
    services,
    by,
  };
}

async function cellOf(
  world: World,
  query: MatrixQuery,
  source: MatrixSource,
  target: MatrixTarget,
): Promise<MatrixCell> {
  const tally = new Tally();
  const notes = new Set<string>();
  let why: string | undefined;
  for (const pod of source.pods) {
    const from = `${source.namespace}/${pod}`;
    for (const to of target.pods ?? [target.name]) {
      const pair = { source: from, destination: `${target.namespace}/${to}` };
      if (target.pods !== undefined && pair.source === pair.destination) continue;
      const answer = await verdictsOf(world, query, pair, target);
      if (typeof answer === 'string') why ??= answer;
      else {
        for (const path of connecting(answer.paths)) tally.add(path, pair);
        for (const note of answer.notes) notes.add(note);
      }
    }
  }
  const { verdict, counts, reasons } = tally;
  const nothing = verdict === 'none' ? { why: why ?? 'a pod sends nothing to itself over the network' } : {};
  const assumed = notes.size === 0 ? {} : { notes: [...notes] };
  return { source: source.id, target: target.id, verdict, counts, reasons, ...nothing, ...assumed };
}

interface Answer {
  readonly paths: readonly TalliedPath[];
  readonly notes: readonly string[];
}

/** One pair traced; a text says why there is nothing to trace. */
async function verdictsOf(
  world: World,
  { family, reply = true }: MatrixQuery,
  { source, destination }: Pair,
  { kind, port, protocol }: MatrixTarget,
): Promise<Answer | string> {
  const query: PathQuery = {
    source,
    destination,
    family,
    protocol,
    ...(port === undefined ? {} : { port: String(port) }),
    reply,
    detail: 'verdict',
  };
  try {
    // Each pair waits for what it needs by itself, so that no other pair is traced again for it.
    return await whenHeld(() => (kind === 'Service' ? tracePodToService : tracePodToPod)(world, query));
  } catch (error) {
    return failure(error, family);
  }
}

/** Errors about words of the question: there is nothing of the kind that was asked for. */
const NOTHING_TO_SEND: ReadonlySet<string> = new Set(['trace.family', 'trace.via']);

function failure(error: unknown, family: PathQuery['family']): Answer | string {
  if (!(error instanceof OvnctlError) || error instanceof BugError) throw error;
  if (NOTHING_TO_SEND.has(error.code)) return error.message;
  const isEmpty = error.code === 'trace.no-endpoints';
  const verdict: Verdict = isEmpty ? 'dropped' : 'unknown';
  const cause: Cause = { type: isEmpty ? 'no-endpoints' : 'gap', message: error.message };
  const families = family === 'both' ? (['ipv4', 'ipv6'] as const) : ([family === '4' ? 'ipv4' : 'ipv6'] as const);
  return { paths: families.map((each) => ({ family: each, verdict, cause })), notes: [] };
}

function summaryOf(cells: readonly MatrixCell[]): MatrixSummary {
  const counts: Record<CommonVerdict, number> = {
    delivered: 0,
    dropped: 0,
    rejected: 0,
    unknown: 0,
    mixed: 0,
    none: 0,
  };
  let paths = 0;
  for (const { verdict, counts: each } of cells) {
    counts[verdict]++;
    paths += each.delivered + each.dropped + each.rejected + each.unknown;
  }
  return { cells: counts, paths };
}
