/**
 * Follows a kind of object. In: a resource and a selection. Out: an async iterable: first the whole state, then each change;
 * the whole state again whenever the server can no longer tell the changes since the last one (410). The client library's own
 * watch is not used: it ends after 30 s, drops lines it cannot read, and starts over without saying so.
 *
 * What is not asked for is not read: a slow consumer slows the server down. Connections that end, at their timeout or by
 * accident, are made anew from the last known version; the pauses between failures grow, and after `patience` of nothing but
 * failures the last one is thrown.
 */
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as timer } from 'node:timers';
import { UnavailableError } from '../../../base/errors.js';
import { Fields } from '../../../kube/model/fields.js';
import type { Resource } from '../../../kube/model/resource.js';
import { chunksOf } from '../transport/body.js';
import type { KubeClient } from './client.js';
import { withDeadline } from './deadline.js';
import { listAll, queryOf } from './list.js';
import type { Selection } from './list.js';
import { askedOf, resourcePath } from './resource-path.js';
import { decodeStatus } from './status.js';

export type WatchEvent =
  /** The whole state; what was known before is forgotten. */
  | { readonly type: 'STATE'; readonly items: readonly unknown[] }
  | { readonly type: 'ADDED' | 'MODIFIED'; readonly object: unknown }
  /** The object as it last matched the selection; it may still exist and match no longer. */
  | { readonly type: 'DELETED'; readonly object: unknown };

export interface WatchOptions {
  /** Seconds after which the server ends a connection in good order. */
  readonly timeoutSeconds?: number;
  /** Milliseconds of nothing but failures after which the watch gives up. */
  readonly patience?: number;
  readonly pageSize?: number;
}

const TIMEOUT_SECONDS = 300;
const PATIENCE = 60_000;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 10_000;
/** A connection that outlives its own timeout by this is dead, whatever TCP believes. */
const GRACE = 30_000;
/** etcd keeps no object above 1.5 MiB. */
const MAX_LINE = 16 * 1024 * 1024;

/** Throws what no trying again helps against: access denied, a kind that does not exist, failures without end, the signal. */
export async function* watch(
  client: KubeClient,
  resource: Resource,
  selection: Selection,
  options: WatchOptions,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, never, undefined> {
  const { clock } = client;
  const patience = options.patience ?? PATIENCE;
  let since = '';
  let version: string = resource.versions[0];
  let failingSince: number | undefined;
  let pause = FIRST_PAUSE;

  for (;;) {
    try {
      if (since === '') {
        const listed = await listAll(client, resource, selection, (object) => object, signal, options.pageSize);
        if (listed === undefined) throw client.error(asked('list'), { status: 404, told: undefined, text: '' });
        ({ resourceVersion: since, version } = listed);
        yield { type: 'STATE', items: listed.items };
      }
      for await (const event of connection()) {
        failingSince = undefined;
        pause = FIRST_PAUSE;
        if (event.type === 'EXPIRED') since = '';
        else {
          since = event.resourceVersion;
          if (event.type !== 'BOOKMARK') yield { type: event.type, object: event.object };
        }
      }
      // An orderly end is no failure, but a server that ends every connection at once must not be asked without pause.
      await clock.wait(pause, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UnavailableError)) throw error;
      // A version that the server refuses in another way than by its age would be refused again.
      if (error.code === 'kube.watch-error') since = '';
      failingSince ??= clock.now();
      if (clock.now() - failingSince >= patience) throw error;
      client.events.note(`the watch of ${resource.plural} is interrupted: ${error.message}`);
      await clock.wait(pause, signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }

  function asked(verb: 'list' | 'watch') {
    const { namespace } = selection;
    return askedOf(verb, resource, namespace === undefined ? {} : { namespace });
  }

  /** The events of one connection. */
  async function* connection(): AsyncGenerator<Line, void, undefined> {
    const { namespace } = selection;
    const timeoutSeconds = options.timeoutSeconds ?? TIMEOUT_SECONDS;
    const query = queryOf(selection, {
      watch: '1',
      resourceVersion: since,
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(timeoutSeconds),
    });
    const path = resourcePath(resource, version, namespace === undefined ? {} : { namespace });
    const end = new AbortController();
    const stop = (): void => end.abort(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    const dead = timer(
      () => end.abort(new UnavailableError('kube.timeout', 'the watch is silent beyond its own end')),
      timeoutSeconds * 1000 + GRACE,
    );
    try {
      const { access } = client.connection;
      const late = (): UnavailableError =>
        new UnavailableError('kube.timeout', `API server ${access.server.host} does not answer`);
      const response = await withDeadline(end.signal, access.requestTimeout, late, () =>
        client.stream({ asked: asked('watch'), method: 'GET', path, query }, end.signal),
      );
      if ('refusal' in response) {
        if (response.refusal.status !== 410) throw client.error(asked('watch'), response.refusal);
        yield { type: 'EXPIRED' };
        return;
      }
      for await (const line of linesOf(chunksOf(access.server, response, end.signal))) {
        yield readLine(line, access.server.host);
      }
    } finally {
      clearTimeout(dead);
      signal.removeEventListener('abort', stop);
      // Leaving the loop early ends the request as well.
      end.abort(new UnavailableError('kube.watch-left', 'the watch was left'));
    }
  }
}

type Line =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: unknown; readonly resourceVersion: string }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }
  | { readonly type: 'EXPIRED' };

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const parts = decoder.write(chunk).split('\n');
    parts[0] = rest + (parts[0] ?? '');
    rest = parts.pop() ?? '';
    if (rest.length > MAX_LINE) throw new UnavailableError('kube.watch-damaged', 'a watch event has no end');
    yield* parts.filter((line) => line !== '');
  }
  if (rest !== '') throw new UnavailableError('kube.cut-short', 'the watch ended in the middle of an event');
}

/** One event; an ERROR event is thrown unless it says that the version is too old, which the caller can mend. */
function readLine(text: string, server: string): Line {
  const event = Fields.of(parse(text));
  const type = event.text('type');
  const object = event.value('object');
  const resourceVersion = event.inside('object').inside('metadata').text('resourceVersion') ?? '';
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object, resourceVersion };
    case 'BOOKMARK':
      return { type, resourceVersion };
    case 'ERROR': {
      const status = decodeStatus(object);
      if (status?.code === 410) return { type: 'EXPIRED' };
      throw new UnavailableError('kube.watch-error', `API server ${server} ends the watch: ${status?.message ?? text}`);
    }
    default:
      throw new UnavailableError('kube.watch-damaged', `API server ${server} sends what is no watch event`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
