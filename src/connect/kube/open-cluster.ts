/**
 * Opens a live cluster. In: what flags, environment and kubeconfig say. Out: a client that has not sent anything yet; the
 * first request finds out whether the server is there and lets us in. This is the door of src/connect/kube: whoever wants
 * objects wraps the client in a view (live-view.ts), whoever changes them uses api/objects.ts, whoever follows them
 * api/watch.ts. Must not know what the objects mean.
 */
import { homedir } from 'node:os';
import { credentialsOf } from './auth/credentials.js';
import { KubeClient } from './api/client.js';
import type { KubeEvents } from './api/client.js';
import { systemClock } from './api/clock.js';
import type { Clock } from './api/clock.js';
import { clusterAccess } from './kubeconfig/cluster-access.js';
import type { ClusterOptions, Surroundings } from './kubeconfig/options.js';
import { openConnection } from './transport/connection.js';

/** Somebody may have to type a code into a browser. */
const PLUGIN_TIMEOUT = 120_000;

/** What this process has around it. */
function processSurroundings(): Surroundings {
  const home = process.env['HOME'] ?? homedir();
  return {
    environment: process.env,
    home: home === '' ? undefined : home,
    serviceAccountFolder: '/var/run/secrets/kubernetes.io/serviceaccount',
    interactive: process.stdin.isTTY && process.stderr.isTTY,
  };
}

export interface OpenOptions {
  readonly surroundings?: Surroundings;
  readonly clock?: Clock;
  /** `ovnctl/0.1.0`; the server treats names that start like a browser's differently. */
  readonly userAgent?: string;
  readonly pluginTimeout?: number;
}

/** Throws UsageError, InputError or AccessError for a kubeconfig that cannot be used. Close the client's connection at the end. */
export async function openCluster(
  options: ClusterOptions,
  events: KubeEvents,
  { surroundings = processSurroundings(), clock = systemClock, userAgent = 'ovnctl', pluginTimeout }: OpenOptions = {},
): Promise<KubeClient> {
  const access = await clusterAccess(options, surroundings);
  const credentials = credentialsOf(access, surroundings, {
    now: clock.now,
    say: events.warn,
    pluginTimeout: pluginTimeout ?? PLUGIN_TIMEOUT,
  });
  const { environment } = surroundings;
  return new KubeClient(openConnection(access, { credentials, environment, userAgent }), events, clock);
}
