import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import { parseActions } from '../../lflow/actions/parse-actions.js';
import type { Pipeline } from '../../lflow/actions/ast.js';
import type { ActionEnvironment } from '../../lflow/actions/environment.js';
import type { Diagnostic } from '../../lflow/diagnostic.js';
import { annotate } from '../../lflow/expr/annotate.js';
import type { Expr } from '../../lflow/expr/ast.js';
import { compile } from '../../lflow/expr/compile.js';
import { addressSet, portGroup } from '../../lflow/expr/constant-set.js';
import type { IntegerSet, SetSource } from '../../lflow/expr/constant-set.js';
import { isAlwaysTrue, resolveResidency } from '../../lflow/expr/simplify.js';
import { parseExpr } from '../../lflow/expr/parse.js';
import { atLeast } from '../../lflow/release.js';
import { symbolTable } from '../../lflow/symbols/table.js';
import type { SymbolTable } from '../../lflow/symbols/symbol.js';
import type { Missing } from '../../ovsdb/replica/not-held.js';
import type { Datapath } from '../../ovn/southbound/datapaths.js';
import type { LogicalFlow } from '../../ovn/southbound/flow-source.js';
import type { Southbound } from '../../ovn/southbound/southbound.js';
import { Candidates } from './candidates.js';
import { FlowProgram } from './flow-program.js';
import type { ParsedActions, ParsedMatch } from './flow-program.js';
import { resolvePort } from './names.js';
import { quickConditions } from './quick-condition.js';
import type { QuickCondition } from './quick-condition.js';

const NO_GROUPS: ReadonlySet<string> = new Set();
const caches = new WeakMap<Southbound, FlowTexts>();

/**
 * Parsed flow text of one database, kept for all traces over it. Flows repeat their text for every port and datapath, so the
 * text is the key; only a text that names a port group means something else in every datapath.
 */
export class FlowTexts {
  readonly symbols: SymbolTable;
  readonly #southbound: Southbound;
  readonly #matches = new Map<string, Result<ParsedMatch, Diagnostic>>();
  readonly #actions = new Map<string, Result<ParsedActions, Diagnostic>>();
  readonly #conditions = new Map<string, readonly QuickCondition[]>();
  readonly #candidates = new WeakMap<readonly LogicalFlow[], Candidates>();
  readonly #tables = new Map<Datapath, Record<Pipeline, (Candidates | undefined)[]>>();
  #version = 0;
  readonly #portKeys = new Map<string, (name: string) => bigint | undefined>();
  readonly #always = new WeakMap<ParsedMatch, boolean>();
  readonly #addressSets = new Map<string, IntegerSet | undefined>();
  readonly #dhcp: Pick<ActionEnvironment, 'dhcpOptions' | 'dhcpv6Options'>;

  static of(southbound: Southbound): FlowTexts {
    let texts = caches.get(southbound);
    if (texts === undefined) {
      texts = new FlowTexts(southbound);
      caches.set(southbound, texts);
    }
    return texts;
  }

  private constructor(southbound: Southbound) {
    this.#southbound = southbound;
    this.symbols = symbolTable(southbound.release.release);
    this.#dhcp = { dhcpOptions: southbound.dhcpOptions(4), dhcpv6Options: southbound.dhcpOptions(6) };
  }

