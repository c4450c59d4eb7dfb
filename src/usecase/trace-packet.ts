/**
 * `trace packet`: one microflow through one southbound database, as `ovn-trace` would show it.
 *
 * Input: the database view and the arguments as the user typed them; output: the packet line, the tree, notes and warnings
 * for the renderers. Throws UsageError for arguments that make no sense (with an excerpt and what would be right) and
 * NotFoundError for a datapath or port that does not exist. No I/O; must not know formats, streams or flags.
 */
import { NotFoundError, UsageError } from '../base/errors.js';
import { renderDiagnostic } from '../lflow/diagnostic.js';
import type { Diagnostic } from '../lflow/diagnostic.js';
import { microflowInport, parseMicroflow } from '../lflow/expr/microflow.js';
import type { MicroflowEnv } from '../lflow/expr/microflow.js';
import { nearestName } from '../lflow/nearest-name.js';
import { Slot } from '../lflow/packet/slots.js';
import type { Microflow } from '../lflow/packet/slots.js';
import { atLeast } from '../lflow/release.js';
import { parseAddress } from '../net/prefix.js';
import type { Datapath } from '../ovn/southbound/datapaths.js';
import type { Southbound } from '../ovn/southbound/southbound.js';
import { runTrace } from '../trace/engine/engine.js';
import { expectRouter } from '../trace/engine/expect-router.js';
import type { Limits } from '../trace/engine/run.js';
import { FlowTexts } from '../trace/engine/flow-text.js';
import { FRIENDLY, RAW, resolvePort } from '../trace/engine/names.js';
import { outcomeOf } from '../trace/outcome.js';
import type { PacketOutcome } from '../trace/outcome.js';
import { packetLine } from '../trace/packet-line.js';
import { compatible } from '../trace/semantics/compatible.js';
import type { CompatibleOptions } from '../trace/semantics/compatible-options.js';
import { CT_FLAGS, parseCtState } from '../trace/semantics/ct-states.js';
import type { Semantics } from '../trace/semantics/semantics.js';
import type { TraceNode } from '../trace/tree.js';

export interface TracePacketRequest {
  readonly southbound: Southbound;
  /** Name or uuid prefix; without it the microflow's ingress port tells. */
  readonly datapath?: string;
  readonly microflow: string;
  /** Conntrack states in the order the actions ask for them, each as `new,trk`. */
  readonly ct?: readonly string[];
  /** `IP` or `IP:PORT` (`[IP]:PORT`): the backend to prefer. */
  readonly lbDst?: string;
  /** Member of a `select` to prefer, 1 to 65535. */
  readonly selectId?: number;
  /** Display names instead of logical ports and uuids; true by default. */
  readonly friendlyNames?: boolean;
  /**
   * Follows a packet in circles until its time to live ends, as ovn-trace does, which makes a text of many megabytes and a
   * tree too deep for a document; otherwise the trace stops after some rounds and says so.
   */
  readonly followCircles?: boolean;
  /** Decisions to trace with instead of those of `ovn-trace`; `ct`, `lbDst` and `selectId` are theirs then. */
  readonly semantics?: (southbound: Southbound, options: CompatibleOptions) => Semantics;
}

