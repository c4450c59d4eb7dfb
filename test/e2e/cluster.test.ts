/**
 * What holds of any cluster: `OVNCTL_E2E_KUBECONFIG=… npm run test:e2e` asks a real one, which is only read; otherwise the
 * recorded cluster stands for it, alive behind a loopback API. Which pods and services there are is found out first.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasOvsdbServer, NO_OVSDB, scratchFolder } from '../support/ovsdb-server.js';
import { repository, runCli } from '../support/run-cli.js';
import type { Ran } from '../support/run-cli.js';
import { startSnapshotCluster } from '../support/snapshot-cluster.js';
import type { SnapshotCluster } from '../support/snapshot-cluster.js';

const real = process.env['OVNCTL_E2E_KUBECONFIG'];
const isReal = real !== undefined && real !== '';
const present = isReal || hasOvsdbServer();

interface Named {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}
/** A pod or a service. */
interface Listed extends Named {
  readonly spec: {
    readonly hostNetwork?: boolean;
    readonly clusterIP?: string;
    readonly type?: string;
    readonly ports?: readonly { readonly port: number; readonly protocol?: string }[];
  };
  readonly status: { readonly phase?: string };
}
/** What the documents asked for here have. */
interface Data {
  readonly deployment?: { readonly shape: string; readonly namespace: string };
  readonly zones: readonly Zone[];
  readonly gaps: readonly { readonly code: string; readonly zone?: string }[];
  readonly code: string;
  readonly analyzers: readonly { readonly id: string; readonly outcome: string }[];
  readonly findings: readonly { readonly code: string; readonly object: object; readonly message: string }[];
}
interface Zone {
  readonly zone: string;
  /** Release of OVN. */
  readonly ovn?: string;
  readonly nodes: readonly string[];
  readonly northbound: Database;
  readonly southbound: Database;
}
interface Database {
  readonly state: string;
  readonly schema?: string;
  readonly rows?: Readonly<Record<string, number>>;
}

