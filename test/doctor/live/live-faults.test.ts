import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClusterObjects } from '../../../src/connect/live/cluster-world.js';
import { openRemoteWorld } from '../../../src/connect/live/remote-world.js';
import { findingKey } from '../../../src/doctor/finding.js';
import type { Finding } from '../../../src/doctor/finding.js';
import { ANALYZERS } from '../../../src/doctor/registry.js';
import { examine } from '../../../src/doctor/run.js';
import type { Examination } from '../../../src/doctor/run.js';
import { Coverage } from '../../../src/world/coverage.js';
import { OVN_KINDS } from '../../support/kube-api/model.js';
import { startKubeApi } from '../../support/kube-api/server.js';
import type { KubeApi } from '../../support/kube-api/server.js';
import { loadSnapshot } from '../../support/kube-api/snapshot.js';
import { hasOvn, NO_OVN } from '../../support/ovn-sandbox.js';
import { startOvnZones } from '../../support/ovn-zones.js';
import type { OvnZones } from '../../support/ovn-zones.js';
import { runCli } from '../../support/run-cli.js';
import { example, exampleZones } from '../../support/snapshot-cluster.js';
import { LIVE_FAULTS } from './live-faults.js';

/** What is really wrong in the recorded cluster (test/doctor/recorded-clusters.test.ts), errors first, then warnings. */
const WRONG = [
  'OVN7001=EgressIP/eip-unassignable',
  'OVN7022=EgressIP/eip-unassignable',
  'OVN5021=Service/shop/api-local',
  'OVN6042=NetworkPolicy/payments/allow-ipblock',
  'OVN6072=EgressFirewall/shop/default',
  'OVN7072=AdminPolicyBasedExternalRoute/obs-gateways',
  'OVN5020=Service/shop/solo-lb',
  'OVN5020=Service/shop/web-lb',
];
/** The northd of Debian 12 is older than features that the recorded databases use. */
const OLD = exampleZones.map((name) => `OVN9520=Zone/${name}`);

/** Findings without those that are there before anything is done, each name once. */
const news = (findings: readonly Finding[]): readonly string[] =>
  [...new Set(findings.map(findingKey))].filter((key) => !WRONG.includes(key) && !OLD.includes(key));

const present = hasOvn();

describe.skipIf(!present)(present ? 'faults in real servers' : NO_OVN, { timeout: 60_000 }, () => {
  let cluster: OvnZones;
  let api: KubeApi;

  beforeAll(async () => {
    cluster = await startOvnZones(example, exampleZones);
    api = await startKubeApi({ kinds: OVN_KINDS, tokens: { admin: { name: 'admin' } } });
    loadSnapshot(api.store, example);
  }, 120_000);

  afterAll(async () => {
    await api.stop();
    await cluster.stop();
  });

  /** What the doctor says of the servers as they are now. */
  async function look(): Promise<Examination> {
    const { signal } = new AbortController();
    const silent = { warn: () => undefined, note: () => undefined };
    const coverage = new Coverage();
    const objects = await openClusterObjects(
      { cluster: { server: api.url, token: 'admin' }, events: silent, signal },
      coverage,
    );
    const zones = [...cluster.zones.values()].map(({ name, remote }) => ({ name, nb: remote, sb: remote }));
    const opened = await openRemoteWorld({ zones, kube: objects.kube, coverage, signal, wholeTables: true });
    try {
      const examined = await examine(opened.world, ANALYZERS);
      for (const { outcome } of examined.runs) if (outcome.kind === 'failed') throw outcome.error;
      return examined;
    } finally {
      opened.close();
      objects.close();
    }
  }

  const zone = (name: string) => {
    const found = cluster.zones.get(name);
    if (found === undefined) throw new Error(`no zone ${name}`);
    return found;
  };

  it('finds only what is really wrong before anything is done', async () => {
    const { findings, runs } = await look();
    expect([...new Set(findings.map(findingKey))].sort()).toEqual([...WRONG, ...OLD].sort());
    expect(runs.find(({ analyzer }) => analyzer.id === 'databases/flows')?.outcome.kind).toBe('clean');
    expect(runs.find(({ analyzer }) => analyzer.id === 'services/load-balancers')?.outcome.kind).toBe('clean');
  });

  it.each(LIVE_FAULTS.map((fault) => [fault.name, fault] as const))('%s', async (_name, fault) => {
    const where = zone(fault.zone ?? 'ovn-worker');
    try {
      await fault.inject(where);
      await where.sync();
      const { findings } = await look();
      expect(news(findings).map((key) => key.replace(/[0-9a-f]{8}:/, 'UUID:'))).toEqual([...new Set(fault.finds)]);
      expect(findings.every(({ evidence }) => evidence.length > 0)).toBe(true);
      for (const word of fault.says ?? []) {
        expect(findings.map(({ message }) => message).join('\n')).toContain(word);
      }
    } finally {
      await where.restore();
    }
    expect(news((await look()).findings)).toEqual([]);
  });

  it('is told by the program as well, over the sockets', async () => {
    const where = zone('ovn-worker');
    const route = ['lr-route-del', 'GR_ovn-worker', '0.0.0.0/0'] as const;
    const zones = [...cluster.zones.values()].flatMap(({ name, remote }) => [
      '--zone',
      `${name}=nb=${remote},sb=${remote}`,
    ]);
    const suppressed = [...WRONG, ...OLD].flatMap((key) => ['--suppress', key]);
    const ask = () =>
      runCli(['doctor', ...zones, '--server', api.url, '--token', 'admin', '-o', 'name', ...suppressed]);
    try {
      await where.nbctl(...route);
      const { stdout, code } = await ask();
      expect(stdout).toBe('OVN3015=Node/ovn-worker\n');
      expect(code).toBe(1);
    } finally {
      await where.restore();
    }
    const { stdout, code } = await ask();
    expect(stdout).toBe('');
    // Hosts can't be looked at without pods in the nodes.
    expect(code).toBe(5);
  });
});
