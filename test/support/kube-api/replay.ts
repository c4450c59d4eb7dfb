/** Sends a recorded request to the loopback server and says in what its answer differs from the recorded one. */
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { without } from './model.js';
import type { KubeApi } from './server.js';
import type { User } from './call.js';
import type { Exchange } from './recorded.js';

/** The tokens that stand for the recorded identities. */
export const RECORDED_USERS: Readonly<Record<string, User>> = {
  admin: { name: 'rec-admin' },
  bob: { name: 'rec-bob', may: () => false },
  sa: { name: 'system:serviceaccount:rec:recsa', may: () => false },
  alice: { name: 'alice', may: () => false },
  slow: { name: 'rec-slow' },
};

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What the recorded server made anew, and what ours made in its place: requests that follow name it. */
export class Translation {
  readonly #uids = new Map<string, string>();
  readonly #versions = new Map<string, string>();

  learn(wanted: unknown, got: string): void {
    const metadata = (value: unknown): Readonly<Record<string, unknown>> =>
      (value as { readonly metadata?: Readonly<Record<string, unknown>> } | undefined)?.metadata ?? {};
    if (!got.startsWith('{')) return;
    const [theirs, ours] = [metadata(wanted), metadata(JSON.parse(got))];
    for (const [member, map] of [['uid', this.#uids] as const, ['resourceVersion', this.#versions] as const]) {
      const [from, to] = [theirs[member], ours[member]];
      if (typeof from === 'string' && typeof to === 'string') map.set(from, to);
    }
  }

  apply(text: string): string {
    let translated = text;
    for (const [from, to] of this.#uids) translated = translated.replaceAll(from, to);
    return translated.replace(
      /("resourceVersion":\s*)"(\d+)"/g,
      (_, key: string, version: string) => `${key}"${this.#versions.get(version) ?? version}"`,
    );
  }
}

export function send(api: KubeApi, { request }: Exchange, translation: Translation): Promise<Answered> {
  const { as = 'anon', method = 'GET', path = '/', headers = {}, body, bodyText } = request;
  const text = bodyText ?? (body === undefined ? undefined : JSON.stringify(body));
  const sentBody = text === undefined ? undefined : translation.apply(text);
  const length = sentBody === undefined ? {} : { 'content-length': String(Buffer.byteLength(sentBody)) };
  const sent = without(headers, 'authorization');
  const who = as === 'anon' ? {} : { authorization: `Bearer ${as}` };
  return new Promise((resolve, reject) => {
    const asking = httpRequest(
      `${api.url}${path}`,
      { method, path, headers: { 'user-agent': 'rec', ...sent, ...who, ...length }, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        response.on('error', reject);
      },
    );
    asking.on('error', reject);
    asking.end(sentBody);
  });
}

const HEADERS = [
  'content-type',
  'retry-after',
  'x-content-type-options',
  'cache-control',
  'content-encoding',
  'warning',
];
const FLOW = 'x-kubernetes-pf-flowschema-uid';

/** In what the answer differs: status, headers that clients look at, shape of the body. */
export function differences(exchange: Exchange, got: Answered): string[] {
  const { response } = exchange;
  const found: string[] = [];
  if (got.status !== response.status) found.push(`status ${String(got.status)} instead of ${String(response.status)}`);
  const headers = response.headers ?? {};
  for (const name of HEADERS) {
    const wanted = headers[name];
    const text = Array.isArray(wanted) ? wanted.join(', ') : wanted;
    if (got.headers[name] !== text) found.push(`${name}: ${String(got.headers[name])} instead of ${String(text)}`);
  }
  if ((got.headers[FLOW] === undefined) !== (headers[FLOW] === undefined)) found.push(`${FLOW} differs`);
  // Objects are smaller here, without the fields that nobody reads; refusals have their recorded size.
  const isRefusal = (response.status ?? 0) >= 400;
  if (isRefusal && (got.headers['content-length'] === undefined) !== (headers['content-length'] === undefined)) {
    found.push(`framing: ${got.headers['content-length'] === undefined ? 'chunked' : 'length'}`);
  }
  if (response.bodyText !== undefined && got.text !== response.bodyText) found.push('text differs');
  if (response.body !== undefined) found.push(...bodyDifferences(response.body, got.text));
  return found;
}

/** Made anew by each server, or kept in some records only. */
const VOLATILE = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp', 'time', 'continue']);
const LEFT_OUT = new Set(['nodeInfo', 'managedFields', 'selfLink', 'serverAddressByClientCIDRs']);

function bodyDifferences(wanted: unknown, text: string): string[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [`no JSON: ${text.slice(0, 60)}`];
  }
  const members = wanted as { readonly kind?: string; readonly items?: readonly unknown[] };
  if (members.items === undefined) return compare(wanted, body, '');
  // Of a list, the head and the number of items; records leave most of the items out.
  const head = without(members, 'items');
  const { items = [], ...gotHead } = body as { readonly items?: readonly unknown[] };
  const firstKeys = (item: unknown): string => Object.keys(item ?? {}).join();
  const shape = firstKeys(members.items[0]) === firstKeys(items[0]) ? [] : [`items have ${firstKeys(items[0])}`];
  return [...compare(head, gotHead, ''), ...shape];
}

function compare(wanted: unknown, got: unknown, path: string): string[] {
  if (typeof wanted !== 'object' || wanted === null) {
    return wanted === got ? [] : [`${path}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`];
  }
  if (typeof got !== 'object' || got === null) return [`${path}: ${JSON.stringify(got)}`];
  const isTop = path === '' || path === '.metadata';
  const keys = (value: object): string[] => {
    const all = Object.keys(value).filter((key) => !LEFT_OUT.has(key));
    return isTop ? all : all.sort();
  };
  if (keys(wanted).join() !== keys(got).join()) {
    return [`${path || 'top'} has ${keys(got).join()} instead of ${keys(wanted).join()}`];
  }
  return keys(wanted).flatMap((key) => {
    const [a, b] = [(wanted as Record<string, unknown>)[key], (got as Record<string, unknown>)[key]];
    if (VOLATILE.has(key)) return typeof a === typeof b ? [] : [`${path}.${key}: ${typeof b}`];
    if (key === 'name' && String(a).startsWith('rec-gen-')) return [];
    // Texts are for people; whether they are the same is counted, not demanded.
    if (key === 'message') return typeof a === typeof b ? [] : [`${path}.message: ${typeof b}`];
    return compare(a, b, `${path}.${key}`);
  });
}

/** Whether a refusal is worded as the recorded one is. */
export function sameWords({ response }: Exchange, got: Answered): boolean {
  const { message } = (response.body ?? {}) as { readonly message?: unknown };
  return (
    message === undefined ||
    (got.text.startsWith('{') && (JSON.parse(got.text) as { message?: unknown }).message === message)
  );
}
