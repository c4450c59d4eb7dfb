import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rbacRules } from '../../src/usecase/rbac.js';
import { granting } from '../support/granting.js';
import { containerDown, forbidden, podMissing } from '../support/kube-api/exec-endpoint.js';
import { hasOvsdbServer, NO_OVSDB, scratchFolder } from '../support/ovsdb-server.js';
import { repository, runCli } from '../support/run-cli.js';
import type { Ran } from '../support/run-cli.js';
import { example, exampleZones, podOf, startSnapshotCluster } from '../support/snapshot-cluster.js';
import type { SnapshotCluster } from '../support/snapshot-cluster.js';

const present = hasOvsdbServer();
const TRACE = ['trace', 'pod-to-service', 'shop/client', 'shop/web-svc', '--port', '80'];
const SOURCE_ZONE = 'ovn-worker';

interface Document {
  readonly kind: string;
  readonly metadata: {
    readonly coverage: {
      readonly complete: boolean;
      readonly gaps: readonly { readonly subject: string; readonly zone?: string }[];
    };
  };
  readonly data: {
    readonly verdict: string;
    readonly zones: readonly { readonly zone: string }[];
    readonly paths: readonly { readonly cause?: { readonly type: string; readonly message: string } }[];
  };
}

const documentOf = ({ stdout }: Ran): Document => JSON.parse(stdout) as Document;

