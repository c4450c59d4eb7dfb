import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWorld } from '../../src/connect/open-world.js';
import { connectivityMatrix } from '../../src/usecase/matrix/matrix.js';
import type { MatrixQuery } from '../../src/usecase/matrix/matrix.js';
import { verifyConnectivity } from '../../src/usecase/expectations/verify-connectivity.js';
import { PLAIN } from '../../src/view/color.js';
import { renderReport } from '../../src/view/expectations/report-table.js';
import { renderCells, renderMatrix } from '../../src/view/matrix/matrix-table.js';
import type { World } from '../../src/world/world.js';
import { repository } from '../support/run-cli.js';

const plain = { palette: PLAIN, headers: true };
const ALL: MatrixQuery = { from: [], to: [], ports: [], family: 'both', services: true, by: 'workload' };

const MATRICES: Readonly<Record<string, MatrixQuery>> = {
  // Every pod of the recorded cluster by every pod and service of it, both families: the whole picture.
  all: ALL,
  ping: { ...ALL, services: false, protocol: 'icmp' },
};

let world: Promise<World> | undefined;
const recorded = (): Promise<World> => (world ??= openWorld(join(repository, 'examples/ic-dualstack')));

describe('matrices of the recorded cluster', () => {
  it.each(Object.entries(MATRICES))('%s', async (name, query) => {
    const matrix = await connectivityMatrix(await recorded(), query);
    await expect(await renderMatrix(matrix, plain)).toMatchFileSnapshot(`ic-dualstack/matrix-${name}.txt`);
  });

  it('shop to payments, every cell with its reason', async () => {
    const matrix = await connectivityMatrix(await recorded(), { ...ALL, from: ['shop'], to: ['payments'] });
    await expect(await renderCells(matrix, plain)).toMatchFileSnapshot('ic-dualstack/matrix-shop-to-payments.txt');
  });
});

it('the expectations of the recorded cluster', async () => {
  const text = readFileSync(join(repository, 'examples/expect.yaml'), 'utf8');
  const report = await verifyConnectivity(await recorded(), { name: 'examples/expect.yaml', text });
  await expect(await renderReport(report, plain)).toMatchFileSnapshot('ic-dualstack/expectations.txt');
});
