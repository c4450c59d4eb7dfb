import { describe, expect, test } from 'vitest';
import { annotate } from '../../../src/lflow/expr/annotate.js';
import { compile } from '../../../src/lflow/expr/compile.js';
import { normalize } from '../../../src/lflow/expr/normalize.js';
import { parseExpr } from '../../../src/lflow/expr/parse.js';
import { resolveResidency } from '../../../src/lflow/expr/simplify.js';
import { parseIpv4 } from '../../../src/net/ipv4.js';
import { parseIpv6 } from '../../../src/net/ipv6.js';
import { parseMac } from '../../../src/net/mac.js';
import { parsePrefix, prefixMask } from '../../../src/net/prefix.js';
import { SLOT_WIDTH, Slot, emptyMicroflow, ones } from '../../../src/lflow/packet/slots.js';
import type { Microflow } from '../../../src/lflow/packet/slots.js';
import { NOT_RUN, conformance } from '../../support/conformance.js';
import { RELEASE_OF, recordedEnv, recordedScope } from '../support/environment.js';
import type { RecordedEnvironment } from '../support/environment.js';
import { randomSource } from '../support/random.js';

/**
 * ovnctl makes no OpenFlow, but the flows OVN made of an expression are another way to say when it is true: a packet is
 * matched by one of them, a conjunctive one counting as the AND of the ORs of its dimensions.
 */
interface FlowsFile {
  readonly environment: RecordedEnvironment;
  readonly cases: readonly {
    readonly input: string;
    readonly flows?: readonly string[];
    readonly max_flows?: number;
    readonly branches: readonly string[];
  }[];
}

interface Term {
  readonly slot: Slot;
  readonly mask: bigint;
  readonly value: bigint;
}

/** One OpenFlow match, and the conjunction dimension it belongs to. */
interface OpenFlow {
  readonly terms: readonly Term[];
  readonly dimension: string | undefined;
  readonly isConjunction: boolean;
}

const WORDS: Readonly<Record<string, readonly [type: bigint, protocol?: bigint]>> = {
  ip: [0x800n],
  ipv6: [0x86ddn],
  tcp: [0x800n, 6n],
};
const FIELDS: Readonly<Record<string, Slot>> = {
  reg14: Slot.inport,
  reg15: Slot.outport,
  nw_src: Slot.nwSrc,
  nw_dst: Slot.nwDst,
  ipv6_src: Slot.ip6Src,
  dl_src: Slot.ethSrc,
  tp_src: Slot.tpSrc,
  tp_dst: Slot.tpDst,
  ct_mark: Slot.ctMark,
};
const CT_BITS: Readonly<Record<string, bigint>> = { new: 1n, est: 2n, trk: 32n };

function parseOpenFlow(text: string): OpenFlow {
  const [match = '', action] = text.split(': ');
  const terms: Term[] = [];
  let isConjunction = false;
  for (const part of match === '' ? [] : match.split(',')) {
    const [name = '', value] = part.split(/=(.*)/);
    if (name === 'conj_id') isConjunction = true;
    else if (value === undefined) terms.push(...protocolTerms(name));
    else if (name === 'ct_state') terms.push(ctStateTerm(value));
    else terms.push(fieldTerm(FIELDS[name]!, value));
  }
  return { terms, dimension: /conjunction\(1, (\d+)\/\d+\)/.exec(action ?? '')?.[1], isConjunction };
}

function protocolTerms(word: string): Term[] {
  const [type, protocol] = WORDS[word]!;
  const terms: Term[] = [{ slot: Slot.ethType, mask: 0xffffn, value: type }];
  if (protocol !== undefined) terms.push({ slot: Slot.nwProto, mask: 0xffn, value: protocol });
  return terms;
}

function ctStateTerm(text: string): Term {
  let [mask, value] = [0n, 0n];
  for (const [, sign, name] of text.matchAll(/([+-])([a-z]+)/g)) {
    mask |= CT_BITS[name!]!;
    if (sign === '+') value |= CT_BITS[name!]!;
  }
  return { slot: Slot.ctState, mask, value };
}

function fieldTerm(slot: Slot, text: string): Term {
  const width = SLOT_WIDTH[slot];
  const prefix = parsePrefix(text);
  if (prefix !== undefined) return { slot, mask: prefixMask(width, prefix.length), value: prefix.value };
  const [value = '', mask] = text.split('/');
  return { slot, mask: mask === undefined ? ones(width) : number(mask), value: number(value) };
}

function number(text: string): bigint {
  return parseIpv4(text) ?? parseMac(text) ?? parseIpv6(text) ?? BigInt(text);
}

