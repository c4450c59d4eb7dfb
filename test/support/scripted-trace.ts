import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import { compatible } from '../../src/trace/semantics/compatible.js';
import type { Choice } from '../../src/trace/semantics/semantics.js';
import type { TraceNode } from '../../src/trace/tree.js';
import { tracePacket } from '../../src/usecase/trace-packet.js';
import { renderOvnTrace } from '../../src/view/ovn-trace/render.js';
import { FORMATS, requestOf } from './ovn-trace.js';
import type { TraceCall } from './ovn-trace.js';

export interface ScriptedTrace {
  /** As `ovn-trace --all` prints it. */
  readonly text: string;
  /** How many ways each open choice had, in order. */
  readonly ways: readonly number[];
  readonly tree: readonly TraceNode[];
}

/** A trace that takes the scripted way at each choice of the given kinds, and the first one where the script ends. */
export function scriptedTrace(
  southbound: Southbound,
  call: TraceCall,
  script: readonly number[] = [],
  kinds: readonly Choice['kind'][] = RANDOM,
): ScriptedTrace {
  const ways: number[] = [];
  const trace = tracePacket({
    ...requestOf(southbound, call),
    followCircles: true,
    semantics(view, options) {
      const base = compatible(view, view.release.release, options);
      return {
        ...base,
        choose(choice) {
          const chosen = base.choose(choice);
          if (chosen.certain || !kinds.includes(choice.kind)) return chosen;
          ways.push(choice.options.length);
          return { index: script[ways.length - 1] ?? 0, certain: false };
        },
      };
    },
  });
  return { text: renderOvnTrace(trace, FORMATS), ways, tree: trace.tree };
}

/** Choices that ovn-trace makes by chance. */
export const RANDOM: readonly Choice['kind'][] = ['backend', 'member', 'child'];

/**
 * Our trace with the same choices as theirs if there are such, else undefined. Choices are tried one after the other, first
 * the way with which the texts agree longest; a choice that shows only later is come back to. Gives up after `tries` traces.
 */
export function sameChoices(
  southbound: Southbound,
  call: TraceCall,
  theirs: string,
  kinds: readonly Choice['kind'][] = RANDOM,
  tries = 1500,
): ScriptedTrace | undefined {
  // Whole traces would fill the memory: of a packet in circles there are many, of many megabytes each.
  interface Attempt {
    readonly script: readonly number[];
    readonly ways: readonly number[];
    readonly agrees: number;
    readonly isSame: boolean;
  }
  let tried = 0;
  const most = Math.min(tries, Math.ceil(MOST_TEXT / (theirs.length + 1)));
  const attempt = (script: readonly number[]): Attempt => {
    tried++;
    const trace = scriptedTrace(southbound, call, script, kinds);
    const isSame = trace.text === theirs;
    return { script, ways: trace.ways, agrees: commonLength(trace.text, theirs), isSame };
  };
  // The last one is the most promising.
  const open: Attempt[] = [attempt([])];
  for (let best = open.pop(); best !== undefined; best = open.pop()) {
    const { script, isSame } = best;
    if (isSame) return scriptedTrace(southbound, call, script, kinds);
    const ways = best.ways[script.length];
    if (ways === undefined || tried + ways > most) continue;
    const others = Array.from({ length: ways - 1 }, (_, i) => attempt([...script, i + 1]));
    open.push(...[{ ...best, script: [...script, 0] }, ...others].sort((a, b) => a.agrees - b.agrees));
  }
  return undefined;
}

/** Characters of all the traces that are tried for one call. */
const MOST_TEXT = 4_000_000_000;

/** How many characters two texts have in common at their beginning. */
function commonLength(a: string, b: string): number {
  let [low, high] = [0, Math.min(a.length, b.length)];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (a.startsWith(b.slice(low, middle), low)) low = middle;
    else high = middle - 1;
  }
  return low;
}
