/**
 * One differential run: topologies from a seed, microflows over each, every output compared with the real ovn-trace's.
 *
 * Input: the seed and how much; output: counts, and every unexplained difference with all that is needed to look at it.
 */
import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import { startOvnSandbox } from '../support/ovn-sandbox.js';
import { AimedMicroflows } from './aimed.js';
import { Coverage } from './coverage.js';
import { judge, oursOf } from './judge.js';
import type { Reason } from './judge.js';
import { Microflows } from './microflows.js';
import type { Call } from './microflows.js';
import { Oracle } from './oracle.js';
import { Random } from './random.js';
import { applyTopology, randomTopology } from './topology/topology.js';

export interface RunRequest {
  readonly seed: number;
  readonly topologies: number;
  /** Of all topologies together. */
  readonly microflows: number;
  /** The only topology to run, as in a run of all. */
  readonly only?: number;
  /** Ends the run early; what was compared until then is its result. */
  readonly signal?: AbortSignal;
  /** Told of each difference as soon as it is found. */
  readonly found?: (difference: Difference) => void;
  /** Told after each topology. */
  readonly progress?: (text: string) => void;
}

export interface Difference {
  readonly topology: number;
  readonly southbound: Southbound;
  readonly call: Call;
  readonly ours: string;
  readonly theirs: string;
}

export interface RunResult {
  readonly topologies: number;
  readonly microflows: number;
  readonly equal: number;
  readonly explained: ReadonlyMap<Reason, number>;
  readonly differences: readonly Difference[];
  readonly coverage: Coverage;
  /** Of all calls: equal when a replay is one. */
  readonly fingerprint: string;
}

/** How many of the microflows are made for a flow that they shall meet. */
const AIMED = 0.5;

export async function differentialRun(request: RunRequest): Promise<RunResult> {
  const root = new Random(request.seed);
  const explained = new Map<Reason, number>();
  const differences: Difference[] = [];
  const coverage = new Coverage();
  let [equal, microflows, planned, done] = [0, 0, 0, 0];
  let calls32 = 0x811c9dc5;
  // Asked anew each time: it changes while the run waits.
  const isInterrupted = (): boolean => request.signal?.aborted === true;
  for (let topology = 0; topology < request.topologies; topology++) {
    // Shares of the whole, remainders to the first ones.
    const share = Math.ceil((request.microflows - planned) / (request.topologies - topology));
    planned += share;
    if (isInterrupted()) break;
    if (request.only !== undefined && request.only !== topology) continue;
    done++;
    const random = root.fork(topology);
    const draft = randomTopology(random);
    const calls = new Microflows(draft, random.fork(1));
    const sandbox = await startOvnSandbox();
    const oracle = new Oracle(sandbox);
    try {
      const southbound = await applyTopology(draft, sandbox);
      coverage.database(southbound);
      const aimed = new AimedMicroflows(draft, southbound, random.fork(2));
      const mix = random.fork(3);
      for (let i = 0; i < share && !isInterrupted(); i++) {
        const draw = (): Call => {
          const target = mix.chance(AIMED) ? aimed.next() : undefined;
          if (target === undefined) return calls.next();
          return mix.chance(0.15) ? calls.bent(target) : target;
        };
        let call = draw();
        let ours = oursOf(southbound, call);
        // A few that make no sense are enough.
        while (ours.isRefused && mix.chance(0.85)) {
          call = draw();
          ours = oursOf(southbound, call);
        }
        const judgement = judge(southbound, call, ours, await oracle.trace(call, ours.inCircles ? 3 : 20));
        microflows++;
        coverage.trace(call.terms, ours.tree);
        calls32 = fingerprint(calls32, call);
        if (judgement.kind === 'equal') equal++;
        else if (judgement.kind === 'explained') {
          explained.set(judgement.reason, (explained.get(judgement.reason) ?? 0) + 1);
        } else {
          const { ours: mine, theirs } = judgement;
          const difference = { topology, southbound, call, ours: mine, theirs };
          differences.push(difference);
          request.found?.(difference);
        }
      }
    } finally {
      await oracle.stop();
      await sandbox.stop();
    }
    request.progress?.(`${topology + 1} topologies, ${microflows} microflows, ${differences.length} differences`);
  }
  return {
    topologies: done,
    microflows,
    equal,
    explained,
    differences,
    coverage,
    fingerprint: (calls32 >>> 0).toString(16),
  };
}

/** FNV-1a over all calls of a run. */
function fingerprint(before: number, { datapath, terms, options, always = '' }: Call): number {
  let hash = before;
  for (const character of [datapath, ...terms, ...options, always].join(' ')) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash;
}
