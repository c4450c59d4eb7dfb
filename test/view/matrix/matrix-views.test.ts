import { expect, it } from 'vitest';
import type { ConnectivityMatrix, MatrixCell } from '../../../src/usecase/matrix/matrix-document.js';
import { PLAIN } from '../../../src/view/color.js';
import { renderMatrixCsv } from '../../../src/view/matrix/matrix-csv.js';
import { renderMatrixJunit } from '../../../src/view/matrix/matrix-junit.js';
import { renderCells, renderMatrix } from '../../../src/view/matrix/matrix-table.js';

const NOTHING = { delivered: 0, dropped: 0, rejected: 0, unknown: 0 };
const sources = ['web', 'db'].map((name) => ({
  id: `shop/${name}[Deployment]`,
  kind: 'Deployment',
  namespace: 'shop',
  name,
  pods: [`${name}-1`, `${name}-2`],
}));
const targets: ConnectivityMatrix['targets'] = [
  { ...sources[0]!, id: 'shop/web[Deployment]:80/tcp', port: 80, protocol: 'tcp' },
  { id: 'shop/api[Service]:443/tcp', kind: 'Service', namespace: 'shop', name: 'api', port: 443, protocol: 'tcp' },
  { ...sources[1]!, id: 'shop/db[Deployment]/icmp', protocol: 'icmp' },
];
const cell = (source: number, target: number, rest: Partial<MatrixCell>): MatrixCell => ({
  source: sources[source]!.id,
  target: targets[target]!.id,
  verdict: 'delivered',
  counts: NOTHING,
  reasons: [],
  ...rest,
});
const denied = {
  verdict: 'dropped' as const,
  count: 2,
  families: ['ipv4'] as const,
  cause: {
    type: 'policy' as const,
    message: 'denied by NetworkPolicy shop/"x", ingress rule 0',
    object: {
      kind: 'NetworkPolicy' as const,
      namespace: 'shop',
      name: '"x"',
      rule: 0,
      text: 'NetworkPolicy shop/"x", ingress rule 0',
    },
  },
  example: { source: 'shop/db-1', destination: 'shop/web-1' },
};
const matrix: ConnectivityMatrix = {
  request: { from: ['shop'], to: ['shop'], ports: [], family: 'both', services: true, by: 'workload' },
  sources,
  targets,
  cells: [
    cell(0, 0, { counts: { ...NOTHING, delivered: 4 } }),
    cell(0, 1, {
      verdict: 'rejected',
      counts: { ...NOTHING, rejected: 4 },
      reasons: [
        {
          ...denied,
          verdict: 'rejected',
          count: 4,
          cause: { type: 'no-endpoints', message: 'Service shop/api\u001b has no endpoint to send to' },
        },
      ],
    }),
    cell(0, 2, { verdict: 'mixed', counts: { ...NOTHING, delivered: 2, dropped: 2 }, reasons: [denied] }),
    cell(1, 0, {
      verdict: 'dropped',
      counts: { ...NOTHING, dropped: 4 },
      reasons: [denied, { ...denied, count: 1, cause: { type: 'no-route', message: 'no route to it' } }],
    }),
    cell(1, 1, {
      verdict: 'unknown',
      counts: { ...NOTHING, unknown: 4 },
      reasons: [{ ...denied, verdict: 'unknown', cause: { type: 'gap', message: 'zone b is not there' } }],
    }),
    cell(1, 2, { verdict: 'none', why: 'a pod sends nothing to itself over the network' }),
  ],
  summary: { cells: { delivered: 1, dropped: 1, rejected: 1, unknown: 1, mixed: 1, none: 1 }, paths: 20 },
  notes: [],
};
const plain = { palette: PLAIN, headers: true };

it('table', async () => {
  await expect(await renderMatrix(matrix, plain)).toMatchFileSnapshot('matrix.table.txt');
});

it('a narrow terminal gets the columns in several parts', async () => {
  const text = await renderMatrix(matrix, { ...plain, width: 27 });
  const heads = text.split('\n').filter((line) => line.startsWith('SOURCE'));
  expect(heads.map((line) => line.split(/ +/).slice(1))).toEqual([['A', 'B'], ['C']]);
  expect(
    Math.max(
      ...text
        .split('\n')
        .slice(0, 8)
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(27);
});

it('wide', async () => {
  await expect(await renderCells(matrix, plain)).toMatchFileSnapshot('matrix.wide.txt');
});

it('csv', async () => {
  await expect(renderMatrixCsv(matrix, true)).toMatchFileSnapshot('matrix.csv');
  expect(renderMatrixCsv(matrix, false).split('\n')).toHaveLength(matrix.cells.length + 1);
});

it('junit, with and without an expectation', async () => {
  await expect(renderMatrixJunit(matrix, 'delivered')).toMatchFileSnapshot('matrix.expected.junit.xml');
  expect(renderMatrixJunit(matrix, undefined)).toContain('tests="6" failures="0" errors="0" skipped="1"');
});

it('letters go on after Z as in spreadsheets', async () => {
  const many = Array.from({ length: 703 }, (_, at) => ({ ...targets[0]!, id: `t${at}` }));
  const text = await renderMatrix({ ...matrix, targets: many, cells: [] }, plain);
  const letters = new Map([...text.matchAll(/^([A-Z]+) +t(\d+)$/gm)].map(([, name, at]) => [Number(at), name]));
  expect([0, 25, 26, 27, 51, 52, 701, 702].map((at) => letters.get(at))).toEqual([
    'A',
    'Z',
    'AA',
    'AB',
    'AZ',
    'BA',
    'ZZ',
    'AAA',
  ]);
});
