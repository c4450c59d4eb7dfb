/**
 * Chooses what a command reads: files with `--from`, database servers with `--nb`/`--sb`/`--zone` (or OVN_NB_DB and
 * OVN_SB_DB), else the cluster of the kubeconfig. Servers together with `--from` or flags of a cluster take the Kubernetes
 * objects from there. Adapters are loaded when they are chosen.
 */
import { UsageError } from '../base/errors.js';
import type { OpenedWorld } from '../connect/live/opened-world.js';
import type { ZoneRemotes } from '../connect/live/remote-world.js';
import type { TlsOptions } from '../connect/ovsdb/dial.js';
import type { World } from '../world/world.js';
import { clusterOptions } from './cluster-flags.js';
import { chosenZones } from './source-flags.js';
import type { DatabaseFlags } from './source-flags.js';

type ClusterFlags = Parameters<typeof clusterOptions>[0];

export interface SourceFlags extends DatabaseFlags, ClusterFlags {
  readonly node: readonly string[] | undefined;
  readonly from: string | undefined;
  readonly 'private-key': string | undefined;
  readonly certificate: string | undefined;
  readonly 'ca-cert': string | undefined;
  readonly 'db-server-name': string | undefined;
  readonly 'ovn-namespace': string | undefined;
}

export interface SourceEvents {
  readonly warn: (text: string) => void;
  readonly note: (text: string) => void;
}

interface Options {
  readonly flags: SourceFlags;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly events: SourceEvents;
  readonly signal: AbortSignal;
  /** Everything is looked at, logs and facts of hosts too; nothing but logs, and `-` for standard input, will do then. */
  readonly hosts?: boolean;
  /** Northbound rows are wanted with all their columns. */
  readonly whole?: boolean;
}

/** Opens the source, limited to the zones asked for. Throws OvnctlError; close what is returned. */
export async function openSource(options: Options): Promise<OpenedWorld> {
  const { flags, environment } = options;
  const { remotes, only } = chosenZones(flags);
  const isCluster = Object.keys(clusterOptions(flags)).length > 0;
  const fromEnvironment = {
    ...(environment['OVN_NB_DB'] ? { nb: environment['OVN_NB_DB'] } : {}),
    ...(environment['OVN_SB_DB'] ? { sb: environment['OVN_SB_DB'] } : {}),
  };
  const mayUseEnvironment = flags.from === undefined && !isCluster && remotes.length === 0;
  const servers = mayUseEnvironment && Object.keys(fromEnvironment).length > 0 ? [fromEnvironment] : remotes;
  const opened =
    servers.length > 0
      ? await openServers(options, servers, isCluster)
      : flags.from === undefined
        ? await openCluster(options, isCluster)
        : await openFiles(flags.from, options.hosts);
  const nodes = flags.node ?? [];
  if (only.length === 0 && nodes.length === 0) return opened;
  try {
    const { limitedTo } = await import('../usecase/limited-world.js');
    return { ...opened, world: await limitedTo(opened.world, only, nodes) };
  } catch (error) {
    opened.close();
    throw error;
  }
}

async function openFiles(path: string, hosts = false): Promise<OpenedWorld> {
  const world = await worldAt(path, hosts);
  return { world, readings: () => [], confirm: () => Promise.resolve(), close: () => undefined };
}

async function worldAt(path: string, hosts: boolean): Promise<World> {
  if (hosts && path === '-') {
    const { worldFromInput } = await import('../connect/log-world.js');
    return worldFromInput(process.stdin);
  }
  const { openWorld } = await import('../connect/open-world.js');
  return openWorld(path, { hosts });
}

async function openCluster(
  { flags, events, signal, hosts = false, whole = false }: Options,
  isCluster: boolean,
): Promise<OpenedWorld> {
  const { openClusterWorld } = await import('../connect/live/cluster-world.js');
  const cluster = clusterOptions(flags);
  const { requestTimeout } = cluster;
  const namespace = flags['ovn-namespace'];
  try {
    return await openClusterWorld({
      cluster,
      events,
      signal,
      wholeTables: hosts,
      wholeRows: whole,
      ...(namespace === undefined ? {} : { namespace }),
      ...(requestTimeout === undefined || requestTimeout === 0 ? {} : { timeoutMs: requestTimeout }),
    });
  } catch (error) {
    if (isCluster || !(error instanceof UsageError) || error.code !== 'kube.no-context') throw error;
    throw new UsageError('usage.source', `nothing to read from is given, and there is ${error.message}`, {
      cause: error,
      hints: [
        'name a snapshot with --from PATH, database servers with --nb and --sb, or a cluster with --kubeconfig FILE',
      ],
    });
  }
}

async function openServers(
  { flags, events, signal, hosts = false, whole = false }: Options,
  zones: readonly ZoneRemotes[],
  isCluster: boolean,
): Promise<OpenedWorld> {
  const { openRemoteWorld } = await import('../connect/live/remote-world.js');
  const { requestTimeout } = clusterOptions(flags);
  const tls = await tlsOf(flags);
  const shared = {
    zones,
    signal,
    wholeTables: hosts,
    wholeRows: whole,
    ...(tls === undefined ? {} : { tls }),
    ...(requestTimeout === undefined || requestTimeout === 0 ? {} : { timeoutMs: requestTimeout }),
  };
  if (flags.from !== undefined) {
    const { kube, coverage, hosts: facts } = (await openFiles(flags.from, hosts)).world;
    return openRemoteWorld({ ...shared, kube, coverage, ...(facts === undefined ? {} : { hosts: facts }) });
  }
  if (!isCluster) return openRemoteWorld(shared);
  const { openClusterObjects } = await import('../connect/live/cluster-world.js');
  const { Coverage } = await import('../world/coverage.js');
  const coverage = new Coverage();
  const objects = await openClusterObjects({ cluster: clusterOptions(flags), events, signal }, coverage);
  const opened = await openRemoteWorld({ ...shared, kube: objects.kube, coverage });
  return {
    ...opened,
    close: () => {
      opened.close();
      objects.close();
    },
  };
}

/** What `--ca-cert` and its companions say; undefined when nothing is said. */
export async function tlsOf(flags: SourceFlags): Promise<TlsOptions | undefined> {
  const { 'ca-cert': ca, certificate, 'private-key': privateKey, 'db-server-name': serverName } = flags;
  if (ca === undefined) {
    const given = Object.entries({ '--certificate': certificate, '--private-key': privateKey }).find(([, v]) => v);
    if (given === undefined) return undefined;
    throw new UsageError('usage.tls', `${given[0]} needs --ca-cert: a server that is not verified is not spoken to`);
  }
  const { readTlsFiles } = await import('../connect/live/tls-files.js');
  return readTlsFiles({
    ca,
    ...(certificate === undefined ? {} : { certificate }),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(serverName === undefined ? {} : { serverName }),
  });
}
