/**
 * Compares what we print with what ovn-trace printed, and sorts what can't be compared byte for byte into named reasons. A
 * difference without a reason is a difference.
 *
 * Input: the database, the call, ovn-trace's output for all formats (undefined: it died); output: the class.
 */
import { OvnctlError } from '../../src/base/errors.js';
import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import type { TraceNode } from '../../src/trace/tree.js';
import type { TraceCall } from '../support/ovn-trace.js';
import { RANDOM, sameChoices, scriptedTrace } from '../support/scripted-trace.js';
import { microflowOf } from './microflows.js';
import type { Call } from './microflows.js';

/** Why an output is not compared byte for byte with the one we print, though nothing is wrong. Reviewed one by one. */
export const REASONS = {
  'random-pick':
    'ovn-trace takes one of several backends or select members by chance; with the same picks our output is the same byte for byte',
  tie: 'several flows of equal priority match and act differently, which OVN leaves undefined; with the same winner our output is the same',
  refused: 'both refuse the microflow with the same sentence, ovn-trace on standard output, we as a usage error',
  'abort-nd_na_router': 'ovn-trace dies on an assertion at nd_na_router; we show the advertisement',
  'abort-put_nd_ra_opts': 'ovn-trace 23.03 dies on an assertion at put_nd_ra_opts; we show the advertisement',
  'abort-port-security':
    'ovn-trace dies on an assertion when it checks port security of a port that is none; we say so',
  'abort-stack':
    'the packet goes in circles until its time to live ends, more pipelines one inside the other than the stack of ovn-trace holds; we show them all',
  multiplied:
    'the packet multiplies at every hop: ovn-trace shows every copy, we stop after 50,000 tables and say so; up to there the output is the same',
  endless: 'the packet goes in circles: ovn-trace goes on until it dies of its stack or is ended, we stop and say so',
} as const;

export type Reason = keyof typeof REASONS;

export type Judgement =
  | { readonly kind: 'equal' }
  | { readonly kind: 'explained'; readonly reason: Reason }
  | { readonly kind: 'different'; readonly ours: string; readonly theirs: string };

/** What we say of a packet in circles. */
const STOPPED = '*** stopped';

/** More conntrack actions than any trace has. */
const MANY = 600;

/** The call in ovn-trace's own words. */
export function traceCallOf(call: Call): TraceCall {
  const options = call.always === undefined ? call.options : new Array<string>(MANY).fill(`--ct=${call.always}`);
  return { datapath: call.datapath, microflow: microflowOf(call), options };
}

/** What we print, found out before ovn-trace is asked: `inCircles` when it need not be waited for long. */
export interface Ours {
  readonly text: string;
  readonly ways: readonly number[];
  readonly tree: readonly TraceNode[];
  readonly isRefused: boolean;
  readonly inCircles: boolean;
}

export function oursOf(southbound: Southbound, call: Call): Ours {
  try {
    const { text, ways, tree } = scriptedTrace(southbound, traceCallOf(call));
    return { text, ways, tree, isRefused: false, inCircles: text.includes(STOPPED) };
  } catch (error) {
    if (!(error instanceof OvnctlError)) throw error;
    // In the words of ovn-trace around the same sentence.
    const text = `${error.message.replace(/^the microflow is not usable: /, 'error parsing flow: ')}\n`;
    return { text, ways: [], tree: [], isRefused: true, inCircles: false };
  }
}

export function judge(southbound: Southbound, call: Call, ours: Ours, theirs: string | undefined): Judgement {
  if (theirs === undefined) return ours.isRefused ? different(ours.text, theirs) : death(ours.text);
  if (ours.isRefused) return theirs === ours.text ? explained('refused') : different(ours.text, theirs);
  if (ours.text === theirs) return { kind: 'equal' };
  if (ours.inCircles && isBeginning(ours.text, theirs)) return explained('multiplied');
  if (ours.ways.length > 0 && sameChoices(southbound, traceCallOf(call), theirs) !== undefined) {
    return explained('random-pick');
  }
  const same = ours.inCircles ? undefined : sameChoices(southbound, traceCallOf(call), theirs, [...RANDOM, 'tie']);
  return same === undefined ? different(ours.text, theirs) : explained('tie');
}

function death(ours: string): Judgement {
  if (ours.includes('nd_na_router')) return explained('abort-nd_na_router');
  if (ours.includes('put_nd_ra_opts')) return explained('abort-put_nd_ra_opts');
  if (ours.includes('*** port security cannot be checked')) return explained('abort-port-security');
  if (ours.includes(STOPPED)) return explained('endless');
  if (pipelinesDeep(ours) > 150) return explained('abort-stack');
  return different(ours, '(ovn-trace died)\n');
}

/** Whether both say the same up to where we stop. */
function isBeginning(ours: string, theirs: string): boolean {
  const end = ours.lastIndexOf('\n', ours.indexOf(STOPPED));
  return theirs.startsWith(ours.slice(0, end + 1));
}

/** How far the summary's blocks are nested. */
function pipelinesDeep(text: string): number {
  const summary = text.slice(text.lastIndexOf('# Summary trace.'), text.lastIndexOf('# Minimal trace.'));
  let deepest = 0;
  for (const [indent] of summary.matchAll(/^ +/gm)) deepest = Math.max(deepest, indent.length);
  return deepest / 4;
}

const explained = (reason: Reason): Judgement => ({ kind: 'explained', reason });

function different(ours: string, theirs: string | undefined): Judgement {
  return { kind: 'different', ours, theirs: theirs ?? '(ovn-trace died)\n' };
}
