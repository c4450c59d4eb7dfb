/**
 * A Kubernetes API server on the loopback interface, which answers as a real one was recorded to (v1.36): discovery, reads in
 * pages, watches, writes with conflicts and managed fields, refusals, TLS and client certificates. It holds its objects in
 * memory and disturbs its clients as a test wishes. What it leaves out, it leaves out: schemas of most kinds, defaults,
 * Tables, protobuf, strategic merge of lists.
 */
import { createServer as createHttp } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { answer, FLOW_CONTROL } from './answers.js';
import type { Attempt, Call, Reply, Target, User } from './call.js';
import { fixedPath } from './discovery.js';
import { badRequest, BUILT_IN, failure, methodNotAllowed, Refused, unknownPath, unknownResource } from './model.js';
import type { Kind } from './model.js';
import { getReply, listReply } from './reads.js';
import { Store } from './store.js';
import { watchReply } from './watches.js';
import type { OpenWatch } from './watches.js';
import { createReply, deleteReply, patchReply, updateReply } from './writes.js';

/** What happens to a request instead of, or on top of, its answer. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: object | string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection ends without a head. */
  | { readonly kind: 'drop' }
  /** Nothing is ever answered. */
  | { readonly kind: 'mute' }
  /** The connection ends after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The body comes one byte at a time. */
  | { readonly kind: 'trickle' };

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly user: string | undefined;
}

export interface KubeApiOptions {
  /** CRDs, and other kinds beside the usual ones. */
  readonly kinds?: readonly Kind[];
  /** By bearer token. */
  readonly tokens?: Readonly<Record<string, User>>;
  /** By common name of the client certificate. */
  readonly certificates?: Readonly<Record<string, User>>;
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string };
  /** How long a second of `timeoutSeconds` is here. */
  readonly secondMs?: number;
  /** Takes over connections that change their protocol (exec); false when it does not want this one. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
}

export interface KubeApi {
  readonly url: string;
  readonly port: number;
  readonly store: Store;
  /** Every request so far. */
  readonly requests: Seen[];
  /** Watches that are open. */
  readonly watches: Set<OpenWatch>;
  /** Asked about each request before it is answered. */
  fault: ((request: Seen, earlier: number) => Fault | undefined) | undefined;
  stop(): Promise<void>;
}

const ANONYMOUS: User = { name: 'system:anonymous', may: () => false };
const PUBLIC = new Set(['/version', '/healthz', '/livez', '/readyz']);
const MAX_BODY = 3 * 1024 * 1024;

const forbidden = (message: string, details: object): Refused =>
  new Refused(403, failure(403, 'Forbidden', message, details), { 'x-content-type-options': 'nosniff' });

