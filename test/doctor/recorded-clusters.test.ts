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

/**
 * Nobody recorded what commands print on the hosts or their logs, DaemonSets or certificate requests, and ovnkube did not run
 * in pods.
 */
const NOT_RECORDED = [
  ...['databases/connection', 'databases/health', 'databases/northd'],
  ...['gateway/addresses', 'gateway/host-routes', 'gateway/stale', 'gateway/startup', 'network/mode'],
  ...['nodes/coverage', 'nodes/errors', 'nodes/forwarding', 'nodes/mtu', 'nodes/ovnkube', 'nodes/policy-routes'],
];

async function expectReport(folder: string, { findings, inconclusive }: Expected): Promise<void> {
  const examined = await examine(await openWorld(folder, { hosts: true }), ANALYZERS);
  // Two gateways of one policy are two findings with one name.
  expect([...new Set(examined.findings.map(findingKey))]).toEqual(Object.keys(findings));
  const open = examined.runs.filter(({ outcome }) => outcome.kind === 'inconclusive');
  expect(open.map(({ analyzer }) => analyzer.id)).toEqual([...inconclusive].sort());
  expect(examined.runs.filter(({ outcome }) => outcome.kind === 'failed')).toEqual([]);
}

/** Both clusters with interconnect have the same objects. */
const REALLY_WRONG = {
  'OVN7001=EgressIP/eip-unassignable': 'made on purpose: 192.0.2.77 is in no subnet of a node',
  'OVN7022=EgressIP/eip-unassignable': 'why the one above has no node',
  'OVN5021=Service/shop/api-local':
    'internalTrafficPolicy Local with two endpoints; the third node has pods, which can not reach it',
  'OVN6042=NetworkPolicy/payments/allow-ipblock': "made on purpose: its blocks except the subnets of nodes' pods",
  'OVN6072=EgressFirewall/shop/default': 'it denies 0.0.0.0/0 and only one subnet of IPv6, in a dual-stack cluster',
  'OVN7072=AdminPolicyBasedExternalRoute/obs-gateways': 'nobody answers at 172.18.0.200 in the laboratory',
  'OVN5020=Service/shop/solo-lb': 'externalTrafficPolicy Local with one endpoint; two nodes refuse connections',
  'OVN5020=Service/shop/web-lb':
    'externalTrafficPolicy Local with endpoints on two nodes; the third refuses connections',
};

describe('the recorded clusters', () => {
  it('ic-dualstack', async () => {
    const folder = join(repository, 'examples/ic-dualstack');
    await expectReport(folder, { findings: REALLY_WRONG, inconclusive: NOT_RECORDED });
  });

  it.each([
    ['ic-oracle', { findings: REALLY_WRONG, inconclusive: NOT_RECORDED }],
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
