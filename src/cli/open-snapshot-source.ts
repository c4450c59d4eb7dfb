/**
 * Chooses what a snapshot is taken from, by the flags that every reading command has: files with `--from`, database servers
 * with `--nb`/`--sb`/`--zone NAME=…`, else the cluster of the kubeconfig. Servers together with `--from` or flags of a
 * cluster take the Kubernetes objects from there. Adapters are loaded when they are chosen.
 */
import { UsageError } from '../base/errors.js';
import type { ZoneRemotes } from '../connect/live/remote-world.js';
import type { OpenedSource } from '../connect/snapshot/opened-source.js';
import { clusterOptions } from './cluster-flags.js';
import { tlsOf } from './open-source.js';
import type { SourceEvents, SourceFlags } from './open-source.js';
import { chosenZones } from './source-flags.js';

interface Options {
  readonly flags: SourceFlags;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly events: SourceEvents;
  readonly signal: AbortSignal;
}

export interface ChosenSource extends OpenedSource {
  /** Zones to limit the snapshot to, from `--zone NAME`. */
  readonly only: readonly string[];
}

/** Opens the source. Throws OvnctlError; close what is returned. */
export async function openSnapshotSource(options: Options): Promise<ChosenSource> {
  const { flags, environment } = options;
  const { remotes, only } = chosenZones(flags);
  const isCluster = Object.keys(clusterOptions(flags)).length > 0;
  const { OVN_NB_DB: nb, OVN_SB_DB: sb } = environment;
  const named = { ...(nb ? { nb } : {}), ...(sb ? { sb } : {}) };
  const mayUseEnvironment = flags.from === undefined && !isCluster && remotes.length === 0;
  const servers = mayUseEnvironment && Object.keys(named).length > 0 ? [named] : remotes;
  if (servers.length === 0) {
    const opened = flags.from === undefined ? await fromCluster(options, isCluster) : await fromFiles(flags.from);
    return { ...opened, only };
  }
  const opened = await fromServers(options, servers);
  if (flags.from === undefined && !isCluster) return { ...opened, only };
  try {
    const others = flags.from === undefined ? await fromCluster(options, isCluster) : await fromFiles(flags.from);
    const { objects, gaps } = others.source;
    const source = {
      ...opened.source,
      objects,
      texts: () => others.source.texts(),
      gaps: gaps.filter(({ zone }) => zone === undefined),
    };
    return {
      source,
      only,
      close: () => {
        opened.close();
        others.close();
      },
    };
  } catch (error) {
    opened.close();
    throw error;
  }
}

async function fromFiles(path: string): Promise<OpenedSource> {
  const { openSnapshotFiles } = await import('../connect/files/open-snapshot.js');
  const { sourceFromFiles } = await import('../connect/snapshot/from-files.js');
  return {
    source: sourceFromFiles(await openSnapshotFiles(path, { everything: true, once: true })),
    close: () => undefined,
  };
}

async function fromServers({ flags, signal }: Options, zones: readonly ZoneRemotes[]): Promise<OpenedSource> {
  const { sourceFromRemotes } = await import('../connect/snapshot/from-remotes.js');
  const tls = await tlsOf(flags);
  return sourceFromRemotes({ zones, signal, ...(tls === undefined ? {} : { tls }), ...timeoutOf(flags) });
}

async function fromCluster({ flags, events, signal }: Options, isCluster: boolean): Promise<OpenedSource> {
  const { sourceFromCluster } = await import('../connect/snapshot/from-cluster.js');
  const namespace = flags['ovn-namespace'];
  try {
    return await sourceFromCluster({
      cluster: clusterOptions(flags),
      events,
      signal,
      ...(namespace === undefined ? {} : { namespace }),
      ...timeoutOf(flags),
    });
  } catch (error) {
    if (isCluster || !(error instanceof UsageError) || error.code !== 'kube.no-context') throw error;
    throw new UsageError('usage.source', `nothing to read from is given, and there is ${error.message}`, {
      cause: error,
      hints: ['name files with --from PATH, database servers with --nb and --sb, or a cluster with --kubeconfig FILE'],
    });
  }
}

function timeoutOf(flags: SourceFlags): { readonly timeoutMs?: number } {
  const { requestTimeout } = clusterOptions(flags);
  return requestTimeout === undefined || requestTimeout === 0 ? {} : { timeoutMs: requestTimeout };
}
