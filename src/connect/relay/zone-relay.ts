import { setMaxListeners } from 'node:events';
import { BugError, OvnctlError } from '../../base/errors.js';
import { OvsdbClient } from '../../ovsdb/client/client.js';
import type { ClientOptions } from '../../ovsdb/client/client.js';
import type { Remote } from '../../ovsdb/client/remote.js';
import type { DatabaseName, DatabasePod, DeploymentZone } from '../../ovnk/deployment.js';
import type { Gap } from '../../world/coverage.js';
import type { KubeConnection } from '../kube/transport/connection.js';
import { systemClock } from '../ovsdb/clock.js';
import { PodRelay } from './pod-relay.js';
import type { RelayOptions } from './pod-relay.js';
import type { SocketName } from './probe.js';
import type { TunnelKind } from './tunnel.js';

const DATABASES: Readonly<Record<SocketName, string>> = {
  northbound: 'OVN_Northbound',
  southbound: 'OVN_Southbound',
  switch: 'Open_vSwitch',
};

/** Two execs and the first answers of a server, across a busy control plane. */
const ATTEMPT_MS = 30_000;

/** A zone's databases through its pods; a pod is only talked to when a client needs it. */
export class ZoneRelay {
  readonly zone: DeploymentZone;
  readonly #relays: ReadonlyMap<string, PodRelay>;

  constructor(connection: KubeConnection, zone: DeploymentZone, options: RelayOptions = {}) {
    this.zone = zone;
    this.#relays = new Map(zone.pods.map((pod) => [pod.name, new PodRelay(connection, pod, options)]));
  }

  /**
   * A client of one database, not yet connected. The pods of a RAFT cluster are its servers; it goes from one to the next as
   * with any other cluster. Close it, and the relay after it.
   */
  client(socket: SocketName, options: Omit<ClientOptions, 'database'> = {}): OvsdbClient {
    const pods = new Map(
      this.zone.pods
        .filter((pod) => socket === 'switch' || pod[socket] !== undefined)
        .map((pod) => [remoteText(socket, pod), pod]),
    );
    const remotes = [...pods.keys()].map((text): Remote => ({ kind: 'unix', path: socket, text }));
    return new OvsdbClient(
      remotes,
      {
        clock: systemClock,
        dial: ({ text }, signal) => this.#relay(pods.get(text)?.name).dial(socket, text, signal),
      },
      { attemptMs: ATTEMPT_MS, ...options, database: DATABASES[socket] },
    );
  }

  /** How the databases of the zone's first pod are reached; for people. */
  kind(socket: SocketName, signal: AbortSignal): Promise<TunnelKind> {
    return this.#relay(this.zone.pods[0]?.name).kind(socket, signal);
  }

  /** Ends what runs in the pods. */
  close(): void {
    for (const relay of this.#relays.values()) relay.close();
  }

  #relay(pod: string | undefined): PodRelay {
    const relay = this.#relays.get(pod ?? '');
    if (relay === undefined) throw new BugError(`no relay to pod ${pod ?? ''}`);
    return relay;
  }
}

const remoteText = (socket: SocketName, { namespace, name }: DatabasePod): string =>
  `${socket} database of pod ${namespace}/${name}`;

/** A zone as it was reached: a connected client for each database, or why there is none. */
export interface ReachedZone {
  readonly relay: ZoneRelay;
  readonly clients: ReadonlyMap<DatabaseName, OvsdbClient>;
  readonly gaps: readonly Gap[];
}

export interface ReachOptions extends RelayOptions {
  readonly signal: AbortSignal;
  readonly client?: Omit<ClientOptions, 'database'>;
  /** Zones at a time. Default 16. */
  readonly bound?: number;
  /** Told after each zone. */
  readonly progress?: (zone: DeploymentZone, done: number, total: number) => void;
}

/**
 * Connects to both databases of every zone, some zones at a time, in the order of `zones`. What can't be reached is a gap of
 * its zone and keeps nobody else from being reached; only the signal ends it all, with its reason.
 */
export async function reachZones(
  connection: KubeConnection,
  zones: readonly DeploymentZone[],
  options: ReachOptions,
): Promise<readonly ReachedZone[]> {
  const { signal, bound = 16, progress } = options;
  // Every exec and every call of all zones listens to it, which Node would take for a leak and tell the user.
  setMaxListeners(0, signal);
  const reached: ReachedZone[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < zones.length; index = next++) {
      const zone = zones[index];
      if (zone === undefined || signal.aborted) return;
      reached[index] = await reachZone(new ZoneRelay(connection, zone, options), options);
      progress?.(zone, ++done, zones.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(bound, zones.length) }, work));
  if (signal.aborted) {
    for (const zone of reached) closeZone(zone);
    signal.throwIfAborted();
  }
  return reached;
}

/** Ends the clients and the relay. */
export function closeZone({ clients, relay }: ReachedZone): void {
  for (const client of clients.values()) client.close();
  relay.close();
}

async function reachZone(relay: ZoneRelay, { signal, client: clientOptions }: ReachOptions): Promise<ReachedZone> {
  const clients = new Map<DatabaseName, OvsdbClient>();
  const gaps: Gap[] = [];
  const reach = async (database: DatabaseName): Promise<void> => {
    const { zone } = relay;
    const subject = `${database} database of zone ${zone.name}`;
    if (!zone.pods.some((pod) => pod[database] !== undefined)) {
      gaps.push({ code: 'relay.no-container', subject, reason: `no container for it in ${podNames(zone)}` });
      return;
    }
    const client = relay.client(database, clientOptions);
    try {
      await client.ready({ signal });
      clients.set(database, client);
    } catch (error) {
      client.close();
      if (!(error instanceof OvnctlError)) {
        // The signal's reason; what else is thrown is a bug.
        if (signal.aborted) return;
        throw error;
      }
      const trouble = zone.pods.flatMap((pod) => pod[database]?.trouble ?? []);
      const because = trouble.length === 0 ? '' : ` (${trouble.join('; ')})`;
      gaps.push({ code: error.code, subject, reason: `${error.message}${because}` });
    }
  };
  await Promise.all([reach('northbound'), reach('southbound')]);
  return { relay, clients, gaps: gaps.sort((a, b) => (a.subject < b.subject ? -1 : 1)) };
}

const podNames = ({ pods }: DeploymentZone): string =>
  pods.map(({ namespace, name }) => `pod ${namespace}/${name}`).join(', ');
