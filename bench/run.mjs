// npm run bench [NAME…]: every bench/*.bench.mjs (or those whose file name contains a NAME), as ratios.
//
// A bench module exports `title`, `baseline` and `cases`; each is {name, args, limit?}: `args` go to this Node, `limit` is the
// ratio that was promised; `report()` may print more. Baseline and cases run in turns within one round, so that a busy moment hits all alike; the
// medians of the rounds are compared. Times of one machine mean nothing on another, ratios do.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuild, ensurePackages, fail, root } from '../scripts/steps.mjs';

const ROUNDS = 11;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function time({ name, args, status = 0 }) {
  const begin = performance.now();
  const ran = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  const took = performance.now() - begin;
  if (ran.status !== status) fail(`${name} ended with ${ran.status}: ${ran.stderr}`);
  return took;
}

function measure(bench) {
  const subjects = [bench.baseline, ...bench.cases];
  const times = subjects.map(() => []);
  // The first round warms the file cache and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    subjects.forEach((subject, at) => {
      const took = time(subject);
      if (round > 0) times[at].push(took);
    });
  }
  const base = median(times[0]);
  console.log(`\n${bench.title} (median of ${ROUNDS}, ${bench.baseline.name} = ${base.toFixed(0)} ms)`);
  bench.cases.forEach(({ name, limit }, at) => {
    const took = median(times[at + 1]);
    const ratio = took / base;
    const promise = limit === undefined ? '' : `  promised ≤ ${limit}  ${ratio <= limit ? 'kept' : 'BROKEN'}`;
    console.log(`  ${ratio.toFixed(2).padStart(6)} ×  ${took.toFixed(0).padStart(5)} ms  ${name}${promise}`);
  });
}

ensurePackages();
ensureBuild();
const wanted = process.argv.slice(2);
const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.mjs'))
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name)))
  .sort();
if (files.length === 0) fail(`no bench matches ${wanted.join(' ')}`);
for (const file of files) {
  const bench = await import(join(import.meta.dirname, file));
  // A bench that compares other things than runs of Node measures by itself.
  if (bench.measure) await bench.measure();
  else measure(bench);
  await bench.report?.();
}
