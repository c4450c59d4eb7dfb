import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { AccessError, UsageError } from '../../../base/errors.js';
import { readKubeconfig } from './document.js';
import type { Kubeconfig } from './document.js';
import type { ClusterOptions, Surroundings } from './options.js';

/** The kubeconfig files that were read, merged; no files when there are none. */
export interface LoadedKubeconfig extends Kubeconfig {
  readonly files: readonly string[];
}

/**
 * Reads and merges what kubectl would read: `--kubeconfig` alone, else every file of KUBECONFIG that exists, else
 * `~/.kube/config` if it exists. In a merge the first file that has a name, or a current context, decides.
 * A file given by `--kubeconfig` must exist (UsageError `kube.no-kubeconfig`); so must one of KUBECONFIG's.
 */
export async function loadKubeconfig(options: ClusterOptions, surroundings: Surroundings): Promise<LoadedKubeconfig> {
  const found: { readonly file: string; readonly config: Kubeconfig }[] = [];
  const candidates = candidateFiles(options, surroundings);
  for (const file of candidates.files) {
    const text = await readIfThere(file);
    if (text !== undefined) {
      found.push({ file, config: await readKubeconfig(text, file, dirname(resolve(file))) });
    } else if (candidates.source === '--kubeconfig') {
      throw new UsageError('kube.no-kubeconfig', `there is no kubeconfig ${file}`);
    }
  }
  if (found.length === 0 && candidates.source === 'KUBECONFIG') {
    throw new UsageError('kube.no-kubeconfig', `KUBECONFIG names no file that exists: ${candidates.files.join(', ')}`);
  }
  const configs = found.map(({ config }) => config);
  return {
    files: found.map(({ file }) => file),
    currentContext: configs.map(({ currentContext }) => currentContext).find((name) => name !== undefined),
    clusters: firstWins(configs.map(({ clusters }) => clusters)),
    users: firstWins(configs.map(({ users }) => users)),
    contexts: firstWins(configs.map(({ contexts }) => contexts)),
  };
}

function candidateFiles(
  { kubeconfig }: ClusterOptions,
  { environment, home }: Surroundings,
): { readonly source: '--kubeconfig' | 'KUBECONFIG' | 'home'; readonly files: readonly string[] } {
  if (kubeconfig !== undefined) return { source: '--kubeconfig', files: [kubeconfig] };
  const listed = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) return { source: 'KUBECONFIG', files: listed };
  return { source: 'home', files: home === undefined ? [] : [join(home, '.kube', 'config')] };
}

/** Undefined when there is no such file; an AccessError when it must not be read. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return undefined;
    throw unreadableFile('kubeconfig', file, cause);
  }
}

/** The contents of a file that the kubeconfig names: a key, a certificate, a token. */
export async function readNamedFile(what: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw unreadableFile(what, file, cause);
  }
}

function unreadableFile(what: string, file: string, cause: unknown): AccessError | UsageError {
  const code = codeOf(cause);
  if (code === 'EACCES' || code === 'EPERM') {
    return new AccessError('kube.file-permission', `${what} ${file} can't be read: permission denied`, { cause });
  }
  const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : (code ?? 'unknown');
  return new UsageError('kube.file', `${what} ${file} can't be read: ${why}`, { cause });
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function firstWins<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  return new Map(maps.toReversed().flatMap((map) => [...map]));
}
