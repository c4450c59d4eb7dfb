import type { ServerResponse } from 'node:http';
import { apiVersionOf, badRequest, failure, invalidOptions, Refused } from './model.js';
import type { Kind, KubeJson } from './model.js';
import type { Call } from './call.js';
import { selectionOf, tooLargeStatus } from './reads.js';
import type { Change, Store } from './store.js';

/** An open watch, for tests that disturb it. */
export interface OpenWatch {
  readonly call: Call;
  /** A bookmark of the present revision, as the server sends about once a minute. */
  bookmark(): void;
  /** An event that is no change. */
  send(event: object | string): void;
  /** The orderly end. */
  end(): void;
  /** The connection breaks. */
  cut(): void;
  /** Bytes that the client has not taken yet. */
  waiting(): number;
}

const FORBIDDEN = 'FieldValueForbidden';

function checkOptions(query: URLSearchParams): void {
  const initial = query.get('sendInitialEvents') === 'true';
  const match = query.get('resourceVersionMatch') ?? '';
  if (initial && match !== 'NotOlderThan') {
    throw invalidOptions(
      'ListOptions',
      'resourceVersionMatch',
      FORBIDDEN,
      'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  }
  if (!initial && match !== '') {
    throw invalidOptions(
      'ListOptions',
      'resourceVersionMatch',
      FORBIDDEN,
      'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  const version = query.get('resourceVersion') ?? '';
  if (version !== '' && !/^\d+$/.test(version)) {
    const message = `resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`;
    throw new Refused(500, failure(500, '', message));
  }
  const timeout = query.get('timeoutSeconds') ?? '0';
  if (!/^\d+$/.test(timeout)) throw badRequest(`strconv.ParseInt: parsing "${timeout}": invalid syntax`);
}

/** Answers a watch: the head at once, then one event a chunk. */
export function watchReply(
  store: Store,
  call: Call,
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  secondMs: number,
): OpenWatch {
  const { target, query } = call;
  const { kind } = target;
  checkOptions(query);
  const selected = selectionOf(call);
  response.writeHead(200, {
    'cache-control': 'no-cache, private',
    'content-type': 'application/json',
    ...headers,
  });
  response.flushHeaders();
  const send = (event: object | string): void => {
    if (response.writableEnded || response.destroyed) return;
    response.write(typeof event === 'string' ? event : `${JSON.stringify(event)}\n`);
  };
  const tell = (change: Change): void => {
    if (change.kind !== kind) return;
    const event = eventFor(change, selected);
    if (event !== undefined) send(event);
  };
  const bookmark = (annotations?: object): void =>
    send({ type: 'BOOKMARK', object: bookmarkOf(kind, store, annotations) });
  let forget = (): void => undefined;
  const seconds = Number(query.get('timeoutSeconds') ?? '0');
  const timer = seconds === 0 ? undefined : setTimeout(() => response.end(), seconds * secondMs);
  response.on('close', () => {
    clearTimeout(timer);
    forget();
  });

  const version = query.get('resourceVersion') ?? '';
  const initial = query.get('sendInitialEvents') === 'true';
  if (initial && Number(version) > store.revision) {
    send({ type: 'ERROR', object: tooLargeStatus(store, version) });
    response.end();
  } else if (version === '' || version === '0' || initial) {
    for (const object of store.list(kind)) if (selected(object)) send({ type: 'ADDED', object });
    if (initial && query.get('allowWatchBookmarks') === 'true') bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else {
    const missed = store.since(kind, Number(version));
    if (missed === undefined) {
      const message = `too old resource version: ${version} (${String(store.compacted)})`;
      send({ type: 'ERROR', object: failure(410, 'Expired', message) });
      response.end();
    } else missed.forEach(tell);
  }
  forget = store.watch(tell);
  return {
    call,
    bookmark: () => bookmark(),
    send,
    end: () => response.end(),
    cut: () => response.destroy(),
    waiting: () => response.writableLength,
  };
}

/** What a selector makes of a change: entering is ADDED, leaving is DELETED with the object as it last matched. */
function eventFor(change: Change, selected: (object: KubeJson) => boolean): object | undefined {
  const { type, object, before } = change;
  const was = before !== undefined && selected(before);
  if (type === 'DELETED') return was ? { type, object } : undefined;
  const is = selected(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  if (!was) return undefined;
  const { resourceVersion = '' } = object.metadata;
  return { type: 'DELETED', object: { ...before, metadata: { ...before.metadata, resourceVersion } } };
}

function bookmarkOf(kind: Kind, store: Store, annotations?: object): object {
  const metadata = { resourceVersion: String(store.revision), ...(annotations === undefined ? {} : { annotations }) };
  const bare = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata };
  return kind.plural === 'pods' ? { ...bare, spec: { containers: null }, status: {} } : bare;
}
