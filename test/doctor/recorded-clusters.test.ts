import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../src/connect/open-world.js';
import { findingKey } from '../../src/doctor/finding.js';
import { ANALYZERS } from '../../src/doctor/registry.js';
import { examine } from '../../src/doctor/run.js';
import { repository } from '../support/run-cli.js';

const scratch = mkdtempSync(join(tmpdir(), 'ovnctl-doctor-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What is really wrong in a recorded cluster, and why; and what could not be looked at. */
interface Expected {
  readonly findings: Readonly<Record<string, string>>;
  readonly inconclusive: readonly string[];
}

/** Nobody recorded routes, addresses or logs of the hosts, and ovnkube did not run in pods. */
const NOT_RECORDED = [
  'gateway/addresses',
  'gateway/host-routes',
  'gateway/stale',
  'gateway/startup',
  'network/mode',
  'nodes/ovnkube',
];

async function expectReport(folder: string, { findings, inconclusive }: Expected): Promise<void> {
  const examined = await examine(await openWorld(folder, { hosts: true }), ANALYZERS);
  expect(examined.findings.map(findingKey)).toEqual(Object.keys(findings));
  const open = examined.runs.filter(({ outcome }) => outcome.kind === 'inconclusive');
  expect(open.map(({ analyzer }) => analyzer.id)).toEqual([...inconclusive].sort());
  expect(examined.runs.filter(({ outcome }) => outcome.kind === 'failed')).toEqual([]);
}

/** Both clusters with interconnect have the same objects; errors first, then warnings. */
const WRONG = {
  'OVN7001=EgressIP/eip-unassignable': 'made on purpose: 192.0.2.77 is in no subnet of a node',
  'OVN5021=Service/shop/api-local':
    'internalTrafficPolicy Local with two endpoints; the third node has pods, which can not reach it',
  'OVN5020=Service/shop/solo-lb': 'externalTrafficPolicy Local with one endpoint; two nodes refuse connections',
  'OVN5020=Service/shop/web-lb':
    'externalTrafficPolicy Local with endpoints on two nodes; the third refuses connections',
};

describe('the recorded clusters', () => {
  it('ic-dualstack', async () => {
    const folder = join(repository, 'examples/ic-dualstack');
    await expectReport(folder, { findings: WRONG, inconclusive: NOT_RECORDED });
  });

  it.each([
    ['ic-oracle', { findings: WRONG, inconclusive: NOT_RECORDED }],
    // Only one of its three zones was recorded: the others' gateway routers are not known. Nor were events.
    ['scale-500', { findings: {}, inconclusive: [...NOT_RECORDED, 'gateway/router', 'services/port-claims'] }],
  ] as const)('%s', async (name, expected) => {
    const archive = join(repository, '../shared/captures', `${name}.tar.gz`);
    if (!existsSync(archive)) {
      if (process.env['CI']) throw new Error(`${archive} is absent`);
      console.error(`not run: ${archive} is absent`);
      return;
    }
    execFileSync('tar', ['-xzf', archive, '-C', scratch]);
    await expectReport(join(scratch, name), expected);
  });
});
