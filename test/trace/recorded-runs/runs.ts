import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Runs of the real ovn-trace 26.03.1 in the recorded cluster: which packet, where, and what became of it there. */
export const CLUSTER = join(import.meta.dirname, '../../../examples/ic-dualstack');

export interface RecordedRun {
  readonly name: string;
  readonly zone: string;
  readonly datapath: string;
  readonly microflow: string;
  readonly options: readonly string[];
}

export interface Told {
  readonly verdict: 'delivered' | 'rejected' | 'dropped';
  /** Where the packet, or the answer to it, was put out; without repetitions, sorted. */
  readonly ports: readonly string[];
}

export const RUNS = JSON.parse(readFileSync(join(CLUSTER, 'traces/index.json'), 'utf8')) as readonly RecordedRun[];

export const recordedMinimal = ({ zone, name }: RecordedRun): string =>
  readFileSync(join(CLUSTER, `traces/${zone}/${name}.minimal.txt`), 'utf8');

/** Generators whose packet tells the sender no. */
const REFUSAL = /^(?:reject|tcp_reset|sctp_abort|icmp4|icmp6)\b/;

/** What a trace in minimal form says of its packet. */
export function toldBy(minimal: string): Told {
  const blocks: string[] = [];
  const [own, refusals] = [new Set<string>(), new Set<string>()];
  for (const line of minimal.split('\n')) {
    const statement = line.trim();
    const port = /^output\("(.*)"\);$/.exec(statement)?.[1];
    if (port !== undefined) (blocks.some((block) => REFUSAL.test(block)) ? refusals : own).add(port);
    else if (statement.endsWith('{')) blocks.push(statement);
    else if (statement === '};') blocks.pop();
  }
  if (own.size > 0) return { verdict: 'delivered', ports: [...own].sort() };
  return { verdict: refusals.size > 0 ? 'rejected' : 'dropped', ports: [...refusals].sort() };
}

export const optionOf = (run: RecordedRun, name: string): string | undefined =>
  run.options.find((option) => option.startsWith(`--${name}=`))?.slice(name.length + 3);

/** A field's value in the microflow, as written. */
export function fieldOf({ microflow }: RecordedRun, name: string): string | undefined {
  const term = microflow.split('&&').find((each) => each.trim().startsWith(`${name}==`));
  return term
    ?.trim()
    .slice(name.length + 2)
    .replaceAll('"', '');
}
