/**
 * An expectation file as data: a YAML (or JSON) list of entries, each read strictly and with the place of every mistake.
 *
 * Input: text; output: expectations, or all mistakes in order of the file. Pure; the YAML library is loaded when a file is
 * parsed. It must not know the cluster: whether names exist is not asked here.
 */
import type * as Yaml from 'yaml';
import type { Document, LineCounter, Node, Pair, YAMLMap } from 'yaml';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { suggestion } from '../../lflow/nearest-name.js';
import type { VipKind } from '../../trace/endpoint/service-endpoint.js';
import type { Protocol } from '../../trace/path/path-trace.js';
import { meaningOf } from './end-words.js';
import type { End, Expectation, ExpectedReason, Position } from './expectation.js';
import { CAUSE_TYPES, OWNER_KINDS } from './reason-words.js';

/** Something wrong in the file. */
export interface FileProblem {
  readonly position: Position;
  readonly message: string;
  readonly hint?: string;
}

const KEYS = ['name', 'from', 'to', 'port', 'protocol', 'families', 'via', 'expect', 'reason'] as const;
const BEGIN = 'begin each one with "- from: …"';
const REASON_KEYS = ['type', 'object'] as const;
const EXPECT = ['delivered', 'dropped', 'rejected'] as const;
const PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp'] as const;
const VIA: Readonly<Record<string, VipKind>> = {
  clusterip: 'clusterIP',
  externalip: 'externalIP',
  lb: 'loadBalancer',
  nodeport: 'nodePort',
};

export async function parseExpectations(text: string): Promise<Result<readonly Expectation[], readonly FileProblem[]>> {
  const unusable = unusableText(text);
  if (unusable !== undefined) return err([unusable]);
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    return err(broken.map(({ pos, message }) => ({ position: positionAt(lines, pos[0]), message })));
  }
  const reader = new Reader(yaml, document, lines);
  const expectations = reader.list();
  return reader.problems.length === 0 ? ok(expectations) : err(reader.problems);
}

