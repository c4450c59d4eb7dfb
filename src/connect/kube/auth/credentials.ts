import { UsageError } from '../../../base/errors.js';
import type { PemSource } from '../kubeconfig/document.js';
import type { Authorization, ClusterAccess, Impersonation } from '../kubeconfig/cluster-access.js';
import { readNamedFile } from '../kubeconfig/files.js';
import type { Surroundings } from '../kubeconfig/options.js';
import { providerToken } from './auth-provider.js';
import { runExecPlugin } from './exec-plugin.js';
import type { ExecCredential } from './exec-plugin.js';

/** Who we are in one request. */
export interface Identity {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** PEM; the same object as long as it is the same certificate, so that connections can be kept. */
  readonly certificate: { readonly cert: Buffer | string; readonly key: Buffer | string } | undefined;
}

export interface Credentials {
  current(signal: AbortSignal): Promise<Identity>;
  /** After a 401: forgets what may have expired; false when the next try would send the same again. */
  renew(): boolean;
}

export interface CredentialsOptions {
  readonly now: () => number;
  /** Lines for the user, from exec plugins. */
  readonly say: (line: string) => void;
  /** Milliseconds that an exec plugin may take. */
  readonly pluginTimeout: number;
}

/** A credential that ends within this time is renewed before it is used. */
const EXPIRY_MARGIN = 5000;

/** The identity that the kubeconfig describes, with tokens and certificates fetched when first needed. */
export function credentialsOf(
  access: ClusterAccess,
  surroundings: Surroundings,
  options: CredentialsOptions,
): Credentials {
  const { authorization } = access;
  let certificate: Promise<Identity['certificate']> | undefined;
  let fromPlugin: Promise<PluginIdentity> | undefined;

  const own = (): Promise<Identity['certificate']> => (certificate ??= clientCertificate(access));

  /** One run at a time: whoever asks meanwhile waits for its outcome, and runs the plugin again only if it failed. */
  function pluginIdentity(
    exec: Extract<Authorization, { kind: 'exec' }>,
    signal: AbortSignal,
  ): Promise<PluginIdentity> {
    const before = fromPlugin ?? Promise.resolve(undefined);
    const holds = ({ expires }: PluginIdentity): boolean =>
      expires === undefined || expires - EXPIRY_MARGIN > options.now();
    fromPlugin = before
      .catch(() => undefined)
      .then(async (known) => {
        if (known !== undefined && holds(known)) return known;
        const around = {
          environment: surroundings.environment,
          interactive: surroundings.interactive,
          cluster: await clusterInfo(access, exec.clusterConfig),
          say: options.say,
          timeout: options.pluginTimeout,
        };
        return identityOfPlugin(await runExecPlugin(exec.plugin, around, signal));
      });
    return fromPlugin;
  }

  async function authorize(signal: AbortSignal): Promise<Pick<PluginIdentity, 'authorization' | 'certificate'>> {
    switch (authorization.kind) {
      case 'none':
        return { authorization: undefined, certificate: undefined };
      case 'token':
        return bearer(authorization.token);
      case 'token-file':
        // Read anew each time: the kubelet renews the token of a pod while it runs.
        return bearer((await readNamedFile('token', authorization.file)).toString('utf8').trim());
      case 'basic': {
        const { username, password } = authorization;
        const encoded = Buffer.from(`${username}:${password}`).toString('base64');
        return { authorization: `Basic ${encoded}`, certificate: undefined };
      }
      case 'exec':
        return pluginIdentity(authorization, signal);
      case 'provider':
        return bearer(await providerToken(authorization.name, authorization.config));
    }
  }

  return {
    async current(signal) {
      const who = await authorize(signal);
      return {
        headers: {
          ...(who.authorization === undefined ? {} : { authorization: headerValue(who.authorization) }),
          ...impersonationHeaders(access.impersonation),
        },
        certificate: who.certificate ?? (await own()),
      };
    },
    renew() {
      const renewable = fromPlugin !== undefined;
      fromPlugin = undefined;
      return renewable;
    },
  };
}

interface PluginIdentity {
  readonly authorization: string | undefined;
  readonly certificate: Identity['certificate'];
  readonly expires: number | undefined;
}

const bearer = (token: string): Pick<PluginIdentity, 'authorization' | 'certificate'> => ({
  authorization: `Bearer ${token}`,
  certificate: undefined,
});

function identityOfPlugin({ token, certificate, expires }: ExecCredential): PluginIdentity {
  return {
    authorization: token === undefined ? undefined : `Bearer ${token}`,
    certificate: certificate && { cert: certificate.certificate, key: certificate.key },
    expires,
  };
}

/** A token with a line feed inside would be refused by Node with an internal error; say what is wrong instead. */
function headerValue(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  throw new UsageError('kube.token', 'the token has characters that no token has', {
    hints: ['check the file or flag it comes from: it must be one line'],
  });
}

/** Header names of extra fields are percent-encoded where RFC 7230 does not allow the character. */
function impersonationHeaders(who: Impersonation | undefined): Identity['headers'] {
  if (who === undefined) return {};
  const encode = (key: string): string => key.replace(/[^a-z0-9!#$&'*+.^_`|~-]/gi, (char) => encodeURIComponent(char));
  return {
    'impersonate-user': who.user,
    ...(who.groups.length === 0 ? {} : { 'impersonate-group': who.groups }),
    ...(who.uid === undefined ? {} : { 'impersonate-uid': who.uid }),
    ...Object.fromEntries([...who.extra].map(([key, values]) => [`impersonate-extra-${encode(key)}`, values])),
  };
}

async function clientCertificate({ certificate }: ClusterAccess): Promise<Identity['certificate']> {
  if (certificate === undefined) return undefined;
  return {
    cert: await readPem('client certificate', certificate.certificate),
    key: await readPem('client key', certificate.key),
  };
}

/** The PEM text; throws UsageError or AccessError when a file cannot be read. */
export async function readPem(what: string, source: PemSource): Promise<Buffer> {
  return 'data' in source ? Buffer.from(source.data, 'base64') : readNamedFile(what, source.file);
}

async function clusterInfo(access: ClusterAccess, config: unknown): Promise<Readonly<Record<string, unknown>>> {
  const { server, insecure, tlsServerName, proxyUrl, ca } = access;
  return {
    server: server.href.replace(/\/$/, ''),
    ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
    ...(insecure ? { 'insecure-skip-tls-verify': true } : {}),
    ...(ca === undefined ? {} : { 'certificate-authority-data': (await readPem('CA', ca)).toString('base64') }),
    ...(proxyUrl === undefined ? {} : { 'proxy-url': proxyUrl }),
    ...(config === undefined ? {} : { config }),
  };
}
