/**
 * HTTP to one API server as one identity. In: a ClusterAccess. Out: answers with a body still to be read, or an upgraded
 * socket. Credentials, TLS, proxies and the pool of connections are settled here; a credential that the server no longer
 * accepts is renewed once. Throws OvnctlErrors for what goes wrong below HTTP. Must not know what is asked or answered.
 */
import { X509Certificate } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import { InputError, UsageError } from '../../../base/errors.js';
import { readPem } from '../auth/credentials.js';
import type { Credentials, Identity } from '../auth/credentials.js';
import type { ClusterAccess } from '../kubeconfig/cluster-access.js';
import { makeAgent } from './agent.js';
import type { TlsSettings } from './agent.js';
import { networkError } from './network-error.js';
import { proxyFor } from './proxy-choice.js';

export interface KubeRequest {
  readonly method: string;
  /** From the root of the API, with the query: `/api/v1/pods?limit=500`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the request at any time, its body included. */
  readonly signal: AbortSignal;
}

export interface KubeResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Destroy it if it is not read to its end. */
  readonly body: IncomingMessage;
}

/** What the server made of a request to change protocols; without a socket it refused, and `body` says why. */
export type KubeUpgrade =
  | { readonly socket: Duplex; readonly head: Buffer; readonly headers: IncomingHttpHeaders }
  | ({ readonly socket?: undefined } & KubeResponse);

export interface KubeConnection {
  readonly access: ClusterAccess;
  open(request: KubeRequest): Promise<KubeResponse>;
  /** A GET with `Connection: Upgrade`; the caller adds what its protocol needs. */
  upgrade(request: Omit<KubeRequest, 'method' | 'body'>): Promise<KubeUpgrade>;
  /** Ends idle connections, so that the process can end. */
  close(): void;
}

export interface ConnectionSettings {
  readonly credentials: Credentials;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly userAgent: string;
}

/** Nothing is opened yet; throws UsageError when a token would travel in the clear. */
export function openConnection(access: ClusterAccess, settings: ConnectionSettings): KubeConnection {
  const { server } = access;
  refuseClearText(access);
  const pools = new Map<Identity['certificate'], Promise<Pool>>();

  async function poolFor(certificate: Identity['certificate']): Promise<Pool> {
    const known = pools.get(certificate);
    if (known !== undefined) return known;
    const made = makePool(access, certificate, settings.environment);
    pools.set(certificate, made);
    // A file that could not be read may be there at the next try.
    made.catch(() => pools.delete(certificate));
    return made;
  }

  async function send(request: KubeRequest, extra: Readonly<Record<string, string>>): Promise<ClientRequest> {
    const identity = await settings.credentials.current(request.signal);
    request.signal.throwIfAborted();
    const { agent, tls } = await poolFor(identity.certificate);
    const options: RequestOptions & TlsSettings = {
      ...tls,
      agent,
      method: request.method,
      host: server.hostname.replace(/^\[|\]$/g, ''),
      port: server.port === '' ? (server.protocol === 'https:' ? 443 : 80) : server.port,
      path: `${server.pathname === '/' ? '' : server.pathname}${request.path}`,
      headers: {
        'user-agent': settings.userAgent,
        ...(identity.headers as Record<string, string | string[]>),
        // For DELETE, Node would send a body without saying how long it is.
        ...(request.body === undefined ? {} : { 'content-length': Buffer.byteLength(request.body) }),
        ...extra,
        ...request.headers,
      },
      signal: request.signal,
    };
    const secure = server.protocol === 'https:';
    return secure ? httpsRequest(options) : httpRequest(options);
  }

  /** One try; a kept connection that the server had closed meanwhile says nothing about the server, so it is tried anew. */
  async function exchange(request: KubeRequest, fresh = false): Promise<KubeResponse> {
    const sent = await send(request, {});
    try {
      return await answerTo(sent, request.body);
    } catch (error) {
      request.signal.throwIfAborted();
      if (!fresh && sent.reusedSocket && isReset(error)) return exchange(request, true);
      throw networkError(server, error);
    }
  }

  async function change(request: Omit<KubeRequest, 'method' | 'body'>, fresh = false): Promise<KubeUpgrade> {
    const sent = await send({ ...request, method: 'GET' }, { connection: 'Upgrade' });
    try {
      return await upgradeOf(sent);
    } catch (error) {
      request.signal.throwIfAborted();
      if (!fresh && sent.reusedSocket && isReset(error)) return change(request, true);
      throw networkError(server, error);
    }
  }

  return {
    access,
    async open(request) {
      const response = await exchange(request);
      if (response.status !== 401 || !settings.credentials.renew()) return response;
      response.body.resume();
      return exchange(request);
    },
    async upgrade(request) {
      const answer = await change(request);
      if (answer.socket !== undefined || answer.status !== 401 || !settings.credentials.renew()) return answer;
      answer.body.resume();
      return change(request);
    },
    close() {
      for (const pool of pools.values()) {
        pool.then(
          ({ agent }) => agent.destroy(),
          () => undefined,
        );
      }
    },
  };
}

