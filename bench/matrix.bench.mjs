// What a matrix costs: against the cheapest program Node can run, against asking for one pair after the other, and in traces
// a second. A trace is one path of one family through all zones with its reply.
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const EXAMPLE = ['--from', 'examples/ic-dualstack'];
const ROUNDS = 7;

export const title = 'who reaches whom in the recorded cluster';
export const baseline = { name: 'node -e 0', args: ['-e', '0'] };
export const cases = [
  {
    name: 'one pair by itself: ovnctl trace pod-to-pod',
    args: ['bin/run.js', 'trace', 'pod-to-pod', 'shop/client', 'shop/web-0', '--port', '8080', ...EXAMPLE],
  },
  {
    name: 'every pod to every pod and service (1500 cells, 3856 paths): ovnctl trace matrix -A --services',
    args: ['bin/run.js', 'trace', 'matrix', '-A', '--services', '-q', '-o', 'name', ...EXAMPLE],
  },
];

/** Processor time counts, not the clock: a machine that others use would look slower than it is. */
async function rate(ask) {
  const before = process.cpuUsage();
  const traces = await ask();
  const { user, system } = process.cpuUsage(before);
  return (traces / (user + system)) * 1e6;
}

/** In one process, warm: verdicts as the matrix asks for them, and whole traces one after the other. */
export async function report() {
  const { openWorld } = await import(join(root, 'dist/src/connect/open-world.js'));
  const { connectivityMatrix } = await import(join(root, 'dist/src/usecase/matrix/matrix.js'));
  const { tracePodToPod } = await import(join(root, 'dist/src/usecase/trace-path.js'));
  const world = await openWorld(join(root, 'examples/ic-dualstack'));
  const query = { from: [], to: [], ports: ['8080'], family: '4', services: false, by: 'pod' };
  let pairs = [];
  const matrix = async () => {
    const { cells, sources, summary } = await connectivityMatrix(world, query);
    const names = sources.map(({ id }) => id);
    pairs = names.flatMap((source) =>
      names.filter((to) => to !== source).map((destination) => ({ source, destination })),
    );
    return cells.length > 0 ? summary.paths : 0;
  };
  const naive = async () => {
    let traces = 0;
    for (const pair of pairs)
      traces += (await tracePodToPod(world, { ...pair, port: '8080', family: '4' })).paths.length;
    return traces;
  };
  const rates = { matrix: [], naive: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.matrix.push(await rate(matrix));
    rates.naive.push(await rate(naive));
  }
  const [fast, slow] = [Math.max(...rates.matrix), Math.max(...rates.naive)];
  // How many a second depends on the machine; how many times faster does not.
  const promised = 2;
  console.log(
    `  ${fast.toFixed(0).padStart(6)} traces per second of processor time in a matrix of ${pairs.length} pairs (best of ${ROUNDS})`,
  );
  console.log(
    `  ${(fast / slow).toFixed(2).padStart(6)} × as many as whole traces of the same pairs, one after the other` +
      `  promised ≥ ${promised}  ${fast >= promised * slow ? 'kept' : 'BROKEN'}`,
  );
}