export interface PacketTrace {
  /** The packet in Open vSwitch notation, without the `# `. */
  readonly packetLine: string;
  readonly tree: readonly TraceNode[];
  readonly datapath: Datapath;
  readonly packet: Microflow;
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Enough for 255 hops of two datapaths with two pipelines each, and a dozen tables in every pipeline. A packet that
 * multiplies on its way has no end; ovn-trace goes on until it dies.
 */
const LIMITS: Limits = { pipelines: 1100, tables: 30_000, nodes: 50_000, indentation: 10_000_000 };

export function tracePacket(request: TracePacketRequest): PacketTrace {
  const { southbound, microflow } = request;
  const { release } = southbound.release;
  const options = optionsOf(request);
  const texts = FlowTexts.of(southbound);
  // Port groups belong to a datapath and a microflow to none.
  const env: MicroflowEnv = { symbols: texts.symbols, sets: texts.setsOf(0), release };
  const datapath = datapathOf(southbound, request.datapath, microflow, env);
  const parsed = parseMicroflow(microflow, env, {
    portKey(name) {
      const key = resolvePort(southbound, datapath, name);
      return key === undefined ? undefined : BigInt(key);
    },
  });
  if (!parsed.ok) throw malformed(microflow, parsed.error);
  const { flow: packet, warnings } = parsed.value;
  if (packet[Slot.inport] === 0n && atLeast(release, '23.06')) throw withoutInport(southbound, datapath);

  const semantics = request.semantics ?? ((view, how) => compatible(view, release, how));
  expectRouter(southbound, datapath, packet);
  const result = runTrace({
    southbound,
    semantics: semantics(southbound, options),
    datapath,
    packet,
    naming: request.friendlyNames === false ? RAW : FRIENDLY,
    ...(request.followCircles === true && { limits: LIMITS }),
  });
  return {
    packetLine: packetLine(packet),
    tree: result.tree,
    datapath,
    packet,
    notes: result.notes,
    warnings: [...warnings.map((warning) => renderDiagnostic(microflow, warning)), ...result.warnings],
  };
}

/** What became of the traced packet. */
export function packetOutcome({ tree }: Pick<PacketTrace, 'tree'>): PacketOutcome {
  return outcomeOf(tree);
}

function optionsOf({ ct = [], lbDst, selectId }: TracePacketRequest): CompatibleOptions {
  if (selectId !== undefined && !(Number.isInteger(selectId) && selectId >= 1 && selectId <= 65_535)) {
    throw new UsageError('trace.select-id', `${selectId}: bad select-id`, { hints: ['a member id is 1 to 65535'] });
  }
  return { ct: ct.map(ctState), lbDst: lbDst === undefined ? undefined : destination(lbDst), selectId };
}

function ctState(text: string): bigint {
  const state = parseCtState(text);
  if (state.ok) return state.value;
  const known = Object.keys(CT_FLAGS);
  throw new UsageError('trace.ct-state', `${state.error}: unknown connection tracking state flag`, {
    hints: [`the flags are ${known.join(' ')}, separated by commas or spaces`],
  });
}

function destination(text: string): NonNullable<CompatibleOptions['lbDst']> {
  const [, host = text, digits] = /^\[(.*)\](?::(\d+))?$/.exec(text) ?? /^([^:]+)(?::(\d+))?$/.exec(text) ?? [];
  const address = parseAddress(host);
  const port = digits === undefined ? undefined : Number(digits);
  if (address === undefined || (port !== undefined && port > 65_535)) {
    throw new UsageError('trace.lb-dst', `${text}: bad address`, {
      hints: ['write IP, IP:PORT or, for IPv6 with a port, [IP]:PORT'],
    });
  }
  return port === undefined ? { address } : { address, port };
}

function datapathOf(southbound: Southbound, word: string | undefined, microflow: string, env: MicroflowEnv): Datapath {
  if (word === undefined) {
    const name = microflowInport(microflow, env);
    if (!name.ok) throw malformed(microflow, name.error);
    const port = southbound.ports.named(name.value);
    if (port === undefined) throw unknownPort(name.value, [southbound]);
    return port.datapath;
  }
  const { found, ...rest } = southbound.datapaths.lookUp(word);
  if (found !== undefined) return found;
  throw unknownDatapath(word, [southbound], 'candidates' in rest ? rest.candidates : []);
}

/** Nobody has a datapath of that name; `candidates` are those whose uuid begins so. */
export function unknownDatapath(
  word: string,
  southbounds: readonly Southbound[],
  candidates: readonly Datapath[] = [],
): NotFoundError {
  const names = southbounds.flatMap(({ datapaths }) => Array.from(datapaths.all(), ({ displayName }) => displayName));
  const hints =
    candidates.length > 1
      ? [`it is the beginning of several uuids: ${candidates.map(({ displayName }) => displayName).join(', ')}`]
      : similar(word, [...new Set(names)].sort());
  return new NotFoundError('trace.datapath', `unknown datapath "${word}"`, { hints });
}

export function unknownPort(name: string, southbounds: readonly Southbound[]): NotFoundError {
  const names = southbounds.flatMap(({ ports }) => Array.from(ports.all(), (port) => port.name));
  return new NotFoundError('trace.port', `unknown port "${name}"`, { hints: similar(name, [...new Set(names)]) });
}

function withoutInport(southbound: Southbound, datapath: Datapath): UsageError {
  const ports = [...southbound.ports.of(datapath)].map(({ name }) => `"${name}"`).sort();
  return new UsageError('trace.inport', 'microflow does not specify ingress port', {
    hints: [`add inport == "PORT"; ${datapath.displayName} has ${list(ports) || 'no ports'}`],
  });
}

/** The microflow with an excerpt, the place of the mistake and what would be right. */
export function malformed(microflow: string, diagnostic: Diagnostic): UsageError {
  const { code, span, message } = diagnostic;
  const [, ...excerpt] = renderDiagnostic(microflow, { code, span, message }).split('\n');
  return new UsageError('trace.microflow', `the microflow is not usable: ${diagnostic.message}`, {
    excerpt,
    hints: diagnostic.help === undefined ? [] : [diagnostic.help],
  });
}

function similar(word: string, names: readonly string[]): string[] {
  const nearest = nearestName(word, names);
  if (nearest !== undefined) return [`did you mean "${nearest}"?`];
  return names.length > 0 && names.length <= SHOWN ? [`there are ${list(names)}`] : [];
}

const SHOWN = 20;

function list(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown}, …` : shown;
}
