// `ovnctl trace packet` over a unix socket against `ovn-trace` on the same server, in turns: wall-clock time and peak memory,
// which are promised, and the processor time of both with what their server spends on them, which another load of the
// machine changes less. docs/live-trace.md has what was measured and where the time goes.
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
const CT = ['--ct', 'new', '--ct', 'new'];

/** From a pod of the first switch. */
const microflow = (mac, address, port) =>
  `inport=="${portName(0, FROM)}" && eth.src==${portMac(0, FROM)} && eth.dst==${mac} && ` +
  `ip4.src==${portAddress(0, FROM)} && ip4.dst==${address} && ip.ttl==64 && tcp.src==40000 && tcp.dst==${port}`;

const PACKETS = [
  { to: 'a pod of another switch, through the router', args: [microflow(routerMac(0), portAddress(1, TO), 8080)] },
  { to: 'a pod of the same switch', args: [microflow(portMac(0, TO), portAddress(0, TO), 8080)] },
  // The first service; ovn-trace would choose among its backends by chance.
  {
    to: 'a service',
    args: [microflow(routerMac(0), '172.30.0.0', 80), `--lb-dst=${portAddress(1, FROM)}:8080`],
  },
  { to: 'a port that an ACL denies', args: [microflow(routerMac(0), portAddress(1, TO), 9999)] },
];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Milliseconds of processor time: user and system, so far. */
function processorTime(pid) {
  // After the name in parentheses; in hundredths of a second whatever the kernel counts in.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/**
 * Milliseconds, those of the processor with the server's, peak memory in KiB (both of the process as the kernel counts them,
 * looked at every other millisecond), and what it printed.
 */
function run(program, args, server) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const served = processorTime(server);
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let [memory, processor, text, errors] = [0, 0, '', ''];
    const look = setInterval(() => {
      try {
        const [, peak] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
        memory = Math.max(memory, Number(peak ?? 0));
        processor = Math.max(processor, processorTime(child.pid));
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
      else {
        const time = performance.now() - begin;
        resolve({ time, processor: processor + processorTime(server) - served, memory, text });
      }
    });
  });
}

function show(what, ours, theirs, promised, unit) {
  const ratio = ours / theirs;
  const kept = promised === undefined ? '' : `  promised ≤ ${promised}  ${ratio <= promised ? 'kept' : 'BROKEN'}`;
  console.log(
    `  ${ratio.toFixed(3).padStart(9)} ×  ${what}: ${ours.toFixed(0)} against ${theirs.toFixed(0)} ${unit}${kept}`,
  );
}

async function compare({ name, size, rounds, time, memory }) {
  const file = await southboundFile(name, size);
  const folder = mkdtempSync(join(tmpdir(), 'ovnctl-sb-'));
  const copy = join(folder, 'sb.db');
  copyFileSync(file, copy);
  const server = await serve(folder, [copy]);
  try {
    console.log(`\ntrace packet on a ${name} database (medians of ${rounds}, ovn-trace = 1)`);
    for (const { to, args } of PACKETS) {
      const theirs = [];
      const ours = [];
      // The first round warms the file cache and the server, and is not counted.
      for (let round = 0; round <= rounds; round++) {
        const a = await run('ovn-trace', [`--db=${server.remote}`, ...CT, 'node0', ...args], server.pid);
        const b = await run(
          process.execPath,
          [join(root, 'bin/run.js'), 'trace', 'packet', 'node0', ...args, ...CT, '--sb', server.remote, '-q'],
          server.pid,
        );
        if (a.text !== b.text) throw new Error(`the two traces of ${name} to ${to} differ`);
        if (round === 0) continue;
        theirs.push(a);
        ours.push(b);
      }
      console.log(`  to ${to}`);
      const of = (runs, what) => median(runs.map((each) => each[what]));
      show('time', of(ours, 'time'), of(theirs, 'time'), time, 'ms');
      show('processor, with the server', of(ours, 'processor'), of(theirs, 'processor'), undefined, 'ms');
      show('peak memory', of(ours, 'memory') / 1024, of(theirs, 'memory') / 1024, memory, 'MiB');
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Called by bench/run.mjs: what is compared is not Node with Node. */
export async function measure() {
  for (const each of SIZES) await compare(each);
}