describe.skipIf(!present)(present ? 'the program on a live cluster' : NO_OVSDB, { timeout: 180_000 }, () => {
  const folder = scratchFolder();
  let cluster: SnapshotCluster;
  const as = (token: string): readonly string[] => ['--server', cluster.api.url, '--token', token];
  const live = (args: readonly string[], token = 'admin'): Promise<Ran> =>
    runCli([...args, ...as(token), '-o', 'json']);
  const offline = (args: readonly string[]): Promise<Ran> => runCli([...args, '--from', example, '-o', 'json']);

  beforeAll(async () => {
    cluster = await startSnapshotCluster(folder.path);
  }, 60_000);
  afterEach(async () => {
    cluster.refused.clear();
    cluster.faults = {};
    cluster.may = () => true;
    const isEmpty = await eventually(() => cluster.endpoint.running.size === 0);
    if (!isEmpty) throw new Error('something was left running in a pod');
  });
  afterAll(async () => {
    await cluster.stop();
    folder.remove();
  });

  it('answers as it does offline, and says with -v what reading has cost', async () => {
    const [here, there] = [await runCli([...TRACE, ...as('admin'), '-o', 'json', '-v']), await offline(TRACE)];
    expect(here.code).toBe(0);
    expect(documentOf(here).data).toEqual(documentOf(there).data);
    expect(documentOf(here).metadata.coverage).toEqual({ complete: true, gaps: [] });
    expect(here.stderr).toMatch(/note: southbound database of zone ovn-worker: \d+ rows, \d+ bytes, \d+ round trips/);
  });

  describe('the zone that the packet starts in', () => {
    const place = (): string => podOf(SOURCE_ZONE);
    it.each([
      ['exec is denied', () => forbidden(place(), 'ovn-kubernetes', 'admin')],
      ['the pod has gone', () => podMissing(place())],
      ['the container restarts', () => containerDown('nb-ovsdb')],
      ['the node is not ready', () => ({ status: 500, body: 'dial tcp 192.0.2.1:10250: connect: no route to host' })],
    ])('can not be read (%s): a gap that names it, and 5', async (_why, refusal) => {
      cluster.refused.set(place(), refusal());
      const ran = await live(TRACE);
      expect(ran.code).toBe(5);
      const { data, metadata } = documentOf(ran);
      expect(data.verdict).toBe('unknown');
      for (const { cause } of data.paths) {
        expect(cause?.type).toBe('gap');
        expect(cause?.message).toContain(`southbound database of zone ${SOURCE_ZONE}`);
      }
      expect(data.paths.length).toBeGreaterThan(0);
      expect(metadata.coverage.gaps.map(({ zone }) => zone)).toContain(SOURCE_ZONE);
      expect(ran.stderr).toContain(`southbound database of zone ${SOURCE_ZONE}`);
    });

    it.each([
      [forbidden('p', 'ovn-kubernetes', 'admin'), 3],
      [containerDown('nb-ovsdb'), 4],
    ] as const)('is as all the others: there is nothing to answer from', async (refusal, code) => {
      for (const zone of exampleZones) cluster.refused.set(podOf(zone), refusal);
      const ran = await live(TRACE);
      expect([ran.code, documentOf(ran).kind]).toEqual([code, 'Error']);
    });

    it.each([
      [['trace', 'pod-to-pod', 'node/ovn-worker', 'shop/web-0', '--port', '8080']],
      [['trace', 'pod-to-pod', 'port/shop_client', 'shop/web-0', '--port', '8080']],
      [['trace', 'pod-to-pod', 'shop/client', 'port/payments_nobody', '--port', '8080']],
      [['trace', 'pod-to-external', 'shop/client', '203.0.113.9', '--port', '443']],
      [['trace', 'external-to-service', '172.18.0.1', 'shop/api-lb', '--node', 'ovn-worker']],
    ])('also for other ends: %j', async (args) => {
      cluster.refused.set(place(), forbidden(place(), 'ovn-kubernetes', 'admin'));
      const ran = await live(args);
      expect([ran.code, documentOf(ran).data.verdict]).toEqual([5, 'unknown']);
      expect(ran.stderr).toContain(SOURCE_ZONE);
    });

    it('is one unknown cell of a matrix among others', async () => {
      cluster.refused.set(place(), forbidden(place(), 'ovn-kubernetes', 'admin'));
      const ran = await live(['trace', 'matrix', '-n', 'shop', '--to', 'shop', '--port', '8080']);
      expect(ran.code).toBe(5);
      expect(ran.stderr).toContain(SOURCE_ZONE);
    });
  });

  describe('rights', () => {
    it.each(['trace', 'zones', 'doctor'] as const)('those for %s are enough for it', async (purpose) => {
      cluster.may = granting(rbacRules([purpose], 'ovn-kubernetes').manifests);
      const args = purpose === 'trace' ? TRACE : [purpose];
      const ran = await live(args, 'limited');
      expect(`${ran.stdout}${ran.stderr}`).not.toMatch(/forbidden|not allowed/);
      expect([0, 1, 5]).toContain(ran.code);
    });

    const OPTIONAL = new Set(['k8s.ovn.org', 'policy.networking.k8s.io', 'k8s.cni.cncf.io', 'networking.k8s.io']);
    it.each([
      ['a delivered packet', TRACE, 0],
      ['one that a policy denies', ['trace', 'pod-to-pod', 'shop/cart-0', 'payments/ledger-0', '--port', '5432'], 1],
    ])('without those for policies and CRDs the verdict is the same: %s', async (_what, args, code) => {
      cluster.may = ({ group }) => !OPTIONAL.has(group);
      const [all, fewer] = [await live(args), await live(args, 'limited')];
      expect([all.code, fewer.code]).toEqual([code, code]);
      expect(documentOf(fewer).data.verdict).toBe(documentOf(all).data.verdict);
      expect(documentOf(fewer).data.paths.map(({ cause }) => cause?.type)).toEqual(
        documentOf(all).data.paths.map(({ cause }) => cause?.type),
      );
      // What was asked for and refused is named; what was not needed is not.
      const { gaps } = documentOf(fewer).metadata.coverage;
      if (code === 1)
        expect(gaps).toContainEqual(expect.objectContaining({ code: 'kube.forbidden', subject: 'networkpolicies' }));
      for (const { subject } of gaps) expect(fewer.stderr).toContain(subject);
    });

    it('without those for what is named, access is denied with the rule that would allow it', async () => {
      cluster.may = ({ resource }) => resource !== 'services';
      const ran = await live(TRACE, 'limited');
      expect(ran.code).toBe(3);
      expect(ran.stderr).toMatch(/resources: \["services"\]/);
    });

    it('the doctor says what it did not look at', async () => {
      cluster.may = ({ group }) => !OPTIONAL.has(group);
      const ran = await live(['doctor', 'egress'], 'limited');
      expect(ran.code).toBe(5);
      expect(ran.stdout).toContain('egressips');
    });
  });

  it('is limited to the zones of nodes', async () => {
    const one = await live(['zones', '--node', 'ovn-worker2']);
    expect(documentOf(one).data.zones.map(({ zone }) => zone)).toEqual(['ovn-worker2']);
    const two = await live(['zones', '--node', 'ovn-worker2', '--zone', 'ovn-worker']);
    expect(documentOf(two).data.zones.map(({ zone }) => zone)).toEqual(['ovn-worker', 'ovn-worker2']);
    const none = await live(['zones', '--node', 'ovn-wroker2']);
    expect(none.code).toBe(7);
    expect(none.stderr).toMatch(/no zone has the node "ovn-wroker2"\n.*did you mean "ovn-worker2"/);
    expect((await offline(['zones', '--node', 'ovn-worker2'])).stdout).toContain('"ovn-worker2"');
  });

  describe('ended from outside', () => {
    // Nothing tells the programs in the pods but what we send them.
    const protocols = [['v5.channel.k8s.io'], ['v4.channel.k8s.io']];
    it.each(
      protocols.flatMap((offered) => (['SIGINT', 'SIGTERM'] as const).map((signal) => [offered, signal] as const)),
    )('with relays under way over %s, by %s: they end, and so does it', async (offered, signal) => {
      cluster.faults = { protocols: offered, deaf: offered[0]?.startsWith('v4') === true };
      for (const server of cluster.servers.values()) server.signal('SIGSTOP');
      try {
        const child = spawn(process.execPath, [join(repository, 'bin/run.js'), 'zones', ...as('admin')], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const ended = new Promise<[number | null, string | null]>((resolve) =>
          child.once('close', (code, by) => resolve([code, by])),
        );
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
        const isRelay = (): number =>
          [...cluster.endpoint.running].filter(({ spawnargs }) =>
            spawnargs.some((word) => word.includes('carries the byte')),
          ).length;
        expect(await eventually(() => isRelay() === exampleZones.length)).toBe(true);
        child.kill(signal);
        expect(await ended).toEqual(signal === 'SIGINT' ? [130, null] : [null, 'SIGTERM']);
        expect(await eventually(() => cluster.endpoint.running.size === 0)).toBe(true);
        expect(output).not.toMatch(/error|bug/);
      } finally {
        for (const server of cluster.servers.values()) server.signal('SIGCONT');
      }
    });

    it('while a snapshot is written: nothing has its name', async () => {
      const out = join(folder.path, 'out');
      for (const server of cluster.servers.values()) server.signal('SIGSTOP');
      try {
        const child = spawn(
          process.execPath,
          [join(repository, 'bin/run.js'), 'snapshot', 'take', out, ...as('admin')],
          {
            stdio: 'ignore',
          },
        );
        const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
        expect(await eventually(() => cluster.endpoint.running.size >= exampleZones.length)).toBe(true);
        child.kill('SIGINT');
        expect(await ended).toBe(130);
        expect(existsSync(out)).toBe(false);
        expect(readdirSync(folder.path).filter((name) => name.includes('out'))).toEqual([]);
      } finally {
        for (const server of cluster.servers.values()) server.signal('SIGCONT');
      }
    });
  });
});

async function eventually(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 600; tries++) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return holds();
}