export async function startKubeApi(options: KubeApiOptions = {}): Promise<KubeApi> {
  const store = new Store([...BUILT_IN, ...(options.kinds ?? [])]);
  const requests: Seen[] = [];
  const watches = new Set<OpenWatch>();
  const sockets = new Set<Socket>();
  const uncounted = new WeakSet<Refused>();

  function userOf(request: IncomingMessage): User {
    const { socket, headers } = request;
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    let user = ANONYMOUS;
    if (socket instanceof TLSSocket && options.tls?.clientCa !== undefined) {
      const { subject } = socket.getPeerCertificate() as { readonly subject?: { readonly CN: string } };
      if (subject !== undefined) {
        // A certificate of a CA that nobody knows is no error of TLS; it is nobody's.
        const known = socket.authorized ? options.certificates?.[subject.CN] : undefined;
        if (known === undefined) throw unauthorized();
        user = known;
      }
    }
    if (user === ANONYMOUS && token !== undefined) {
      const known = options.tokens?.[token];
      if (known === undefined) throw unauthorized();
      user = known;
    }
    return user;
  }

  function admit(user: User, attempt: Attempt): void {
    if (!(user.may?.(attempt) ?? true)) throw refusal(user, attempt);
  }

  function impersonated(request: IncomingMessage, user: User, attempt: Attempt): User {
    const name = request.headers['impersonate-user'];
    if (typeof name !== 'string') return user;
    const allowed =
      user.may?.({ verb: 'impersonate', group: '', resource: 'users', namespace: undefined, name }) ?? true;
    if (!allowed) {
      const refused = refusal(user, { ...attempt, verb: `impersonate-on:user-info:${attempt.verb}` });
      // Flow control comes after impersonation.
      uncounted.add(refused);
      throw refused;
    }
    return (
      Object.values({ ...options.tokens, ...options.certificates }).find((each) => each.name === name) ?? {
        ...ANONYMOUS,
        name,
      }
    );
  }

  const listener: RequestListener = (request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!(error instanceof Refused)) {
        response.destroy();
        throw error;
      }
      const counted = error.status !== 401 && !isExempt(request) && !uncounted.has(error);
      answer(request, response, error.status, error.body, { ...(counted ? FLOW_CONTROL : {}), ...error.headers });
    });
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const [rawPath = '/', search = ''] = url.split('?');
    const query = new URLSearchParams(search);
    const body = await bodyOf(request);
    let user: User | undefined;
    let refused: unknown;
    try {
      user = userOf(request);
    } catch (error) {
      refused = error;
    }
    const seen: Seen = { method, url, headers, user: user?.name };
    const fault = api.fault?.(seen, requests.length);
    requests.push(seen);
    if (fault !== undefined && disturb(fault, request, response)) return;
    if (user === undefined) throw refused;
    if (body === undefined) {
      const message = `Request entity too large: limit is ${String(MAX_BODY)}`;
      throw new Refused(413, failure(413, 'RequestEntityTooLarge', message));
    }
    const path = decodeURIComponent(rawPath).replace(/(.)\/$/, '$1');
    if (path.includes('//') || rawPath.includes('/../')) throw unknownResource();
    if (hasBadTimeout(query)) {
      const given = JSON.stringify(query.get('timeout'));
      throw badRequest(`invalid timeout specified in the request URL - time: invalid duration ${given}`);
    }
    const parsed = parsePath(path);
    if (parsed === undefined) {
      if (user.may !== undefined && !PUBLIC.has(path)) {
        if (user === ANONYMOUS || !path.startsWith('/api')) {
          throw forbidden(`forbidden: User "${user.name}" cannot get path "${path}"`, {});
        }
      }
      if (method !== 'GET') throw methodNotAllowed();
      const fixed = fixedPath(path, store.kinds);
      if (fixed === undefined) throw unknownPath();
      const text = fixed.indented === true ? JSON.stringify(fixed.body, null, 2) : fixed.body;
      const nosniff: Record<string, string> =
        typeof fixed.body === 'string' ? { 'x-content-type-options': 'nosniff' } : {};
      const type: Record<string, string> = typeof fixed.body === 'string' ? {} : { 'content-type': 'application/json' };
      answer(request, response, 200, text, { ...type, ...FLOW_CONTROL, ...nosniff });
      return;
    }
    const isWatch = method === 'GET' && parsed.name === undefined && ['1', 'true'].includes(query.get('watch') ?? '');
    const attempt = attemptOf(method, parsed, isWatch);
    const who = impersonated(request, user, attempt);
    admit(who, attempt);
    const kind = kindAt(parsed);
    const target: Target = { kind, namespace: parsed.namespace, name: parsed.name, subresource: parsed.subresource };
    const call: Call = {
      method,
      target,
      query,
      contentType: headers['content-type'] ?? '',
      body,
      agent: (headers['user-agent'] ?? 'unknown').split('/')[0] ?? '',
    };
    checkAccept(headers.accept, kind);
    if (isWatch) {
      const open = watchReply(store, call, response, FLOW_CONTROL, options.secondMs ?? 1000);
      watches.add(open);
      response.on('close', () => watches.delete(open));
      return;
    }
    const reply = replyTo(call);
    answer(request, response, reply.status, reply.body, { ...FLOW_CONTROL, ...reply.headers });
  }

  function replyTo(call: Call): Reply {
    const { method, target } = call;
    switch (method) {
      case 'GET':
        return target.name === undefined ? listReply(store, call) : getReply(store, call);
      case 'POST':
        return createReply(store, call);
      case 'PUT':
        return updateReply(store, call);
      case 'PATCH':
        return patchReply(store, call);
      case 'DELETE':
        return deleteReply(store, call);
      default:
        throw methodNotAllowed();
    }
  }

  /** The kind behind a path; built-in groups and those of CRDs say differently that there is none. */
  function kindAt({ group, version, plural }: Parsed): Kind {
    const inGroup = store.kinds.filter((kind) => kind.group === group);
    const found = inGroup.find((kind) => kind.plural === plural && kind.version === version);
    if (found !== undefined) return found;
    throw inGroup.some((kind) => !kind.custom) ? unknownResource() : unknownPath();
  }

  const server: Server =
    options.tls === undefined
      ? createHttp(listener)
      : createHttps(
          {
            cert: options.tls.cert,
            key: options.tls.key,
            ...(options.tls.clientCa === undefined
              ? {}
              : { ca: options.tls.clientCa, requestCert: true, rejectUnauthorized: false }),
          },
          listener,
        );
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    try {
      const user = userOf(request);
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      requests.push({ method: 'GET', url: request.url ?? '', headers: request.headers, user: user.name });
      const parsed = parsePath(path);
      // The GET is checked for `get`, then once more for `create`.
      if (parsed !== undefined)
        for (const verb of ['get', 'create']) admit(user, { ...attemptOf('GET', parsed, false), verb });
      if (options.upgrade?.(request, socket, head) !== true) throw unknownPath();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const text = typeof error.body === 'string' ? error.body : `${JSON.stringify(error.body)}\n`;
      const type = typeof error.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
      socket.end(
        `HTTP/1.1 ${String(error.status)} Refused\r\ncontent-type: ${type}\r\ncontent-length: ${String(Buffer.byteLength(text))}\r\nconnection: close\r\n\r\n${text}`,
      );
    }
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const api: KubeApi = {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${String(port)}`,
    port,
    store,
    requests,
    watches,
    fault: undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return api;
}

/** Not counted by flow control: what lasts long, and options that cannot be read. */
function isExempt({ url = '' }: IncomingMessage): boolean {
  return (
    /\/(?:exec|attach|log|portforward|proxy)(?:[/?]|$)/.test(url) ||
    hasBadTimeout(new URL(url, 'http://x').searchParams)
  );
}

const hasBadTimeout = (query: URLSearchParams): boolean => !/^(?:\d+(?:ms|[smh]))+$/.test(query.get('timeout') ?? '1s');

function refusal(user: User, { verb, group, resource, namespace, name }: Attempt): Refused {
  const [plural = ''] = resource.split('/');
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const kind = group === '' ? plural : `${plural}.${group}`;
  const what = name === undefined ? kind : `${kind} "${name}"`;
  return forbidden(
    `${what} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural },
  );
}

