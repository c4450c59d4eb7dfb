import type { RequestOptions } from 'node:https';
import { AccessError, UsageError } from '../../../base/errors.js';

const KNOWN = ['oidc', 'azure', 'gcp'];

/**
 * The token of one of the old `auth-provider`s, which kubectl itself has dropped but kubeconfigs still have. The client
 * library knows them; this and SOCKS proxies are all that loads it, because loading it takes longer than a whole answer.
 */
export async function providerToken(name: string, config: ReadonlyMap<string, string>): Promise<string> {
  if (!KNOWN.includes(name)) {
    throw new UsageError('kube.auth-provider', `the kubeconfig's auth-provider "${name}" is not known`, {
      hints: [`known are ${KNOWN.join(', ')}; newer kubeconfigs use exec plugins instead`],
    });
  }
  const { KubeConfig } = await import('@kubernetes/client-node');
  const kubeconfig = new KubeConfig();
  const user = { name: 'user', authProvider: { name, config: Object.fromEntries(config) } };
  kubeconfig.loadFromClusterAndUser({ name: 'cluster', server: 'https://localhost', skipTLSVerify: false }, user);
  const options: RequestOptions = {};
  try {
    await kubeconfig.applyToHTTPSOptions(options);
  } catch (cause) {
    throw new AccessError('kube.auth-provider', `auth-provider ${name} gives no token`, {
      cause,
      hints: ['log in again with the program that wrote the kubeconfig'],
    });
  }
  const headers: unknown = options.headers;
  const header =
    typeof headers === 'object' && headers !== null && 'Authorization' in headers ? headers.Authorization : undefined;
  const token = typeof header === 'string' ? /^Bearer (.+)$/.exec(header)?.[1] : undefined;
  if (token === undefined) {
    throw new AccessError('kube.auth-provider', `auth-provider ${name} has no token that still holds`, {
      hints: ['log in again with the program that wrote the kubeconfig'],
    });
  }
  return token;
}