describe.skipIf(!present)(
  present ? `a ${isReal ? 'real' : 'loopback'} cluster` : NO_OVSDB,
  { timeout: 600_000 },
  () => {
    const folder = scratchFolder();
    const taken = join(folder.path, 'taken');
    let loopback: SnapshotCluster | undefined;
    let kubeconfig = real ?? '';

    beforeAll(async () => {
      if (isReal) return;
      const servers = join(folder.path, 'servers');
      mkdirSync(servers);
      loopback = await startSnapshotCluster(servers);
      kubeconfig = join(folder.path, 'kubeconfig');
      const entry = { name: 'loopback' };
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'loopback',
        contexts: [{ ...entry, context: { cluster: 'loopback', user: 'loopback' } }],
        clusters: [{ ...entry, cluster: { server: loopback.api.url } }],
        users: [{ ...entry, user: { token: 'admin' } }],
      };
      writeFileSync(kubeconfig, JSON.stringify(config));
    }, 60_000);
    afterAll(async () => {
      await loopback?.stop();
      folder.remove();
    });

    const live = (...args: string[]): Promise<Ran> => runCli([...args, '--kubeconfig', kubeconfig, '-o', 'json']);
    const recorded = (...args: string[]): Promise<Ran> => runCli([...args, '--from', taken, '-o', 'json']);
    const dataOf = ({ stdout, stderr }: Ran): Data => {
      if (stdout === '') throw new Error(stderr);
      return (JSON.parse(stdout) as { readonly data: Data }).data;
    };
    const takeSnapshot = async (): Promise<Ran> => live('snapshot', 'take', taken, '--force', '--lines', '200');
    const objects = (plural: string): readonly Listed[] =>
      (JSON.parse(readFileSync(join(taken, 'k8s', `${plural}.json`), 'utf8')) as { readonly items: readonly Listed[] })
        .items;

    /** A cluster may change between the two; what differs once is asked again, of a new snapshot. */
    async function expectSame(pick: (ran: Ran) => unknown, ...args: string[]): Promise<Ran> {
      for (let tries = 0; ; tries++) {
        const [now, then] = [await live(...args), await recorded(...args)];
        if (JSON.stringify(pick(now)) === JSON.stringify(pick(then)) || tries === 2) {
          expect(pick(now)).toEqual(pick(then));
          expect(now.code).toBe(then.code);
          return now;
        }
        await takeSnapshot();
      }
    }

    it('says how it is deployed, and what runs', async () => {
      const ran = await live('version');
      expect(ran.code).toBe(0);
      const version = dataOf(ran);
      expect(version.deployment?.shape).toMatch(
        /^(?:openshift-)?(?:interconnect|central)$|^zone-controllers$|^microshift$/,
      );
      expect(version.zones.length).toBeGreaterThan(0);
      expect(version.zones.every(({ ovn }) => ovn !== undefined)).toBe(true);
    });

    it('has zones whose databases can be read', async () => {
      const ran = await live('zones');
      expect(ran.code).toBe(0);
      const { zones } = dataOf(ran);
      for (const { zone, northbound, southbound, nodes } of zones) {
        expect([zone, northbound.state, southbound.state]).toEqual([zone, 'ok', 'ok']);
        expect(nodes.length).toBeGreaterThan(0);
        expect(southbound.rows?.['Port_Binding']).toBeGreaterThan(0);
      }
    });

    it('is taken as a snapshot without gaps in its databases and without secrets', async () => {
      const ran = await takeSnapshot();
      expect(ran.code).toBe(0);
      const { gaps } = dataOf(ran);
      expect(gaps.filter(({ zone }) => zone !== undefined)).toEqual([]);
      expect(readdirSync(join(taken, 'k8s'))).not.toContain('secrets.json');
      for (const { zone } of dataOf(await live('zones')).zones) {
        for (const file of ['nb.db', 'sb.db']) expect(statSync(join(taken, zone, file)).size).toBeGreaterThan(1000);
      }
      expect((await recorded('zones')).code).toBe(0);
    });

    const namesOf = (): {
      readonly pods: readonly string[];
      readonly services: readonly (readonly [string, string])[];
    } => {
      const name = ({ metadata }: Named): string => `${metadata.namespace}/${metadata.name}`;
      const pods = objects('pods').filter(
        ({ spec, status, metadata }) =>
          spec.hostNetwork !== true &&
          status.phase === 'Running' &&
          metadata.annotations?.['k8s.ovn.org/pod-networks'] !== undefined,
      );
      const services = objects('services').flatMap((service) => {
        const port = service.spec.ports?.find(({ protocol = 'TCP' }) => protocol === 'TCP')?.port;
        const isPlain = service.spec.type !== 'ExternalName' && (service.spec.clusterIP ?? 'None') !== 'None';
        return isPlain && port !== undefined ? [[name(service), String(port)] as const] : [];
      });
      return { pods: pods.map(name), services };
    };

    it('answers about pods and services as its snapshot does', async () => {
      const { pods, services } = namesOf();
      expect(pods.length).toBeGreaterThan(0);
      const [first = ''] = pods;
      let asked = 0;
      for (const other of [pods[1], pods.at(-1)]) {
        if (other === undefined || other === first) continue;
        await expectSame(dataOf, 'trace', 'pod-to-pod', first, other, '--port', '8080');
        asked++;
      }
      for (const [service, port] of services.slice(0, 3)) {
        await expectSame(dataOf, 'trace', 'pod-to-service', first, service, '--port', port);
        asked++;
      }
      await expectSame(dataOf, 'trace', 'pod-to-external', first, '192.0.2.1', '--port', '443');
      expect(asked).toBeGreaterThan(0);
    });

    it('is examined as its snapshot is', async () => {
      // Logs go on meanwhile.
      const found = (ran: Ran): unknown => {
        const { analyzers, findings } = dataOf(ran);
        const told = findings.map(({ code, object, message }) => ({ code, object, message }));
        return { analyzers: analyzers.map(({ id, outcome }) => [id, outcome]), told };
      };
      await expectSame(found, 'doctor', '--skip', 'gateway/startup');
    });

    it('refuses a wrong token with 3; a server that is not there is 4', async () => {
      const refused = await live('zones', '--token', 'not-a-token');
      expect([refused.code, dataOf(refused).code]).toEqual([3, 'kube.unauthorized']);
      const absent = await live('zones', '--server', 'https://127.0.0.1:1', '--request-timeout', '5s');
      expect(absent.code).toBe(4);
      expect((await live('zones', '--zone', 'no-such-zone')).code).toBe(7);
      expect(
        (await live('trace', 'pod-to-external', 'no-such-namespace/nobody', '192.0.2.1', '--port', '1')).code,
      ).toBe(7);
    });

    it('is left alone after Ctrl-C', async () => {
      const child = spawn(process.execPath, [join(repository, 'bin/run.js'), 'doctor', '--kubeconfig', kubeconfig], {
        stdio: 'ignore',
      });
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      await new Promise((resolve) => setTimeout(resolve, 800));
      child.kill('SIGINT');
      // It may have been done already, or on a slow machine not have begun to listen.
      expect([130, 0, 1, 5, null]).toContain(await ended);
      for (let tries = 0; tries < 200 && (loopback?.endpoint.running.size ?? 0) > 0; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(loopback?.endpoint.running.size ?? 0).toBe(0);
    });
  },
);
