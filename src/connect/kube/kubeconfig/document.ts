/**
 * One kubeconfig file (kind Config, v1), decoded. In: the text and the folder it lies in, because relative paths start there.
 * Out: clusters, users and contexts by name. What cannot be understood is an InputError that names file and place. Reads
 * nothing itself: keys, tokens and certificates stay names of files until somebody connects.
 */
import { isAbsolute, join } from 'node:path';
import { InputError } from '../../../base/errors.js';
import { Fields } from '../../../kube/model/fields.js';

/** A PEM text, in a file or as base64 in the kubeconfig; where both are given, the data counts. */
export type PemSource = { readonly file: string } | { readonly data: string };

export interface ClusterEntry {
  readonly server: string;
  readonly ca: PemSource | undefined;
  readonly insecure: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
  /** What the cluster's extension says to exec plugins, as it is written. */
  readonly pluginConfig: unknown;
}

/** A command that prints an ExecCredential (client.authentication.k8s.io). */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly installHint: string | undefined;
  readonly provideClusterInfo: boolean;
  readonly interactive: string;
}

export interface UserEntry {
  readonly certificate: PemSource | undefined;
  readonly key: PemSource | undefined;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly exec: ExecPlugin | undefined;
  readonly authProvider: { readonly name: string; readonly config: ReadonlyMap<string, string> } | undefined;
  readonly as: string | undefined;
  readonly asGroups: readonly string[];
  readonly asUid: string | undefined;
  readonly asExtra: ReadonlyMap<string, readonly string[]>;
}

export interface ContextEntry {
  readonly cluster: string;
  readonly user: string | undefined;
  readonly namespace: string | undefined;
}

export interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
}

/** Decodes the text of `file`; throws InputError `kube.kubeconfig`. */
export async function readKubeconfig(text: string, file: string, folder: string): Promise<Kubeconfig> {
  const root = Fields.of((await parseYaml(text, file)) ?? {});
  const path = (name: string | undefined): string | undefined =>
    name === undefined || name === '' ? undefined : isAbsolute(name) ? name : join(folder, name);
  const config: Kubeconfig = {
    currentContext: root.text('current-context') === '' ? undefined : root.text('current-context'),
    clusters: named(root, 'clusters', 'cluster', (cluster) => readCluster(cluster, path)),
    users: named(root, 'users', 'user', (user) => readUser(user, path)),
    contexts: named(root, 'contexts', 'context', (context) => ({
      cluster: context.text('cluster') ?? '',
      user: present(context.text('user')),
      namespace: present(context.text('namespace')),
    })),
  };
  if (root.misfit !== undefined) throw new InputError('kube.kubeconfig', `${file}: ${root.misfit}`);
  return config;
}

async function parseYaml(text: string, file: string): Promise<unknown> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error === undefined) return document.toJS();
  const line = text.slice(0, error.pos[0]).split('\n').length;
  throw new InputError('kube.kubeconfig', `${file}: line ${String(line)} is no YAML: ${error.message}`);
}

const present = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

/** The first entry of a name counts, as it does across files. */
function named<T>(root: Fields, list: string, member: string, read: (fields: Fields) => T): ReadonlyMap<string, T> {
  const entries = new Map<string, T>();
  for (const [name, value] of root.list(
    list,
    (entry) => [entry.required('name'), read(entry.inside(member))] as const,
  )) {
    if (!entries.has(name)) entries.set(name, value);
  }
  return entries;
}

type PathOf = (name: string | undefined) => string | undefined;

function pem(fields: Fields, key: string, path: PathOf): PemSource | undefined {
  const data = present(fields.text(`${key}-data`));
  if (data !== undefined) return { data };
  const file = path(fields.text(key));
  return file === undefined ? undefined : { file };
}

function readCluster(cluster: Fields, path: PathOf): ClusterEntry {
  return {
    server: cluster.text('server') ?? '',
    ca: pem(cluster, 'certificate-authority', path),
    insecure: cluster.flag('insecure-skip-tls-verify') ?? false,
    tlsServerName: present(cluster.text('tls-server-name')),
    proxyUrl: present(cluster.text('proxy-url')),
    pluginConfig: cluster
      .list('extensions', (entry) => (entry.text('name') === EXEC_EXTENSION ? entry.value('extension') : undefined))
      .find((extension) => extension !== undefined),
  };
}

const EXEC_EXTENSION = 'client.authentication.k8s.io/exec';

function readUser(user: Fields, path: PathOf): UserEntry {
  const exec = user.optional('exec');
  const provider = user.optional('auth-provider');
  return {
    certificate: pem(user, 'client-certificate', path),
    key: pem(user, 'client-key', path),
    token: present(user.text('token')),
    tokenFile: path(user.text('tokenFile')),
    username: present(user.text('username')),
    password: user.text('password'),
    exec: exec && readExec(exec, path),
    authProvider: provider && { name: provider.text('name') ?? '', config: provider.textMap('config') },
    as: present(user.text('as')),
    asGroups: user.texts('as-groups'),
    asUid: present(user.text('as-uid')),
    asExtra: user.textListMap('as-user-extra'),
  };
}

function readExec(exec: Fields, path: PathOf): ExecPlugin {
  const command = exec.required('command');
  return {
    // Like exec(3): a bare name is looked up in PATH, anything with a slash is a path, relative to the kubeconfig.
    command: command.includes('/') ? (path(command) ?? command) : command,
    args: exec.texts('args'),
    env: exec.list('env', (variable) => ({ name: variable.required('name'), value: variable.text('value') ?? '' })),
    apiVersion: exec.required('apiVersion'),
    installHint: present(exec.text('installHint')),
    provideClusterInfo: exec.flag('provideClusterInfo') ?? false,
    interactive: exec.text('interactiveMode') ?? 'IfAvailable',
  };
}
