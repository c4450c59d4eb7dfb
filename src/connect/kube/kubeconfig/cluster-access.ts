/**
 * From kubeconfig and flags to one cluster and one identity. In: the merged kubeconfig, `--context` and its fellows, and what
 * surrounds the process. Out: where the API server is, how to check it, and who we are there, still without having opened any
 * connection. What does not fit together is a UsageError that names what there is. Must not know HTTP.
 */
import { access } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { UsageError } from '../../../base/errors.js';
import type { ClusterEntry, ExecPlugin, PemSource, UserEntry } from './document.js';
import { loadKubeconfig, readNamedFile } from './files.js';
import type { LoadedKubeconfig } from './files.js';
import type { ClusterOptions, Surroundings } from './options.js';

/** How requests say who sends them, beside a client certificate. */
export type Authorization =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'token-file'; readonly file: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'exec'; readonly plugin: ExecPlugin; readonly clusterConfig: unknown }
  | { readonly kind: 'provider'; readonly name: string; readonly config: ReadonlyMap<string, string> };

export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string | undefined;
  readonly extra: ReadonlyMap<string, readonly string[]>;
}

export interface ClusterAccess {
  /** With a path when the API server is behind one, and never with a trailing slash. */
  readonly server: URL;
  readonly ca: PemSource | undefined;
  /** The server's certificate is not checked; only when asked for in so many words. */
  readonly insecure: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
  readonly certificate: { readonly certificate: PemSource; readonly key: PemSource } | undefined;
  readonly authorization: Authorization;
  readonly impersonation: Impersonation | undefined;
  /** The context's namespace, or that of the pod we run in. */
  readonly namespace: string | undefined;
  /** Milliseconds that one request may take; undefined without a limit. */
  readonly requestTimeout: number | undefined;
  /** For messages: `context kind-ovn`. */
  readonly name: string;
}

const DEFAULT_TIMEOUT = 30_000;

/** Decides which cluster to talk to and as whom; throws UsageError, InputError or AccessError. */
export async function clusterAccess(options: ClusterOptions, surroundings: Surroundings): Promise<ClusterAccess> {
  if (options.as === undefined && (options.asGroups ?? []).length > 0) {
    throw new UsageError('kube.impersonation', '--as-group needs --as', {
      hints: ['Kubernetes impersonates a user, with groups if you like; it does not impersonate groups alone.'],
    });
  }
  const config = await loadKubeconfig(options, surroundings);
  if (config.contexts.size === 0 && !namesSomething(options)) {
    const inside = await inClusterAccess(options, surroundings);
    if (inside !== undefined) return inside;
  }
  const { name, context } = chooseContext(config, options);
  const clusterName = options.cluster ?? context?.cluster;
  const userName = options.user ?? context?.user;
  const cluster = chooseEntry('cluster', clusterName, config.clusters, config);
  const user = chooseEntry('user', userName, config.users, config);
  return {
    server: serverUrl(options.server ?? cluster?.server ?? '', name),
    // A server of one's own choice is checked like the cluster's: the flag replaces the address, not the trust.
    ca: cluster?.ca,
    insecure: options.insecureSkipTlsVerify ?? cluster?.insecure ?? false,
    tlsServerName: cluster?.tlsServerName,
    proxyUrl: cluster?.proxyUrl,
    ...identity(options, user, cluster),
    namespace: context?.namespace,
    requestTimeout: timeoutOf(options),
    name,
  };
}

const namesSomething = ({ context, cluster, user, server }: ClusterOptions): boolean =>
  [context, cluster, user, server].some((each) => each !== undefined);

const timeoutOf = ({ requestTimeout = DEFAULT_TIMEOUT }: ClusterOptions): number | undefined =>
  requestTimeout === 0 ? undefined : requestTimeout;

function chooseContext(config: LoadedKubeconfig, options: ClusterOptions) {
  const wanted = options.context ?? config.currentContext;
  const described = config.files.length === 0 ? 'no kubeconfig was found' : `in ${config.files.join(', ')}`;
  if (wanted === undefined) {
    if (options.server !== undefined || options.cluster !== undefined) {
      return { name: options.server ?? `cluster ${options.cluster ?? ''}`, context: undefined };
    }
    throw new UsageError(
      'kube.no-context',
      config.contexts.size === 0
        ? `no cluster to read: ${config.files.length === 0 ? described : `there are no contexts ${described}`}`
        : `no context is chosen ${described}`,
      {
        hints: [
          ...(config.contexts.size === 0 ? [] : [`give --context with one of: ${list(config.contexts)}`]),
          'read a recorded cluster with --from, or name a kubeconfig with --kubeconfig',
        ],
      },
    );
  }
  const context = config.contexts.get(wanted);
  if (context === undefined) {
    throw new UsageError('kube.no-context', `there is no context "${wanted}" (${described})`, {
      hints: config.contexts.size === 0 ? [] : [`there are: ${list(config.contexts)}`],
    });
  }
  return { name: `context ${wanted}`, context };
}

