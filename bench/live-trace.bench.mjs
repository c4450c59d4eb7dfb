// `ovnctl trace packet` over a unix socket against `ovn-trace` on the same server: wall-clock time and peak memory, in turns.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { root } from '../scripts/steps.mjs';
import { portAddress, portMac, portName, routerMac, serve, southboundFile } from './live-northbound.mjs';

const SIZES = [
  // About 88,000 flows; the promise is for databases on which ovn-trace is slow.
  { name: 'big', size: { switches: 100, ports: 200, balancers: 2000, groups: 200 }, rounds: 3, time: 0.1, memory: 0.1 },
  // About 5,000 flows: not slower than one and a half times, although a Node process has to start first.
  { name: 'small', size: { switches: 14, ports: 70, balancers: 200, groups: 20 }, rounds: 15, time: 1.5 },
];
const [FROM, TO] = [2, 3];

/** From a pod of the first switch to one of the second, through the router. */
const microflow =
  `inport=="${portName(0, FROM)}" && eth.src==${portMac(0, FROM)} && eth.dst==${routerMac(0)} && ` +
  `ip4.src==${portAddress(0, FROM)} && ip4.dst==${portAddress(1, TO)} && ip.ttl==64 && tcp.src==40000 && tcp.dst==8080`;
const CT = ['--ct', 'new', '--ct', 'new'];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds, peak memory in KiB (the kernel's high-water mark, looked at every other millisecond), and what it printed. */
function run(program, args) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let [memory, text, errors] = [0, '', ''];
    const look = setInterval(() => {
      try {
        const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        memory = Math.max(memory, Number(peak ?? 0));
      } catch {
        // It has ended.
      }
    }, 2);
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (errors += chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(look);
      if (status !== 0) reject(new Error(`${program} ended with ${status}: ${errors}`));
      else resolve({ time: performance.now() - begin, memory, text });
    });
  });
}

function show(what, ours, theirs, promised, unit) {
  const ratio = ours / theirs;
  const kept = promised === undefined ? '' : `  promised ≤ ${promised}  ${ratio <= promised ? 'kept' : 'BROKEN'}`;
  console.log(
    `  ${ratio.toFixed(3).padStart(7)} ×  ${what}: ${ours.toFixed(0)} against ${theirs.toFixed(0)} ${unit}${kept}`,
  );
}

async function compare({ name, size, rounds, time, memory }) {
  const file = await southboundFile(name, size);
  const folder = mkdtempSync(join(tmpdir(), 'ovnctl-sb-'));
  const copy = join(folder, 'sb.db');
  copyFileSync(file, copy);
  const server = await serve(folder, [copy]);
  try {
    const theirs = [];
    const ours = [];
    // The first round warms the file cache and the server, and is not counted.
    for (let round = 0; round <= rounds; round++) {
      const a = await run('ovn-trace', [`--db=${server.remote}`, ...CT, 'node0', microflow]);
      const b = await run(process.execPath, [
        ...[join(root, 'bin/run.js'), 'trace', 'packet', 'node0', microflow, ...CT, '--sb', server.remote, '-q'],
      ]);
      if (a.text !== b.text) throw new Error(`the two traces of ${name} differ`);
      if (round === 0) continue;
      theirs.push(a);
      ours.push(b);
    }
    console.log(`\ntrace packet on a ${name} database (median of ${rounds}, ovn-trace = 1)`);
    const of = (runs, what) => median(runs.map((each) => each[what]));
    show('time', of(ours, 'time'), of(theirs, 'time'), time, 'ms');
    show('peak memory', of(ours, 'memory') / 1024, of(theirs, 'memory') / 1024, memory, 'MiB');
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Called by bench/run.mjs: what is compared is not Node with Node. */
export async function measure() {
  for (const each of SIZES) await compare(each);
}
