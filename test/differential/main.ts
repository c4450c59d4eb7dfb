/**
 * npm run test:differential -- [--seed N] [--topologies T] [--microflows M] [--only TOPOLOGY] [--shrink K]
 *
 * Compares with the real ovn-trace over random northbounds, prints counts by class, and shrinks the first K differences
 * into test/differential/corpus. Exits with 1 when there is a difference that nothing explains.
 */
import { parseArgs } from 'node:util';
import { hasOvn, NO_OVN } from '../support/ovn-sandbox.js';
import { saveCase } from './corpus.js';
import { REASONS } from './judge.js';
import { microflowOf } from './microflows.js';
import { firstDifference } from '../support/ovn-trace.js';
import { differentialRun } from './run.js';
import type { Difference } from './run.js';
import { reallyDiffers, shrink } from './shrink.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    topologies: { type: 'string', default: '50' },
    microflows: { type: 'string', default: '10000' },
    only: { type: 'string' },
    shrink: { type: 'string', default: '5' },
  },
});
const [seed, topologies, microflows, toShrink] = [values.seed, values.topologies, values.microflows, values.shrink].map(
  Number,
) as [number, number, number, number];

if (!hasOvn()) throw new Error(NO_OVN);
console.log(`seed ${seed}: ${topologies} topologies, ${microflows} microflows`);
// Servers and daemons must end with us, and what was compared is worth telling.
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
const result = await differentialRun({
  seed,
  topologies,
  microflows,
  signal: interruption.signal,
  ...(values.only !== undefined && { only: Number(values.only) }),
  found: tell,
  progress: (text) => console.error(text),
});

const explained = [...result.explained].sort(([a], [b]) => a.localeCompare(b));
const many = explained.reduce((sum, [, count]) => sum + count, 0);
// northd of OVN 23.03 knows one tier of ACLs only; its northbound schema has no column for another.
console.log('ACL tiers: none, OVN 23.03 has no column ACL.tier');
if (interruption.signal.aborted) console.log('interrupted');
console.log(
  `compared: ${result.microflows} microflows over ${result.topologies} topologies, fingerprint ${result.fingerprint}`,
);
console.log(`equal: ${result.equal} in all three formats, byte for byte`);
console.log(`explained: ${many}`);
for (const [reason, count] of explained) console.log(`  ${reason}: ${count} (${REASONS[reason]})`);
console.log(`different: ${result.differences.length}`);
for (const line of result.coverage.report()) console.log(line);
for (const [index, difference] of result.differences.slice(0, toShrink).entries()) {
  const { southbound, call, topology } = difference;
  const specimen = { database: southbound.database, call };
  // Two daemons may break a tie differently; what is not found again is only told.
  if (!(await reallyDiffers(specimen))) {
    console.log(`difference ${index + 1} is not there again over the rows alone`);
    continue;
  }
  const name = `seed-${seed}-${topology}-${index + 1}`;
  const found = `--seed ${seed} --topologies ${topologies} --microflows ${microflows} --only ${topology}`;
  console.log(`saved ${await saveCase(name, found, await shrink(specimen, reallyDiffers))}`);
}
process.exitCode = result.differences.length > 0 ? 1 : 0;

function tell({ topology, call, ours, theirs }: Difference): void {
  const options = [...call.options, ...(call.always === undefined ? [] : [`--ct=${call.always} …`])].join(' ');
  console.log(`topology ${topology}: ${options} ${call.datapath} '${microflowOf(call)}'`);
  console.log(firstDifference(ours, theirs));
}
