import {
  apiVersionOf,
  badRequest,
  failure,
  invalidOptions,
  notFound,
  Refused,
  unknownResource,
  without,
} from './model.js';
import type { Kind, KubeJson } from './model.js';
import type { Call, Reply, Target } from './call.js';
import { fieldTest, labelTest } from './selectors.js';
import type { Store } from './store.js';

const STATUS_SUBRESOURCE = new Set(['pods', 'nodes', 'namespaces', 'services', 'userdefinednetworks']);

/** The object that a path names; throws the server's 404. */
export function existing(store: Store, { kind, namespace, name = '', subresource }: Target): KubeJson {
  const object = store.get(kind, namespace, name);
  if (subresource !== undefined && !(subresource === 'status' && STATUS_SUBRESOURCE.has(kind.plural))) {
    // A CR without the subresource says that the object is not there; a built-in kind, that the path is not.
    throw kind.custom ? notFound(kind, name) : unknownResource();
  }
  if (object === undefined) throw notFound(kind, name);
  return object;
}

export function getReply(store: Store, call: Call): Reply {
  const { name = '' } = call.target;
  if (name === '.' || name === '..') throw badRequest(`Name parameter invalid: "${name}": may not be '${name}'`);
  const version = call.query.get('resourceVersion') ?? '';
  if (Number(version) > store.revision) throw tooLarge(store, version);
  return { status: 200, body: existing(store, call.target) };
}

/** What the query of a list or watch selects. */
export function selectionOf(call: Call): (object: KubeJson) => boolean {
  const { target, query } = call;
  const labels = labelTest(query.get('labelSelector') ?? '');
  const fields = fieldTest(target.kind, query.get('fieldSelector') ?? '');
  return (object) =>
    (target.namespace === undefined || object.metadata.namespace === target.namespace) &&
    labels(object) &&
    fields(object);
}

interface Token {
  readonly v: string;
  readonly rv: number;
  readonly start: string;
}

const encodeToken = (rv: number, start: string): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv, start })).toString('base64url');

function decodeToken(text: string): Token {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Token;
  } catch {
    throw badRequest(
      "invalid continue token: continue key is not valid: invalid character '\\u0081' looking for beginning of value",
    );
  }
}

const keyOf = ({ metadata: { namespace, name = '' } }: KubeJson): string =>
  namespace === undefined ? name : `${namespace}/${name}`;

/** A list, or a page of one. */
export function listReply(store: Store, call: Call): Reply {
  const { target, query } = call;
  const { kind } = target;
  const limitText = query.get('limit') ?? '0';
  if (!/^-?\d+$/.test(limitText)) throw badRequest(`strconv.ParseInt: parsing "${limitText}": invalid syntax`);
  const selected = selectionOf(call);
  const hasSelector = query.get('labelSelector') !== null || query.get('fieldSelector') !== null;
  checkVersions(store, query);
  const version = query.get('resourceVersion') ?? '';
  const limit = version === '0' ? 0 : Math.max(0, Number(limitText));

  const token = query.get('continue') ?? '';
  const { rv, start } = token === '' ? { rv: store.revision, start: '' } : decodeToken(token);
  const at = rv === -1 ? store.revision : rv;
  const all = rv === -1 || token === '' ? (store.listAt(kind, at) ?? store.list(kind)) : store.listAt(kind, at);
  if (all === undefined) throw expired(start);
  // The start is relative to the collection's own prefix, which has a namespace in it or not.
  const from = start.replace(/\0$/, '').replace(/^\//, '');
  const rest = all.filter((object) => selected(object) && (start === '' || keyOf(object) > from));
  const page = limit === 0 ? rest : rest.slice(0, limit);
  const [last] = page.slice(-1);
  const remaining = rest.length - page.length;
  const next = remaining > 0 && last !== undefined ? encodeToken(at, `${keyOf(last)}\0`) : '';
  const body = listBody(kind, page, String(at), next, hasSelector ? 0 : remaining);
  return kind.plural === 'endpoints'
    ? { status: 200, body, headers: { warning: [DEPRECATED] } }
    : { status: 200, body };
}

const DEPRECATED = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"';

function listBody(kind: Kind, items: readonly KubeJson[], version: string, next: string, remaining: number): object {
  const left = remaining > 0 ? { remainingItemCount: remaining } : {};
  if (kind.custom) {
    const metadata = { continue: next, ...left, resourceVersion: version };
    return { apiVersion: apiVersionOf(kind), items, kind: `${kind.kind}List`, metadata };
  }
  const metadata = { resourceVersion: version, ...(next === '' ? {} : { continue: next }), ...left };
  const bare = items.map((item) => without(item, 'apiVersion', 'kind'));
  return { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items: bare };
}

const EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

const expired = (start: string): Refused =>
  new Refused(410, failure(410, 'Expired', EXPIRED, undefined, { continue: encodeToken(-1, start) }));

/** Combinations of resourceVersion, resourceVersionMatch, continue and sendInitialEvents that a list does not take. */
function checkVersions(store: Store, query: URLSearchParams): void {
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  if (query.has('sendInitialEvents')) {
    throw invalidOptions(
      'ListOptions',
      'sendInitialEvents',
      'FieldValueForbidden',
      'Forbidden: sendInitialEvents is forbidden for list',
    );
  }
  if (query.has('continue') && version !== '' && version !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  if (match !== '' && version === '') {
    throw invalidOptions(
      'ListOptions',
      'resourceVersionMatch',
      'FieldValueForbidden',
      'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    );
  }
  if (version !== '' && !/^\d+$/.test(version)) {
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`,
    );
  }
  if (match === 'Exact' && Number(version) <= store.compacted) {
    throw new Refused(410, failure(410, 'Expired', 'The resourceVersion for the provided list is too old.'));
  }
  if (Number(version) > store.revision) throw tooLarge(store, version);
}

export function tooLargeStatus(store: Store, version: string): object {
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  const message = `Timeout: Too large resource version: ${version}, current: ${String(store.revision)}`;
  return {
    ...failure(504, 'Timeout', message, { causes }),
    details: { causes, retryAfterSeconds: 1 },
  };
}

/** A real server waits three seconds for the revision to come. */
const tooLarge = (store: Store, version: string): Refused =>
  new Refused(504, tooLargeStatus(store, version), { 'retry-after': '1' });
