/**
 * Runs a credential plugin of the kubeconfig (aws, gke-gcloud-auth-plugin, kubelogin, oc …) and reads the ExecCredential it
 * prints. In: the plugin, the cluster it is for, a signal. Out: token, client certificate or both, and until when they hold.
 * What the plugin says on stderr is for the user (a login page, a code to type) and is passed on as it comes.
 */
import { spawn } from 'node:child_process';
import { setTimeout as timer } from 'node:timers';
import { AccessError, UnavailableError } from '../../../base/errors.js';
import { Fields } from '../../../kube/model/fields.js';
import type { ExecPlugin } from '../kubeconfig/document.js';

export interface ExecCredential {
  readonly token: string | undefined;
  readonly certificate: { readonly certificate: string; readonly key: string } | undefined;
  /** Milliseconds since 1970; undefined when it holds as long as the process lives. */
  readonly expires: number | undefined;
}

export interface ExecSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly interactive: boolean;
  /** The cluster in the words of ExecCredential, for plugins that want it. */
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly say: (line: string) => void;
  /** Milliseconds a plugin may take; somebody may have to log in. */
  readonly timeout: number;
}

const MAX_OUTPUT = 1024 * 1024;
const SHOWN_ERROR_OUTPUT = 2000;

/** Throws AccessError `kube.exec-plugin` when the plugin gives no credential, UnavailableError when it does not end. */
export async function runExecPlugin(
  plugin: ExecPlugin,
  around: ExecSurroundings,
  signal: AbortSignal,
): Promise<ExecCredential> {
  const interactive = around.interactive && plugin.interactive !== 'Never';
  if (plugin.interactive === 'Always' && !interactive) {
    throw refused(plugin, 'it wants to ask questions, and there is no terminal');
  }
  const spec = { interactive, ...(plugin.provideClusterInfo ? { cluster: around.cluster } : {}) };
  const info = JSON.stringify({ kind: 'ExecCredential', apiVersion: plugin.apiVersion, spec });
  const environment = {
    ...around.environment,
    ...Object.fromEntries(plugin.env.map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: info,
  };
  const ended = await run(plugin, environment, interactive, around, signal);
  if (ended.code !== 0) {
    const how = ended.code === null ? 'a signal ended it' : `it ended with ${String(ended.code)}`;
    throw refused(plugin, ended.stderr === '' ? how : `${how}: ${ended.stderr}`);
  }
  return readCredential(plugin, ended.stdout);
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  plugin: ExecPlugin,
  env: Record<string, string | undefined>,
  interactive: boolean,
  around: ExecSurroundings,
  signal: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(plugin.command, plugin.args, {
      env,
      stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let line = '';
    const failed = (error: Error): void => {
      child.kill('SIGKILL');
      reject(error);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > MAX_OUTPUT) failed(refused(plugin, 'it prints more than a credential'));
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-SHOWN_ERROR_OUTPUT);
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const whole of lines) around.say(whole);
    });
    const late = timer(() => {
      failed(
        new UnavailableError(
          'kube.exec-plugin-timeout',
          `${nameOf(plugin)} gave no credential within ${String(Math.round(around.timeout / 1000))} s`,
        ),
      );
    }, around.timeout);
    const abort = (): void => failed(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    child.on('error', (cause) => {
      clearTimeout(late);
      signal.removeEventListener('abort', abort);
      reject(refused(plugin, 'it cannot be started', cause));
    });
    child.on('close', (code) => {
      clearTimeout(late);
      signal.removeEventListener('abort', abort);
      if (line !== '') around.say(line);
      resolve({ code, stdout, stderr: stderr.trim() });
    });
  });
}

const nameOf = ({ command }: ExecPlugin): string => `credential plugin ${command}`;

function refused(plugin: ExecPlugin, why: string, cause?: unknown): AccessError {
  return new AccessError('kube.exec-plugin', `${nameOf(plugin)} gives no credential: ${why}`, {
    cause,
    hints: plugin.installHint === undefined ? [] : [plugin.installHint],
  });
}

function readCredential(plugin: ExecPlugin, text: string): ExecCredential {
  const object = Fields.of(parse(text));
  const status = object.inside('status');
  const token = status.text('token');
  const certificate = status.text('clientCertificateData');
  const key = status.text('clientKeyData');
  const expires = status.text('expirationTimestamp');
  const kind = object.text('kind');
  const apiVersion = object.text('apiVersion');
  if (object.misfit !== undefined) throw refused(plugin, `what it prints is no ExecCredential: ${object.misfit}`);
  if (kind !== 'ExecCredential') throw refused(plugin, 'what it prints is no ExecCredential');
  if (apiVersion !== plugin.apiVersion) {
    throw refused(plugin, `it speaks ${apiVersion ?? 'no version'}, the kubeconfig wants ${plugin.apiVersion}`);
  }
  if ((certificate === undefined) !== (key === undefined)) {
    throw refused(plugin, 'it prints a certificate without its key or a key without its certificate');
  }
  if (token === undefined && certificate === undefined)
    throw refused(plugin, 'it prints neither token nor certificate');
  const until = expires === undefined ? undefined : Date.parse(expires);
  if (Number.isNaN(until)) throw refused(plugin, `its expirationTimestamp is no time`);
  return {
    token,
    certificate: certificate === undefined || key === undefined ? undefined : { certificate, key },
    expires: until,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
