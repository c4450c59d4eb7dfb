import { describe, expect, it } from 'vitest';
import type { ConnectivityReport, ExpectationResult } from '../../../src/usecase/expectations/report-document.js';
import { PLAIN } from '../../../src/view/color.js';
import { reportAnnotations } from '../../../src/view/expectations/github-annotations.js';
import { renderReportJunit } from '../../../src/view/expectations/report-junit.js';
import { renderReport, renderReportWide } from '../../../src/view/expectations/report-table.js';

const NOTHING = { delivered: 0, dropped: 0, rejected: 0, unknown: 0 };

const result = (change: Partial<ExpectationResult>): ExpectationResult => ({
  name: 'the client reaches web',
  line: 3,
  column: 3,
  from: 'shop/client',
  to: 'shop/app=web',
  port: '8080',
  expect: 'delivered',
  outcome: 'met',
  verdict: 'delivered',
  counts: { ...NOTHING, delivered: 6 },
  reasons: [],
  ...change,
});

const results: readonly ExpectationResult[] = [
  result({}),
  result({
    name: 'carts\u001b[2J, too: 100%',
    line: 9,
    outcome: 'broken',
    message: 'expected delivered, but 2 of 6 paths are dropped: denied by default deny',
    verdict: 'mixed',
    counts: { ...NOTHING, delivered: 4, dropped: 2 },
    reasons: [
      {
        verdict: 'dropped',
        count: 2,
        families: ['ipv4', 'ipv6'],
        cause: {
          type: 'policy',
          message: 'denied by default deny',
          object: {
            kind: 'DefaultDeny',
            namespace: 'shop',
            name: 'shop',
            text: 'default deny (Ingress) of namespace shop',
          },
        },
        example: { source: 'shop/cart-0', destination: 'shop/web-1' },
      },
    ],
  }),
  result({
    name: 'nobody',
    line: 15,
    outcome: 'untried',
    message: 'there is no Pod shop/nobody',
    verdict: 'none',
    counts: NOTHING,
  }),
  result({
    name: 'far away',
    line: 20,
    outcome: 'inconclusive',
    message: 'what becomes of it is not known: no databases',
    verdict: 'unknown',
    counts: { ...NOTHING, unknown: 1 },
    protocol: 'udp',
  }),
];
const report: ConnectivityReport = {
  file: 'ci/expect.yaml',
  verdict: 'broken',
  summary: { expectations: 4, met: 1, broken: 1, inconclusive: 1, untried: 1, paths: 13 },
  results,
};
const plain = { palette: PLAIN, headers: true };

it('table', async () => {
  await expect(await renderReport(report, plain)).toMatchFileSnapshot('report.table.txt');
});

it('wide', async () => {
  await expect(await renderReportWide(report, plain)).toMatchFileSnapshot('report.wide.txt');
});

it('junit', async () => {
  await expect(renderReportJunit(report)).toMatchFileSnapshot('report.junit.xml');
});

describe('GitHub annotations', () => {
  it('are one line for each expectation that is not met, at its line', () => {
    expect(reportAnnotations(report)).toEqual([
      String.raw`::error file=ci/expect.yaml,line=9,col=3,title=carts\x1b[2J%2C too%3A 100%25::expected delivered, but 2 of 6 paths are dropped: denied by default deny`,
      '::error file=ci/expect.yaml,line=15,col=3,title=nobody::there is no Pod shop/nobody',
      '::error file=ci/expect.yaml,line=20,col=3,title=far away::what becomes of it is not known: no databases',
    ]);
  });

  it('name no file when the expectations came from standard input', () => {
    const [first] = reportAnnotations({ ...report, file: '-' });
    expect(first).toMatch(/^::error title=carts/);
  });

  it('cannot be forged', () => {
    const forged = result({ name: 't', line: 1, outcome: 'broken', message: 'x\n::error::y\r%0A' });
    expect(reportAnnotations({ ...report, file: 'a,b:c', results: [forged] })).toEqual([
      String.raw`::error file=a%2Cb%3Ac,line=1,col=3,title=t::x\x0a::error::y\x0d%250A`,
    ]);
  });
});