/** Why the text is no YAML at all, told before a parser finds a mistake in every line of it. */
function unusableText(text: string): FileProblem | undefined {
  const position = { line: 1, column: 1 };
  if (text.trim() === '') return { position, message: 'the file is empty: it expects nothing', hint: BEGIN };
  return text.includes('\0') ? { position, message: 'this is not text', hint: BEGIN } : undefined;
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

type Entries = ReadonlyMap<string, Node | null>;

class Reader {
  readonly problems: FileProblem[] = [];
  readonly #yaml: typeof Yaml;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(yaml: typeof Yaml, document: Document, lines: LineCounter) {
    this.#yaml = yaml;
    this.#document = document;
    this.#lines = lines;
  }

  list(): readonly Expectation[] {
    const { contents } = this.#document;
    if (!this.#yaml.isSeq(contents)) {
      this.#problem(contents, 'a list of expectations is expected', BEGIN);
      return [];
    }
    if (contents.items.length === 0) this.#problem(contents, 'the list is empty: it expects nothing');
    return contents.items.flatMap((item) => this.#expectation(this.#resolved(item)) ?? []);
  }

  #expectation(node: Node | null): Expectation | undefined {
    const entries = this.#entries(node, KEYS, 'an expectation');
    if (entries === undefined) return undefined;
    const from = this.#end(node, entries, 'from');
    const to = this.#end(node, entries, 'to');
    const expect = this.#oneOf(entries, 'expect', EXPECT);
    if (!entries.has('expect')) this.#problem(node, 'it does not say what is expected: "expect" is missing');
    const name = this.#text(entries, 'name');
    const port = this.#port(entries);
    const protocol: Protocol | undefined = this.#oneOf(entries, 'protocol', PROTOCOLS);
    const families = this.#families(entries);
    const via = this.#oneOf(entries, 'via', Object.keys(VIA));
    const reason = this.#reason(entries);
    if (protocol === 'icmp' && port !== undefined) {
      this.#problem(entries.get('port') ?? node, 'icmp has no ports', 'leave "port" out, or choose tcp, udp or sctp');
    }
    if (expect === 'delivered' && reason !== undefined) {
      this.#problem(entries.get('reason') ?? node, 'what is delivered has no reason for not arriving');
    }
    if (from === undefined || to === undefined || expect === undefined) return undefined;
    const kind = via === undefined ? undefined : VIA[via];
    return {
      name: name ?? `${from.text} to ${to.text}${port === undefined ? '' : `, port ${port}`}`,
      position: this.#position(node),
      from,
      to,
      expect,
      ...(port === undefined ? {} : { port }),
      ...(protocol === undefined ? {} : { protocol }),
      ...(families === undefined ? {} : { families }),
      ...(kind === undefined ? {} : { via: kind }),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  #end(entry: Node | null, entries: Entries, key: 'from' | 'to'): End | undefined {
    if (!entries.has(key))
      this.#problem(entry, `it does not say ${key === 'from' ? 'who sends' : 'to whom'}: "${key}" is missing`);
    const text = this.#text(entries, key);
    const node = entries.get(key) ?? entry;
    if (text === undefined) return undefined;
    const meaning = meaningOf(text);
    if (meaning.ok) return { text, position: this.#position(node), meaning: meaning.value };
    this.#problem(node, meaning.error.message, meaning.error.hint);
    return undefined;
  }

  #port(entries: Entries): string | undefined {
    if (!entries.has('port')) return undefined;
    const node = entries.get('port');
    const value = this.#scalar(node);
    const text = String(value);
    const isNumber = /^\d+$/.test(text);
    const fits = isNumber ? Number(text) >= 1 && Number(text) <= 65535 : /^[a-z0-9-]*[a-z][a-z0-9-]*$/i.test(text);
    if (fits && (typeof value === 'number' || typeof value === 'string')) return text;
    this.#problem(node, `${JSON.stringify(value ?? null)} is no port`, 'a port is a number from 1 to 65535, or a name');
    return undefined;
  }

  #families(entries: Entries): readonly (4 | 6)[] | undefined {
    if (!entries.has('families')) return undefined;
    const node = this.#resolved(entries.get('families'));
    const items = this.#yaml.isSeq(node) ? node.items : [node];
    const families = items.flatMap((item) => this.#family(this.#resolved(item)) ?? []);
    if (items.length === 0) this.#problem(node, 'no family is named', 'leave "families" out to try those there are');
    return [...new Set(families)].sort();
  }

  #family(node: Node | null): 4 | 6 | undefined {
    const value = this.#scalar(node);
    if (value === 4 || value === 'ipv4') return 4;
    if (value === 6 || value === 'ipv6') return 6;
    this.#problem(node, `${JSON.stringify(value ?? null)} is no address family`, 'families are 4 and 6');
    return undefined;
  }

  #reason(entries: Entries): ExpectedReason | undefined {
    if (!entries.has('reason')) return undefined;
    const node = this.#resolved(entries.get('reason'));
    const parts = this.#entries(node, REASON_KEYS, 'a reason');
    if (parts === undefined) return undefined;
    if (parts.size === 0) this.#problem(node, 'the reason is empty', 'give "type" or "object"');
    const type = this.#oneOf(parts, 'type', CAUSE_TYPES);
    const object = this.#text(parts, 'object');
    const [kind = '', name] = object?.split(/ +/) ?? [];
    if (object !== undefined && (name === undefined || !OWNER_KINDS.includes(kind))) {
      const known = name === undefined ? undefined : suggestion(kind, OWNER_KINDS);
      this.#problem(parts.get('object') ?? node, `"${object}" names no object`, known ?? 'write KIND NAMESPACE/NAME');
    }
    return { ...(type === undefined ? {} : { type }), ...(object === undefined ? {} : { object }) };
  }

  /** A mapping with only these keys. */
  #entries(node: Node | null, known: readonly string[], what: string): Entries | undefined {
    if (!this.#yaml.isMap(node)) {
      this.#problem(node, `${what} is a mapping of ${known.join(', ')}`);
      return undefined;
    }
    const entries = new Map<string, Node | null>();
    for (const pair of (node as YAMLMap<Node | null, Node | null>).items) this.#entry(pair, known, entries);
    return entries;
  }

  #entry(
    { key, value }: Pair<Node | null, Node | null>,
    known: readonly string[],
    entries: Map<string, Node | null>,
  ): void {
    const name = this.#scalar(key);
    if (typeof name === 'string' && known.includes(name)) {
      entries.set(name, value);
      return;
    }
    const shown = JSON.stringify(name ?? null);
    const hint = typeof name === 'string' ? suggestion(name, known) : undefined;
    this.#problem(key, `unknown key ${shown}`, hint ?? `keys are ${known.join(', ')}`);
  }

  #oneOf<T extends string>(entries: Entries, key: string, words: readonly T[]): T | undefined {
    const text = this.#text(entries, key);
    if (text === undefined) return undefined;
    const word = words.find((each) => each === text);
    if (word === undefined) {
      const hint = suggestion(text, words) ?? `it is one of ${words.join(', ')}`;
      this.#problem(entries.get(key) ?? null, `"${text}" is no ${key}`, hint);
    }
    return word;
  }

  #text(entries: Entries, key: string): string | undefined {
    if (!entries.has(key)) return undefined;
    const node = entries.get(key) ?? null;
    const value = this.#scalar(node);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    this.#problem(node, `"${key}" must be a text`);
    return undefined;
  }

  /** Undefined for anything but a text, a number or a truth value. */
  #scalar(node: Node | null | undefined): string | number | boolean | undefined {
    const resolved = this.#resolved(node);
    const value = this.#yaml.isScalar(resolved) ? resolved.value : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
  }

  /** What an alias stands for. */
  #resolved(node: unknown): Node | null {
    if (this.#yaml.isAlias(node)) return node.resolve(this.#document) ?? null;
    return this.#yaml.isNode(node) ? node : null;
  }

  #position(node: Node | null): Position {
    return positionAt(this.#lines, node?.range?.[0] ?? 0);
  }

  #problem(node: Node | null | undefined, message: string, hint?: string): void {
    this.problems.push({ position: this.#position(node ?? null), message, ...(hint === undefined ? {} : { hint }) });
  }
}
