import type { KubeClient, KubeEvents } from '../../../src/connect/kube/api/client.js';
import type { Clock } from '../../../src/connect/kube/api/clock.js';
import type { ClusterOptions, Surroundings } from '../../../src/connect/kube/kubeconfig/options.js';
import { openCluster } from '../../../src/connect/kube/open-cluster.js';
import type { KubeApi } from './server.js';

/** Time that passes only by waiting. */
export class TestClock implements Clock {
  readonly waits: number[] = [];
  #now = 1_800_000_000_000;

  readonly now = (): number => this.#now;

  readonly wait = (milliseconds: number, signal: AbortSignal): Promise<void> => {
    this.waits.push(milliseconds);
    this.#now += milliseconds;
    // Whatever else is ready comes first, as it would while time passes.
    return new Promise((resolve, reject) =>
      setImmediate(() => (signal.aborted ? reject(signal.reason as Error) : resolve())),
    );
  };

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** A process with nothing around it. */
export const NOWHERE: Surroundings = {
  environment: {},
  home: undefined,
  serviceAccountFolder: '/nonexistent',
  interactive: false,
};

export interface TestClient {
  readonly client: KubeClient;
  readonly clock: TestClock;
  readonly warnings: string[];
  readonly notes: string[];
}

export interface TestOptions {
  readonly options?: ClusterOptions;
  readonly surroundings?: Partial<Surroundings>;
  readonly pluginTimeout?: number;
}

/** A client of the loopback server, as `admin` unless the options say something else. */
export async function openTestClient(
  api: KubeApi | undefined,
  { options, surroundings, pluginTimeout }: TestOptions = {},
): Promise<TestClient> {
  const clock = new TestClock();
  const warnings: string[] = [];
  const notes: string[] = [];
  const events: KubeEvents = { warn: (text) => warnings.push(text), note: (text) => notes.push(text) };
  const toServer = api === undefined ? {} : { server: api.url, token: 'admin' };
  const client = await openCluster(options ?? toServer, events, {
    surroundings: { ...NOWHERE, ...surroundings },
    clock,
    ...(pluginTimeout === undefined ? {} : { pluginTimeout }),
  });
  return { client, clock, warnings, notes };
}

/** Nothing interrupts. */
export const QUIET = new AbortController().signal;

/** What was thrown, as the user would see it. */
export async function failureOf(work: Promise<unknown>): Promise<{
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;
  readonly hints: readonly string[];
}> {
  try {
    await work;
  } catch (error) {
    const { name, message, code, hints } = error as Error & { code?: string; hints?: readonly string[] };
    return { name, message, code, hints: hints ?? [] };
  }
  throw new Error('nothing was thrown');
}