function matchesFlows(flows: readonly OpenFlow[], packet: Microflow): boolean {
  const holds = ({ terms }: OpenFlow): boolean =>
    terms.every(({ slot, mask, value }) => (packet[slot] & mask) === value);
  if (flows.some((flow) => flow.dimension === undefined && !flow.isConjunction && holds(flow))) return true;
  const dimensions = new Set(flows.flatMap(({ dimension }) => dimension ?? []));
  if (dimensions.size === 0 || !flows.some((flow) => flow.isConjunction && holds(flow))) return false;
  return [...dimensions].every((wanted) => flows.some((flow) => flow.dimension === wanted && holds(flow)));
}

/** Values that decide something: those the flows name, their neighbours, and random ones. */
function* packetsAround(flows: readonly OpenFlow[], count: number): Generator<Microflow> {
  const random = randomSource(7);
  const interesting = new Map<Slot, bigint[]>();
  for (const { slot, mask, value } of flows.flatMap(({ terms }) => terms)) {
    const values = interesting.get(slot) ?? [];
    const whole = ones(SLOT_WIDTH[slot]);
    values.push(value, value | (whole & ~mask), (value + 1n) & whole, value === 0n ? 0n : value - 1n);
    interesting.set(slot, values);
  }
  const slots = [Slot.inport, Slot.outport, Slot.ethType, Slot.nwProto, Slot.nwSrc, Slot.nwDst, Slot.ip6Src] as const;
  for (let i = 0; i < count; i++) {
    const packet = emptyMicroflow();
    for (const slot of new Set([...slots, Slot.tpSrc, Slot.tpDst, Slot.ctState, Slot.ctMark, Slot.ethSrc])) {
      const known = interesting.get(slot);
      const isKnown = known !== undefined && random.below(8) > 0;
      packet[slot] = isKnown ? known[random.below(known.length)]! : random.bits(SLOT_WIDTH[slot]);
    }
    if (random.below(4) > 0) packet[Slot.ethType] = random.below(2) === 0 ? 0x800n : 0x86ddn;
    if (random.below(4) > 0) packet[Slot.nwProto] = 6n;
    yield packet;
  }
}

describe('expressions and the OpenFlow that OVN makes of them', () => {
  const file = conformance('expr-to-flows.json') as FlowsFile | undefined;

  test.skipIf(file === undefined)(file === undefined ? NOT_RUN : 'expr-to-flows.json', () => {
    let compared = 0;
    let packets = 0;
    let matched = 0;
    const { environment } = file!;
    const scope = recordedScope(environment);
    for (const { input, flows, max_flows, branches } of file!.cases) {
      for (const branch of branches) {
        compared += 1;
        const release = RELEASE_OF[branch]!;
        const env = recordedEnv(environment, release);
        const parsed = parseExpr(input, env);
        const annotated = parsed.ok ? annotate(parsed.value, env.symbols) : parsed;
        if (!annotated.ok) throw new Error(`${input}: ${annotated.error.message}`);
        const normal = normalize(
          resolveResidency(annotated.value, (port) => scope.isChassisResident(port)),
          release,
        );
        if (flows === undefined) {
          // Only an upper bound on the flows is recorded: the alternatives of our normal form stay below it.
          const alternatives = normal.kind === 'or' ? normal.terms.length : countAlternatives(normal);
          expect(alternatives).toBeLessThanOrEqual(max_flows!);
          continue;
        }
        const openFlows = flows.map(parseOpenFlow);
        const matches = compile(annotated.value);
        const normalMatches = compile(normal);
        for (const packet of packetsAround(openFlows, 3000)) {
          packets += 1;
          const wanted = matchesFlows(openFlows, packet);
          if (wanted) matched += 1;
          const actual = [matches(packet, scope), normalMatches(packet, scope)];
          if (actual[0] !== wanted || actual[1] !== wanted) expect({ input, packet, actual }).toEqual({ wanted });
        }
      }
    }
    console.log(`expr-to-flows.json: compared ${compared}, equal ${compared} (${packets} packets, ${matched} match)`);
    // The packets are worth something only if both outcomes are frequent.
    expect(matched).toBeGreaterThan(packets / 20);
    expect(matched).toBeLessThan((packets * 19) / 20);
  });
});

function countAlternatives(normal: ReturnType<typeof normalize>): number {
  if (normal.kind !== 'and') return 1;
  return normal.terms.reduce((product, term) => product * (term.kind === 'or' ? term.terms.length : 1), 1);
}