interface Pool {
  readonly agent: Agent;
  readonly tls: TlsSettings;
}

async function makePool(
  access: ClusterAccess,
  certificate: Identity['certificate'],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Pool> {
  const { server, proxyUrl } = access;
  const proxy = proxyFor(server, proxyUrl, environment);
  if (server.protocol !== 'https:') return { agent: await makeAgent(server, {}, proxy), tls: {} };
  const ca = access.ca && (await readPem('CA', access.ca));
  checkPem(ca, certificate);
  // An address is no server name (RFC 6066, section 3); it is checked against the certificate's addresses all the same.
  const name = access.tlsServerName ?? server.hostname.replace(/^\[|\]$/g, '');
  const tls: TlsSettings = {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate.cert, key: certificate.key }),
    ...(isIP(name) === 0 ? { servername: name } : {}),
    // The agents do not agree on the name to check when the server is an address; there is only one right one.
    checkServerIdentity: (_, peer) => checkServerIdentity(name, peer),
    // Said outright, because the environment of the process can switch the check off.
    rejectUnauthorized: !access.insecure,
  };
  return { agent: await makeAgent(server, tls, proxy), tls };
}

/** OpenSSL reads the texts when it connects, and its error would look like one of the network. */
function checkPem(ca: Buffer | undefined, certificate: Identity['certificate']): void {
  try {
    // A text without any certificate would be taken for an empty list of authorities, and the server blamed.
    if (ca !== undefined) new X509Certificate(ca);
    createSecureContext({ ...(ca === undefined ? {} : { ca }), ...certificate });
  } catch (cause) {
    throw new InputError('tls.credentials', "a certificate or key of the kubeconfig can't be read as PEM", { cause });
  }
}

/** Anybody on the way could take the credential: only this machine and clusters called insecure get it without TLS. */
function refuseClearText({ server, authorization, insecure }: ClusterAccess): void {
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const near = host === 'localhost' || host === '::1' || host.startsWith('127.');
  if (server.protocol === 'https:' || authorization.kind === 'none' || near || insecure) return;
  throw new UsageError(
    'kube.clear-text',
    `${server.origin} has no TLS, so the credential would be readable on the way`,
    {
      hints: ['use an https:// server; --insecure-skip-tls-verify sends it in the clear nevertheless'],
    },
  );
}

const isReset = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

function answerTo(sent: ClientRequest, body: string | undefined): Promise<KubeResponse> {
  return new Promise((resolve, reject) => {
    sent.once('response', (answer) => resolve(responseOf(answer)));
    sent.once('error', reject);
    sent.end(body);
  });
}

function upgradeOf(sent: ClientRequest): Promise<KubeUpgrade> {
  return new Promise((resolve, reject) => {
    sent.once('upgrade', ({ headers }, socket, head) => resolve({ socket, head, headers }));
    sent.once('response', (answer) => resolve(responseOf(answer)));
    sent.once('error', reject);
    sent.end();
  });
}

const responseOf = (answer: IncomingMessage): KubeResponse => ({
  status: answer.statusCode ?? 0,
  headers: answer.headers,
  body: answer,
});