const unauthorized = (): Refused => new Refused(401, failure(401, 'Unauthorized', 'Unauthorized'));

/** True when the request needs no answer any more. */
function disturb(fault: Fault, request: IncomingMessage, response: ServerResponse): boolean {
  switch (fault.kind) {
    case 'answer': {
      const nosniff: Record<string, string> =
        typeof fault.body === 'string' ? { 'x-content-type-options': 'nosniff' } : {};
      answer(request, response, fault.status, fault.body, { ...nosniff, ...fault.headers });
      return true;
    }
    case 'drop':
      request.socket.destroy();
      return true;
    case 'mute':
      return true;
    case 'cut': {
      let left = fault.after;
      const write = response.write.bind(response) as (chunk: Buffer, done?: () => void) => boolean;
      Object.assign(response, {
        write: (chunk: Buffer): boolean => {
          const part = chunk.subarray(0, left);
          left -= part.length;
          return write(part, () => {
            if (left === 0) request.socket.destroy();
          });
        },
        end: () => undefined,
      });
      return false;
    }
    case 'trickle': {
      const write = response.write.bind(response) as (chunk: Buffer) => boolean;
      request.socket.setNoDelay(true);
      Object.assign(response, {
        write: (chunk: Buffer): boolean => {
          for (let at = 0; at < chunk.length; at++) write(chunk.subarray(at, at + 1));
          return true;
        },
      });
      return false;
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return bytes.length > MAX_BODY ? undefined : bytes.toString('utf8');
}

interface Parsed {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** What a path says about a resource; undefined for paths that are about the server. */
function parsePath(path: string): Parsed | undefined {
  const [, root, ...parts] = path.split('/');
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (parts.shift() ?? '');
  const [version, ...rest] = parts;
  if (version === undefined || rest.length === 0) return undefined;
  if (rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize') {
    const [, namespace, plural = '', name, ...more] = rest;
    return { group, version, plural, namespace, name, subresource: more.length === 0 ? undefined : more.join('/') };
  }
  const [plural = '', name, ...more] = rest;
  if (more[0] === 'proxy') more.length = 1;
  return {
    group,
    version,
    plural,
    namespace: undefined,
    name,
    subresource: more.length === 0 ? undefined : more.join('/'),
  };
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function attemptOf(method: string, parsed: Parsed, isWatch: boolean): Attempt {
  const { group, plural, namespace, name, subresource } = parsed;
  const reading = isWatch ? 'watch' : name === undefined ? 'list' : 'get';
  const verb = VERBS[method] ?? reading;
  return {
    verb: verb === 'delete' && name === undefined ? 'deletecollection' : verb,
    group,
    resource: subresource === undefined ? plural : `${plural}/${subresource}`,
    // To RBAC, a namespace is in itself.
    namespace: plural === 'namespaces' && group === '' ? name : namespace,
    name,
  };
}

function checkAccept(accept: string | undefined, kind: Kind): void {
  const types = (accept ?? '*/*').split(',').map((type) => type.split(';')[0]?.trim() ?? '');
  if (types.some((type) => ['*/*', 'application/*', 'application/json'].includes(type))) return;
  const known = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
  throw kind.custom
    ? new Refused(406, failure(406, 'NotAcceptable', `only the following media types are accepted: ${known}`))
    : new Refused(406, failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${known}`, {}));
}
