import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { openConnection } from '../../../src/connect/kube/transport/connection.js';
import type { KubeConnection } from '../../../src/connect/kube/transport/connection.js';
import { containerUnknown, ExecEndpoint, podMissing } from './exec-endpoint.js';
import type { ExecContainer, ExecFaults, ExecRefusal } from './exec-endpoint.js';

type Containers = Readonly<Record<string, ExecContainer | ExecRefusal>>;

/** An API server of which there is nothing but exec, without TLS. */
export interface ExecCluster {
  readonly connection: KubeConnection;
  readonly endpoint: ExecEndpoint;
  /** By `NAMESPACE/POD`. A refusal in a pod's place is for all of its containers. */
  readonly pods: Map<string, Containers | ExecRefusal>;
  faults: ExecFaults;
  stop(): Promise<void>;
}

export async function startExecCluster(): Promise<ExecCluster> {
  const pods = new Map<string, Containers | ExecRefusal>();
  const cluster = { pods, faults: {} as ExecFaults };
  const endpoint = new ExecEndpoint({
    get faults() {
      return cluster.faults;
    },
    find: (namespace, pod, container) => {
      const found = pods.get(`${namespace}/${pod}`);
      if (found === undefined) return podMissing(pod);
      if (isRefusal(found)) return found;
      return found[container] ?? containerUnknown(pod, container);
    },
  });
  const server = createServer((_, response) => response.writeHead(404).end());
  server.on('upgrade', (request, socket, head) => {
    if (!endpoint.handle(request, socket, head)) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const connection = connectTo(`http://127.0.0.1:${String(port)}`);
  return Object.assign(cluster, {
    endpoint,
    connection,
    stop: async () => {
      connection.close();
      await endpoint.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** A connection to a server of one's choice, with a token that means nothing. */
export function connectTo(server: string): KubeConnection {
  const access = {
    server: new URL(server),
    ca: undefined,
    insecure: false,
    tlsServerName: undefined,
    proxyUrl: undefined,
    certificate: undefined,
    authorization: { kind: 'token', token: 't' },
    impersonation: undefined,
    namespace: undefined,
    requestTimeout: undefined,
    name: 'context test',
  } as const;
  const credentials = {
    current: () => Promise.resolve({ headers: { authorization: 'Bearer t' }, certificate: undefined }),
    renew: () => false,
  };
  return openConnection(access, { credentials, environment: {}, userAgent: 'test' });
}

const isRefusal = (found: Containers | ExecRefusal): found is ExecRefusal => typeof found['status'] === 'number';

/** Makes the PATH folder of an image that has these programs of this machine, and nothing else. */
export function imageWith(folder: string, programs: readonly string[]): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const program of programs) {
    // The interpreter itself, because what the PATH has may be a script of a version manager.
    const find = program === 'python3' ? `python3 -c 'import sys; print(sys.executable)'` : `command -v ${program}`;
    const { stdout } = spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin; ${find}`], { encoding: 'utf8' });
    if (stdout.trim() === '') throw new Error(`${program} is not installed`);
    symlinkSync(stdout.trim(), join(bin, program));
  }
  return bin;
}