  /** What names of ports and groups mean in a datapath. */
  portKeysOf(datapath: Datapath): (name: string) => bigint | undefined {
    let portKey = this.#portKeys.get(datapath.uuid);
    if (portKey === undefined) {
      const keys = new Map<string, bigint | undefined>();
      portKey = (name) => {
        const known = keys.get(name);
        if (known !== undefined || keys.has(name)) return known;
        const key = resolvePort(this.#southbound, datapath, name);
        const found = key === undefined ? undefined : BigInt(key);
        keys.set(name, found);
        return found;
      };
      this.#portKeys.set(datapath.uuid, portKey);
    }
    return portKey;
  }

  /** The flows of a table of the datapath; undefined when it has none. */
  tableOf(datapath: Datapath, pipeline: Pipeline, table: number): Candidates | undefined {
    const { version } = this.#southbound.flows;
    if (version !== this.#version) this.#tables.clear();
    this.#version = version;
    let tables = this.#tables.get(datapath);
    if (tables === undefined) this.#tables.set(datapath, (tables = { ingress: [], egress: [] }));
    const known = tables[pipeline][table];
    if (known !== undefined) return known;
    const flows = this.#southbound.flows.flowsOf(datapath).table(pipeline, table);
    if (flows.length === 0) return undefined;
    const candidates = this.candidates(flows, datapath);
    tables[pipeline][table] = candidates;
    return candidates;
  }

  /** The flows of a table of the datapath, to be asked which of them a packet may meet. */
  candidates(flows: readonly LogicalFlow[], datapath: Datapath): Candidates {
    let candidates = this.#candidates.get(flows);
    if (candidates === undefined) {
      const programs = flows.map((flow) => new FlowProgram(flow));
      candidates = new Candidates(programs, {
        conditions: (match) => this.#conditionsOf(match),
        portKey: this.portKeysOf(datapath),
        mayBeIn: this.#groupTestOf(datapath),
      });
      this.#candidates.set(flows, candidates);
    }
    return candidates;
  }

  /** A group nobody knows makes its flow unusable, which its parser must say: then every port may be in it. */
  #groupTestOf(datapath: Datapath): (group: string, key: bigint) => boolean {
    const { ports, sets, release } = this.#southbound;
    const bareName = !atLeast(release.release, '23.09');
    const byKey = new Map<bigint, ReadonlySet<string>>();
    const lacking = new Map<string, boolean>();
    return (group, key) => {
      let groups = byKey.get(key);
      if (groups === undefined) {
        const port = ports.withKey(datapath, Number(key))?.name;
        groups = port === undefined ? NO_GROUPS : sets.groupsWith(datapath.key, port, bareName);
        byKey.set(key, groups);
      }
      if (groups.has(group)) return true;
      let lacks = lacking.get(group);
      if (lacks === undefined) lacking.set(group, (lacks = sets.lacksGroup(datapath.key, group, bareName)));
      return lacks;
    };
  }

  match(text: string, datapath: Datapath): Result<ParsedMatch, Diagnostic> {
    const key = text.includes('@') ? `${datapath.key} ${text}` : text;
    let parsed = this.#matches.get(key);
    if (parsed === undefined) {
      const expr = parseExpr(text, { symbols: this.symbols, sets: this.setsOf(datapath.key) });
      parsed = expr.ok ? this.#compiled(expr.value) : expr;
      this.#matches.set(key, parsed);
    }
    return parsed;
  }

  actions(text: string, pipeline: Pipeline, table: number): Result<ParsedActions, Diagnostic> {
    const key = `${pipeline} ${table} ${text}`;
    let parsed = this.#actions.get(key);
    if (parsed === undefined) {
      parsed = this.#parseActions(text, pipeline, table);
      this.#actions.set(key, parsed);
    }
    return parsed;
  }

  /** Whether the match holds for every packet on a chassis with these ports. */
  alwaysHolds(match: ParsedMatch, isResident: (port: string) => boolean): boolean {
    const known = this.#always.get(match);
    if (known !== undefined) return known;
    const { release } = this.#southbound.release;
    const asked = new Set<string>();
    const resolved = resolveResidency(match.expr, (port) => {
      asked.add(port);
      return isResident(port);
    });
    const always = isAlwaysTrue(resolved, release);
    // What holds on this chassis may not on another one.
    if (asked.size === 0) this.#always.set(match, always);
    return always;
  }

  /** The address sets of the database and the port groups of one of its datapaths. */
  setsOf(datapathKey: number): SetSource {
    const { sets, release } = this.#southbound;
    const bareName = !atLeast(release.release, '23.09');
    return {
      addressSet: (name) => {
        if (!this.#addressSets.has(name)) {
          const members = sets.addressSet(name);
          this.#addressSets.set(name, members === undefined ? undefined : addressSet(members).set);
        }
        return this.#addressSets.get(name);
      },
      portGroup: (name) => {
        const ports = sets.portGroup(datapathKey, name, bareName);
        return ports === undefined ? undefined : portGroup(ports);
      },
    };
  }

  #conditionsOf(match: string): readonly QuickCondition[] {
    let conditions = this.#conditions.get(match);
    if (conditions === undefined) {
      conditions = quickConditions(match, this.symbols);
      this.#conditions.set(match, conditions);
    }
    return conditions;
  }

  /** Notes every set that the flow's match names and that is not held yet; a parser stops at the first one. */
  requireSets({ match }: LogicalFlow, datapath: Datapath, missing: Missing): void {
    const sets = this.setsOf(datapath.key);
    for (const [, kind, name = ''] of match.matchAll(/([$@])([A-Za-z_.][\w.]*)/g)) {
      missing.attempt(() => (kind === '$' ? sets.addressSet(name) : sets.portGroup(name)));
    }
  }

  #parseActions(text: string, pipeline: Pipeline, table: number): Result<ParsedActions, Diagnostic> {
    const { release } = this.#southbound.release;
    const parsed = parseActions(text, { symbols: this.symbols, release, pipeline, table, ...this.#dhcp });
    if (!parsed.ok) return parsed;
    const { actions, prerequisites } = parsed.value;
    if (prerequisites === undefined) return ok({ actions, prerequisites: undefined });
    const condition = this.#compiled(prerequisites);
    return condition.ok ? ok({ actions, prerequisites: condition.value }) : err(condition.error);
  }

  #compiled(expr: Expr): Result<ParsedMatch, Diagnostic> {
    const annotated = annotate(expr, this.symbols);
    return annotated.ok ? ok({ expr: annotated.value, holds: compile(annotated.value) }) : annotated;
  }
}
