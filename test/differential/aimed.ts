/**
 * Packets made to meet a given flow, since random ones rarely pass all the tables before a NAT or load balancing rule does
 * its work. Every place in northd that writes flows has its turn; some packets miss by one on purpose.
 *
 * Input: the draft and the southbound database that northd made of it; output: calls like those of microflows.ts. Flows are
 * taken in the order of their texts, because their uuids are new in every run.
 */
import { annotate } from '../../src/lflow/expr/annotate.js';
import type { CompareExpr, Expr } from '../../src/lflow/expr/ast.js';
import { formatIpv4 } from '../../src/net/ipv4.js';
import { formatIpv6 } from '../../src/net/ipv6.js';
import { formatMac } from '../../src/net/mac.js';
import type { Datapath } from '../../src/ovn/southbound/datapaths.js';
import type { LogicalFlow } from '../../src/ovn/southbound/flow-source.js';
import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import { FlowTexts } from '../../src/trace/engine/flow-text.js';
import type { Call } from './microflows.js';
import type { Random } from './random.js';
import type { Draft, Place } from './topology/draft.js';
import { networkOf, quoted, v4Of, v6Of } from './topology/draft.js';

interface Target {
  readonly flow: LogicalFlow;
  readonly datapath: Datapath;
}

/** What a packet must have: bits of fields by their names, and ports. */
interface Wanted {
  readonly bits: Map<string, Bits>;
  readonly ports: Map<string, string>;
}

interface Bits {
  readonly value: bigint;
  readonly mask: bigint;
  readonly width: number;
}

/** Tables of a pipeline, more than there are. */
const TABLES = 48;

export class AimedMicroflows {
  readonly #draft: Draft;
  readonly #southbound: Southbound;
  readonly #random: Random;
  /** By the place in northd that wrote them. */
  readonly #targets = new Map<string, Target[]>();
  readonly #aimed = new Map<string, number>();

