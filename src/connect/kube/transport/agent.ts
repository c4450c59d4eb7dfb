import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { UsageError } from '../../../base/errors.js';
import { portOf } from './proxy-choice.js';
import { ProxyRefusal } from './network-error.js';

/** What TLS needs for one server and one client certificate; empty for plain HTTP. */
export interface TlsSettings {
  /** PEM, as are certificate and key. */
  readonly ca?: Buffer;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
  readonly checkServerIdentity?: NonNullable<ConnectionOptions['checkServerIdentity']>;
}

const POOL = { keepAlive: true, maxSockets: 16, maxFreeSockets: 4 } as const;

/** The pool of connections to the server, straight or through a proxy. */
export async function makeAgent(server: URL, tls: TlsSettings, proxy: string | undefined): Promise<HttpAgent> {
  const secure = server.protocol === 'https:';
  const agent = secure ? new HttpsAgent({ ...POOL, ...tls }) : new HttpAgent(POOL);
  if (proxy === undefined) return agent;
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url !== undefined && /^socks(4a?|5h?)?:$/.test(url.protocol)) return socksAgent(server, tls, url);
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UsageError('kube.proxy-url', `"${proxy}" is not the URL of a proxy`, {
      hints: ['it looks like http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT'],
    });
  }
  return Object.assign(agent, {
    createConnection: (options: ConnectionOptions, done: (error: Error | null, socket?: Socket) => void): void => {
      openTunnel(server, url).then(
        (socket) => {
          done(null, secure ? connectTls({ ...options, ...tls, socket }) : socket);
        },
        (error: unknown) => {
          done(error as Error);
        },
      );
    },
  });
}

/** Asks an HTTP proxy for a way to the server (CONNECT, RFC 9110 section 9.3.6). */
function openTunnel(server: URL, proxy: URL): Promise<Socket> {
  const target = `${server.hostname}:${String(portOf(server))}`;
  const request = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return new Promise((resolve, reject) => {
    const asking = request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: portOf(proxy),
      method: 'CONNECT',
      path: target,
      agent: false,
      headers: {
        host: target,
        ...(login === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }),
      },
    });
    asking.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode >= 200 && statusCode < 300) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new ProxyRefusal(proxy.host, statusCode));
    });
    asking.once('response', ({ statusCode = 0 }) => {
      asking.destroy();
      reject(new ProxyRefusal(proxy.host, statusCode));
    });
    asking.once('error', reject);
    asking.end();
  });
}

/**
 * SOCKS is spoken by the client library's own agent; it is loaded only for this. What it is told of TLS goes before what the
 * request says, so it has to be told everything.
 */
async function socksAgent(server: URL, tls: TlsSettings, proxy: URL): Promise<HttpAgent> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const kubeconfig = new KubeConfig();
  const data = (pem: Buffer | string): string => (typeof pem === 'string' ? Buffer.from(pem) : pem).toString('base64');
  kubeconfig.loadFromClusterAndUser(
    {
      name: 'cluster',
      server: server.origin,
      proxyUrl: proxy.href,
      skipTLSVerify: tls.rejectUnauthorized === false,
      ...(tls.servername === undefined ? {} : { tlsServerName: tls.servername }),
      ...(tls.ca === undefined ? {} : { caData: data(tls.ca) }),
    },
    {
      name: 'user',
      ...(tls.cert === undefined || tls.key === undefined ? {} : { certData: data(tls.cert), keyData: data(tls.key) }),
    },
  );
  const options: RequestOptions = {};
  await kubeconfig.applyToHTTPSOptions(options);
  return options.agent as HttpAgent;
}