function chooseEntry<T>(
  what: 'cluster' | 'user',
  name: string | undefined,
  entries: ReadonlyMap<string, T>,
  { files }: LoadedKubeconfig,
): T | undefined {
  if (name === undefined || name === '') return undefined;
  const entry = entries.get(name);
  if (entry !== undefined) return entry;
  throw new UsageError(`kube.no-${what}`, `there is no ${what} "${name}" in ${files.join(', ') || 'any kubeconfig'}`, {
    hints: entries.size === 0 ? [] : [`there are: ${list(entries)}`],
  });
}

const list = (entries: ReadonlyMap<string, unknown>): string => [...entries.keys()].sort().join(', ');

function serverUrl(text: string, name: string): URL {
  if (text === '') throw new UsageError('kube.server', `${name} has no server`, { hints: ['give it with --server'] });
  // client-go takes a bare host for https as well.
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol) || url.hostname === '') {
    throw new UsageError('kube.server', `"${text}" is not the URL of an API server`, {
      hints: ['it looks like https://HOST:6443'],
    });
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/**
 * `--token` is who we are, whatever the kubeconfig says: a client certificate sent beside it would win at the server, and the
 * token would be ignored without a word.
 */
function identity(
  options: ClusterOptions,
  user: UserEntry | undefined,
  cluster: ClusterEntry | undefined,
): Pick<ClusterAccess, 'certificate' | 'authorization' | 'impersonation'> {
  const impersonation = impersonationOf(options, user);
  if (options.token !== undefined) {
    const authorization: Authorization = { kind: 'token', token: options.token };
    return { certificate: undefined, authorization, impersonation };
  }
  const { certificate, key } = user ?? {};
  if ((certificate === undefined) !== (key === undefined)) {
    const [has, lacks] = certificate === undefined ? ['key', 'certificate'] : ['certificate', 'key'];
    throw new UsageError('kube.client-certificate', `the user has a client ${has} but no client ${lacks}`);
  }
  return {
    certificate: certificate && key && { certificate, key },
    authorization: authorizationOf(user, cluster),
    impersonation,
  };
}

function authorizationOf(user: UserEntry | undefined, cluster: ClusterEntry | undefined): Authorization {
  if (user?.exec !== undefined) return { kind: 'exec', plugin: user.exec, clusterConfig: cluster?.pluginConfig };
  if (user?.authProvider !== undefined) return { kind: 'provider', ...user.authProvider };
  // As in client-go the file wins: its token is renewed, the one beside it is what it was at first.
  if (user?.tokenFile !== undefined) return { kind: 'token-file', file: user.tokenFile };
  if (user?.token !== undefined) return { kind: 'token', token: user.token };
  if (user?.username !== undefined) {
    return { kind: 'basic', username: user.username, password: user.password ?? '' };
  }
  return { kind: 'none' };
}

function impersonationOf(options: ClusterOptions, user: UserEntry | undefined): Impersonation | undefined {
  if (options.as !== undefined) {
    return { user: options.as, groups: options.asGroups ?? [], uid: undefined, extra: new Map() };
  }
  return user?.as === undefined
    ? undefined
    : { user: user.as, groups: user.asGroups, uid: user.asUid, extra: user.asExtra };
}

/** The service account of the pod we run in; undefined outside of pods. */
async function inClusterAccess(
  options: ClusterOptions,
  { environment, serviceAccountFolder }: Surroundings,
): Promise<ClusterAccess | undefined> {
  const host = environment['KUBERNETES_SERVICE_HOST'];
  const port = environment['KUBERNETES_SERVICE_PORT'];
  const tokenFile = join(serviceAccountFolder, 'token');
  if (!host || !port || !(await exists(tokenFile))) return undefined;
  const namespaceFile = join(serviceAccountFolder, 'namespace');
  const namespace = (await exists(namespaceFile)) ? await readNamedFile('namespace', namespaceFile) : undefined;
  return {
    server: new URL(`https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`),
    ca: { file: join(serviceAccountFolder, 'ca.crt') },
    insecure: options.insecureSkipTlsVerify ?? false,
    tlsServerName: undefined,
    proxyUrl: undefined,
    certificate: undefined,
    authorization:
      options.token === undefined ? { kind: 'token-file', file: tokenFile } : { kind: 'token', token: options.token },
    impersonation: impersonationOf(options, undefined),
    namespace: namespace?.toString('utf8').trim(),
    requestTimeout: timeoutOf(options),
    name: "the pod's own cluster",
  };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