  constructor(draft: Draft, southbound: Southbound, random: Random) {
    this.#draft = draft;
    this.#southbound = southbound;
    this.#random = random;
    const datapaths = [...southbound.datapaths.all()].sort((a, b) => order(a.name, b.name));
    for (const datapath of datapaths) {
      const flows = southbound.flows.flowsOf(datapath);
      for (const pipeline of ['ingress', 'egress'] as const) {
        for (let table = 0; table < TABLES; table++) {
          const sorted = [...flows.table(pipeline, table)].sort((a, b) => order(textOf(a), textOf(b)));
          for (const flow of sorted) {
            const place = placeOf(flow);
            const targets = this.#targets.get(place);
            if (targets === undefined) this.#targets.set(place, [{ flow, datapath }]);
            else targets.push({ flow, datapath });
          }
        }
      }
    }
    for (const place of this.#targets.keys()) this.#aimed.set(place, 0);
  }

  next(): Call | undefined {
    const random = this.#random;
    const places = random.some([...this.#targets.keys()], 6);
    // Of a few places that one which was aimed at least. What was met may depend on uuids, and a seed must be replayable.
    const [place] = places.sort((a, b) => (this.#aimed.get(a) ?? 0) - (this.#aimed.get(b) ?? 0));
    if (place === undefined) return undefined;
    this.#aimed.set(place, (this.#aimed.get(place) ?? 0) + 1);
    return this.#callFor(random.pick(this.#targets.get(place) ?? []));
  }

  #callFor({ flow, datapath }: Target): Call | undefined {
    const texts = FlowTexts.of(this.#southbound);
    const parsed = texts.match(flow.match, datapath);
    if (!parsed.ok) return undefined;
    const annotated = annotate(parsed.value.expr, texts.symbols);
    const wanted: Wanted = { bits: new Map(), ports: new Map() };
    this.#want(annotated.ok ? annotated.value : parsed.value.expr, wanted);
    const state = this.#state(wanted.bits.get('ct_state'));
    const terms = this.#terms(wanted, datapath);
    return { datapath: datapath.name, terms, options: [], ...(state !== undefined && { always: state }) };
  }

  #want(expr: Expr, wanted: Wanted): void {
    const random = this.#random;
    switch (expr.kind) {
      case 'and':
        for (const term of expr.terms) this.#want(term, wanted);
        return;
      case 'or':
        this.#want(random.pick(expr.terms), wanted);
        return;
      case 'cmp':
        want(wanted, expr.symbol.name, { ...this.#satisfying(expr), width: expr.symbol.width });
        return;
      case 'integer-set': {
        const { values } = expr.set;
        if (values.length === 0 || expr.op === '!=') return;
        const { value, mask } = random.pick(values);
        const whole = (1n << BigInt(expr.symbol.width)) - 1n;
        want(wanted, expr.symbol.name, { value, mask: mask ?? whole, width: expr.symbol.width });
        return;
      }
      case 'string':
        if (expr.op === '==') wanted.ports.set(expr.symbol.name, expr.value);
        return;
      case 'string-set':
        if (expr.op === '==' && expr.set.values.length > 0)
          wanted.ports.set(expr.symbol.name, random.pick(expr.set.values));
        return;
      case 'const':
      case 'resident':
    }
  }

  #satisfying({ op, value, mask }: CompareExpr): { value: bigint; mask: bigint } {
    switch (op) {
      case '==':
      case '<=':
      case '>=':
        return { value, mask };
      case '!=':
        return { value: value ^ (mask & -mask), mask };
      case '<':
        return { value: value - 1n, mask };
      case '>':
        return { value: value + 1n, mask };
    }
  }

  /** The state that every conntrack action should give. */
  #state(bits: Bits | undefined): string | undefined {
    const random = this.#random;
    if (random.chance(0.15)) return random.pick(['new', 'est', 'est,rpl']);
    if (bits === undefined) return random.chance(0.7) ? random.pick(['new', 'new', 'est', 'est,rpl']) : undefined;
    const flags = STATE_BITS.filter(([bit]) => (bits.value & bits.mask & bit) !== 0n).map(([, name]) => name);
    if (!flags.includes('new') && !flags.includes('est') && !flags.includes('inv')) {
      flags.push((bits.mask & 1n) !== 0n ? 'est' : 'new');
    }
    return flags.join(',');
  }

  #terms({ bits, ports }: Wanted, datapath: Datapath): string[] {
    const random = this.#random;
    const base = new Map<string, string>();
    const outport = ports.get('outport');
    const place = this.#place(datapath, ports.get('inport'), outport);
    const inport = ports.get('inport') ?? place?.port ?? this.#anyPort(datapath);
    if (inport !== undefined) base.set('inport', quoted(inport));
    if (outport !== undefined && random.chance(0.3)) base.set('outport', quoted(outport));
    base.set(
      'eth.src',
      place === undefined ? random.pick(this.#draft.macs) : random.pick([...place.macs, '0a:00:00:00:ff:01']),
    );
    const [mac, v4, v6] = this.#towards(place, outport);
    base.set('eth.dst', mac);
    const type = whole(bits.get('eth.type'));
    if (type === undefined || type === IP4) {
      base.set('ip4.src', random.pick([...(place?.v4 ?? []), v4Of(9, 9)]));
      base.set('ip4.dst', v4);
      base.set('ip.ttl', random.pick(['64', '64', '12', '2', '1']));
    } else if (type === IP6) {
      base.set('ip6.src', random.pick([...(place?.v6 ?? []), 'fe80::1']));
      base.set('ip6.dst', v6);
      base.set('ip.ttl', '64');
    } else if (type === ARP) {
      base.set('arp.op', random.pick(['1', '2']));
      base.set('arp.spa', random.pick([...(place?.v4 ?? []), v4Of(9, 9)]));
      base.set('arp.sha', base.get('eth.src') ?? '');
      base.set('arp.tpa', v4);
    }
    if ((type === undefined || type === IP4 || type === IP6) && !bits.has('ip.proto')) {
      base.set('tcp.src', '40000');
      base.set('tcp.dst', String(random.pick(this.#draft.ports)));
    }
    for (const [name, wantedBits] of bits) {
      // The state comes from the conntrack actions, unless there was none yet.
      if (name === 'ct_state' && random.chance(0.4)) continue;
      if (name === 'icmp4.type' || name === 'icmp6.type' || name.startsWith('nd.')) dropTransport(base);
      base.set(name, this.#text(name, wantedBits));
    }
    return [...base].map(([name, value]) => `${name} == ${value}`);
  }

  /** Who sends: the port of that name, else somebody on the datapath, not the receiver. */
  #place(datapath: Datapath, inport: string | undefined, outport: string | undefined): Place | undefined {
    const here = this.#draft.places.filter((place) => place.datapath === datapath.name);
    const named = here.find(({ port }) => port === inport);
    if (named !== undefined || inport !== undefined) return named;
    const others = here.filter(({ port }) => port !== outport);
    return others.length > 0 ? this.#random.pick(others) : here[0];
  }

  #anyPort(datapath: Datapath): string | undefined {
    const names = Array.from(this.#southbound.ports.of(datapath), ({ name }) => name).sort();
    return names.length > 0 ? this.#random.pick(names) : undefined;
  }

  /** Addresses of somebody behind the port, or of anybody. */
  #towards(place: Place | undefined, outport: string | undefined): [mac: string, v4: string, v6: string] {
    const random = this.#random;
    const draft = this.#draft;
    const host = draft.hosts.find(({ port }) => port === outport);
    if (host !== undefined) return [host.mac, host.v4, host.v6];
    const routers = place?.routers ?? [];
    const mac = routers.length > 0 ? random.pick(routers) : random.pick(draft.macs);
    const routed = draft.routers.flatMap(({ ports }) => ports).find(({ port }) => port === outport);
    if (routed !== undefined) {
      const index = networkOf(routed.v4);
      const number = random.pick([254, 253, 10, 1]);
      return [mac, v4Of(index, number), v6Of(index, number)];
    }
    return [mac, random.pick(draft.v4), draft.v6.length > 0 ? random.pick(draft.v6) : 'fd00::1'];
  }

  /** The value, bits that do not matter filled in, now and then one beside it. */
  #text(name: string, { value, mask, width }: Bits): string {
    const random = this.#random;
    const all = (1n << BigInt(width)) - 1n;
    const isAddress = width === 128 || width === 48 || /^(?:ip4|arp)\.(?:src|dst|spa|tpa)$/.test(name);
    if (mask !== all && !(isAddress && !name.includes('reg') && !name.startsWith('ct'))) {
      return `0x${value.toString(16)}/0x${mask.toString(16)}`;
    }
    let filled = value | (random.pick([0n, 1n, all, BigInt(random.between(0, 0x7fffffff))]) & ~mask & all);
    const isName = /reg|^ct|^flags|eth\.type|ip\.proto/.test(name);
    if (!isName && random.chance(0.12)) filled = (filled + (random.chance(0.5) ? 1n : all)) & all;
    if (name.includes('reg') || name.startsWith('ct')) return `0x${filled.toString(16)}`;
    if (width === 128) return formatIpv6(filled);
    if (width === 48) return formatMac(filled);
    return isAddress ? formatIpv4(filled) : String(filled);
  }
}

const [IP4, ARP, IP6] = [0x800n, 0x806n, 0x86ddn] as const;
const STATE_BITS = [
  [0x1n, 'new'],
  [0x2n, 'est'],
  [0x4n, 'rel'],
  [0x8n, 'rpl'],
  [0x10n, 'inv'],
  [0x40n, 'snat'],
  [0x80n, 'dnat'],
] as const;

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const textOf = ({ priority, match, actions }: LogicalFlow): string => `${priority} ${match} ${actions}`;
const placeOf = ({ stage, source }: LogicalFlow): string => `${stage ?? ''} ${source ?? ''}`;

function want({ bits }: Wanted, name: string, { value, mask, width }: Bits): void {
  const known = bits.get(name) ?? { value: 0n, mask: 0n, width };
  bits.set(name, { value: (known.value & ~mask) | (value & mask), mask: known.mask | mask, width });
}

function whole(bits: Bits | undefined): bigint | undefined {
  return bits?.value;
}

function dropTransport(base: Map<string, string>): void {
  for (const name of base.keys()) if (/^(?:tcp|udp|sctp)\./.test(name)) base.delete(name);
}
