import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import { compatible } from '../../src/trace/semantics/compatible.js';
import type { Choice } from '../../src/trace/semantics/semantics.js';
import { tracePacket } from '../../src/usecase/trace-packet.js';
import { renderOvnTrace } from '../../src/view/ovn-trace/render.js';
import { FORMATS, requestOf } from './ovn-trace.js';
import type { TraceCall } from './ovn-trace.js';

export interface ScriptedTrace {
  /** As `ovn-trace --all` prints it. */
  readonly text: string;
  /** How many ways each open choice had, in order. */
  readonly ways: readonly number[];
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
  return { text: renderOvnTrace(trace, FORMATS), ways };
}

/** Choices that ovn-trace makes by chance. */
export const RANDOM: readonly Choice['kind'][] = ['backend', 'member', 'child'];

/** Our text with the same choices as theirs if there are such, else undefined; gives up after some thousand ways. */
export function sameChoices(
  southbound: Southbound,
  call: TraceCall,
  theirs: string,
  kinds: readonly Choice['kind'][] = RANDOM,
): ScriptedTrace | undefined {
  const open: number[][] = [[]];
  let tried = 0;
  for (let script = open.pop(); script !== undefined && tried < 4000; script = open.pop(), tried++) {
    const trace = scriptedTrace(southbound, call, script, kinds);
    if (trace.text === theirs) return trace;
    for (const [offset, count] of trace.ways.slice(script.length).entries()) {
      const taken = [...script, ...new Array<number>(offset).fill(0)];
      for (let way = 1; way < count; way++) open.push([...taken, way]);
    }
  }
  return undefined;
}
