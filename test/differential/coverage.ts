/**
 * What a run has tried, measured on the southbound databases that northd wrote and on the traces that were compared: stages,
 * kinds of actions, and the places in northd's source that wrote the flows (column external_ids:source).
 *
 * Input: every database and every trace; output: a table of what was met of what was written, with names of what was not.
 */
import type { Action } from '../../src/lflow/actions/ast.js';
import type { Southbound } from '../../src/ovn/southbound/southbound.js';
import { logicalFlowOf } from '../../src/ovn/southbound/flows.js';
import { FlowTexts } from '../../src/trace/engine/flow-text.js';
import type { TraceNode } from '../../src/trace/tree.js';

/** What is written and how often it was met. */
class Tally {
  readonly #met = new Map<string, number>();

  written(name: string): void {
    if (!this.#met.has(name)) this.#met.set(name, 0);
  }

  meet(name: string): void {
    this.#met.set(name, (this.#met.get(name) ?? 0) + 1);
  }

  get sorted(): (readonly [name: string, times: number])[] {
    return [...this.#met].sort(([a], [b]) => a.localeCompare(b, 'en'));
  }

  get never(): string[] {
    return this.sorted.filter(([, times]) => times === 0).map(([name]) => name);
  }

  /** How many names. */
  get met(): number {
    return this.#met.size - this.never.length;
  }

  summary(title: string): string {
    return `${title}: ${this.met} of ${this.#met.size}`;
  }
}

export class Coverage {
  readonly stages = new Tally();
  readonly actions = new Tally();
  readonly places = new Tally();
  readonly packets = new Tally();
  #made = 0;
  readonly #examples = new Map<string, string>();
  readonly #passed = new Set<string>();

  /** Everything that a database says could be met. */
  database(southbound: Southbound): void {
    const texts = FlowTexts.of(southbound);
    for (const row of southbound.database.table('Logical_Flow').rows()) {
      const flow = logicalFlowOf(row);
      const stage = flow.stage ?? '';
      // Made up by us, see topology/made-flows.ts.
      const isMade = stage.startsWith('made_');
      const parsed = texts.actions(flow.actions, flow.pipeline, flow.table);
      if (parsed.ok && !isMade) {
        for (const action of parsed.value.actions) each(action, (name) => this.actions.written(name));
      }
      if (isMade) continue;
      // No trace shows a table that only passes the packet on.
      if (/^\s*next;\s*$/.test(flow.actions)) {
        this.#passed.add(stage);
        continue;
      }
      this.stages.written(stage);
      const place = `${stage} ${flow.source ?? ''}`;
      this.places.written(place);
      this.#examples.set(place, `${flow.match} => ${flow.actions}`);
    }
  }

  /** A microflow and what came of it. */
  trace(terms: readonly string[], tree: readonly TraceNode[]): void {
    for (const name of packetNames(terms)) this.packets.meet(name);
    const nodes = [...tree];
    for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
      nodes.push(...node.children);
      if (node.kind === 'table' && node.flow !== undefined) {
        const stage = node.flow.stage ?? '';
        if (/^\s*next;\s*$/.test(node.flow.actions)) continue;
        if (stage.startsWith('made_')) {
          this.#made++;
          continue;
        }
        this.stages.meet(stage);
        this.places.meet(`${stage} ${node.flow.source ?? ''}`);
      } else if (node.kind === 'action' && node.action !== undefined) this.actions.meet(nameOf(node.action));
    }
  }

  report(): string[] {
    const only = [...this.#passed].filter((stage) => !this.stages.sorted.some(([name]) => name === stage)).sort();
    return [
      'coverage:',
      this.stages.summary('stages with more than next'),
      ...columns(this.stages.sorted),
      ...(only.length > 0 ? [`  only next everywhere: ${only.join(' ')}`] : []),
      this.actions.summary('kinds of actions'),
      ...columns(this.actions.sorted),
      this.places.summary('places in northd that write flows with more than next'),
      ...this.places.never.map((place) => `  never met: ${place}, such as ${this.#examples.get(place) ?? ''}`),
      `made-up flows met: ${this.#made}`,
      'kinds of packets and states',
      ...columns(this.packets.sorted),
    ];
  }
}

/** As people call the action: the variant where a kind has several. */
function nameOf(action: Action): string {
  switch (action.kind) {
    case 'nested':
    case 'bare':
    case 'ctRead':
      return action.name;
    case 'ctLb':
      return `${action.variant}${action.backends.length === 0 ? ' without backends' : ''}${action.flag === undefined ? '' : ` ${action.flag}`}`;
    case 'ctNat':
      return `${action.variant}${action.address === undefined ? ' without address' : action.portRange === undefined ? '' : ' with ports'}`;
    case 'ctCommit':
      return action.body.length === 0 ? 'ct_commit' : 'ct_commit {…}';
    case 'chkLbHairpin':
      return action.reply ? 'chk_lb_hairpin_reply' : 'chk_lb_hairpin';
    case 'checkPortSec':
      return `check_${action.direction}_port_sec`;
    case 'getMacBinding':
      return action.family === 4 ? 'get_arp' : 'get_nd';
    case 'putMacBinding':
      return action.family === 4 ? 'put_arp' : 'put_nd';
    case 'lookupMacBinding':
      return action.family === 4 ? 'lookup_arp' : 'lookup_nd';
    case 'lookupMacBindingIp':
      return action.family === 4 ? 'lookup_arp_ip' : 'lookup_nd_ip';
    case 'putDhcpOpts':
      return action.version === 4 ? 'put_dhcp_opts' : 'put_dhcpv6_opts';
    case 'chkEcmpNh':
      return action.mac ? 'chk_ecmp_nh_mac' : 'chk_ecmp_nh';
    case 'log':
      return `log ${action.verdict}`;
    case 'next':
      return `next in ${action.pipeline}`;
    default:
      return action.kind;
  }
}

function each(action: Action, found: (name: string) => void): void {
  found(nameOf(action));
  if ('body' in action) for (const inner of action.body) each(inner, found);
}

/** What is special about a microflow. */
const PACKETS: readonly (readonly [name: string, found: RegExp])[] = [
  ['ip4', /^ip4\./],
  ['ip6', /^ip6\./],
  ['arp', /^arp\./],
  ['tcp', /^tcp/],
  ['udp', /^udp/],
  ['sctp', /^sctp/],
  ['icmp4 query', /^icmp4.type == (?:8|0)$/],
  ['icmp4 error', /^icmp4.type == (?:3|4|5|11|12)$/],
  ['icmp6 query', /^icmp6.type == (?:128|129)$/],
  ['icmp6 error', /^icmp6.type == [1-4]$/],
  ['nd_ns', /^nd_ns$/],
  ['nd_na', /^nd_na$/],
  ['nd_rs', /^nd_rs$/],
  ['nd_ra', /^nd_ra$/],
  ['igmp', /^igmp$|^ip\.proto == 2$/],
  ['mld', /^mldv|^icmp6.type == (?:130|131|132|143)$/],
  ['other ip.proto', /^ip\.proto == (?!2$)/],
  ['first fragment', /^ip\.frag == 1$/],
  ['later fragment', /^ip\.frag == [23]$/],
  ['ttl 0', /^ip\.ttl == 0$/],
  ['ttl 1', /^ip\.ttl == 1$/],
  ['ttl 2', /^ip\.ttl == 2$/],
  ['vlan', /^vlan/],
  ['own registers or flags', /^(?:reg\d|flags|pkt\.mark)/],
  ['own ct state', /^ct[._]/],
  ['dhcp', /^udp\.dst == (?:67|547)$/],
];

function packetNames(terms: readonly string[]): string[] {
  return PACKETS.filter(([, found]) => terms.some((term) => found.test(term))).map(([name]) => name);
}

/** Names with counts, several a line. */
function columns(entries: readonly (readonly [string, number])[]): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const [name, times] of entries) {
    const entry = times === 0 ? ` [never: ${name}]` : ` ${name} ${times}`;
    if (line.length + entry.length > 118) {
      lines.push(line);
      line = ' ';
    }
    line += `${entry},`;
  }
  return [...lines, line.replace(/,$/, '')];
}
