/**
 * Requests to the API server and their answers as JSON. In: a connection and a request in RBAC's words. Out: the object, or
 * the OvnctlError that apiError makes of the refusal. Waits where the server says so, within a bound; hands its warnings on;
 * gives every request its deadline. Must not know kinds of objects, lists or watches: those are built on it.
 */
import type { OvnctlError } from '../../../base/errors.js';
import { UnavailableError } from '../../../base/errors.js';
import { readText } from '../transport/body.js';
import type { KubeConnection, KubeResponse } from '../transport/connection.js';
import { apiError, describeAsked } from './api-error.js';
import type { Asked, Refusal } from './api-error.js';
import type { Clock } from './clock.js';
import { withDeadline } from './deadline.js';
import { parseStatus } from './status.js';
import { warningsOf } from './warnings.js';

/** What the client tells while it works. */
export interface KubeEvents {
  /** A `Warning` header: for people, once each. */
  readonly warn: (text: string) => void;
  /** For `-v`. */
  readonly note: (text: string) => void;
}

export interface ApiRequest {
  readonly asked: Asked;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: URLSearchParams;
  /** The body and its media type. */
  readonly content?: { readonly type: string; readonly text: string };
}

/** How long all the waits of one request may take together, and a single one at most. */
const MAX_WAITING = 30_000;
const MAX_WAIT = 10_000;

export class KubeClient {
  readonly #connection: KubeConnection;
  readonly #events: KubeEvents;
  readonly #clock: Clock;
  readonly #warned = new Set<string>();

  constructor(connection: KubeConnection, events: KubeEvents, clock: Clock) {
    this.#connection = connection;
    this.#events = events;
    this.#clock = clock;
  }

  get connection(): KubeConnection {
    return this.#connection;
  }

  get clock(): Clock {
    return this.#clock;
  }

  get events(): KubeEvents {
    return this.#events;
  }

  /** The answer's JSON; throws what {@link KubeClient.attempt} reports. */
  async json(request: ApiRequest, signal: AbortSignal): Promise<unknown> {
    const answer = await this.attempt(request, signal);
    if ('refusal' in answer) throw this.error(request.asked, answer.refusal);
    return answer.json;
  }

  /** The answer's JSON or why there is none; throws only where there was no answer that could be read. */
  async attempt(
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<{ readonly json: unknown } | { readonly refusal: Refusal }> {
    let waited = 0;
    for (;;) {
      const answer = await this.#once(request, signal);
      if ('json' in answer || answer.retryAfter === undefined) return answer;
      const wait = Math.min(answer.retryAfter, MAX_WAIT);
      if (waited + wait > MAX_WAITING) return answer;
      waited += wait;
      this.#events.note(
        `the API server asks to wait ${String(wait / 1000)} s before we ${describeAsked(request.asked)}`,
      );
      await this.#clock.wait(wait, signal);
    }
  }

  error(asked: Asked, refusal: Refusal): OvnctlError {
    return apiError(this.#connection.access, asked, refusal);
  }

  /** The head of an answer with status 200, its body still to come; `deadline` may be undefined for a watch. */
  async stream(request: ApiRequest, signal: AbortSignal): Promise<KubeResponse | { readonly refusal: Refusal }> {
    const response = await this.#open(request, signal);
    if (response.status === 200) return response;
    return { refusal: await this.#refusal(response, signal) };
  }

  async #once(
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<{ readonly json: unknown } | { readonly refusal: Refusal; readonly retryAfter: number | undefined }> {
    const { access } = this.#connection;
    const late = (): UnavailableError =>
      new UnavailableError(
        'kube.timeout',
        `API server ${access.server.host}: no answer within ${String((access.requestTimeout ?? 0) / 1000)} s to ${describeAsked(request.asked)}`,
        { hints: ['give it more time with --request-timeout'] },
      );
    return withDeadline(signal, access.requestTimeout, late, async (limited) => {
      const response = await this.#open(request, limited);
      if (response.status < 200 || response.status > 299) {
        const refusal = await this.#refusal(response, limited);
        return { refusal, retryAfter: retryAfterOf(response, refusal) };
      }
      const text = await readText(access.server, response, limited);
      return { json: this.#parse(text) };
    });
  }

  async #open({ method, path, query, content }: ApiRequest, signal: AbortSignal): Promise<KubeResponse> {
    const search = query === undefined || query.size === 0 ? '' : `?${query.toString()}`;
    const response = await this.#connection.open({
      method,
      path: `${path}${search}`,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'gzip',
        ...(content === undefined ? {} : { 'content-type': content.type }),
      },
      ...(content === undefined ? {} : { body: content.text }),
      signal,
    });
    for (const warning of warningsOf(response.headers['warning'])) {
      if (this.#warned.has(warning)) continue;
      this.#warned.add(warning);
      this.#events.warn(warning);
    }
    return response;
  }

  async #refusal(response: KubeResponse, signal: AbortSignal): Promise<Refusal> {
    const text = await readText(this.#connection.access.server, response, signal);
    const html = (response.headers['content-type'] ?? '').startsWith('text/html');
    const told = parseStatus(text);
    return { status: response.status, told, text: told !== undefined || html ? '' : text };
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new UnavailableError(
        'kube.not-an-api',
        `${this.#connection.access.server.host} answers with something that is no JSON`,
        { cause, hints: ['is the server in the kubeconfig an API server?'] },
      );
    }
  }
}

/**
 * Milliseconds to wait before another try; undefined when none was promised to help. Flow control and a server that starts say
 * so in a header; a disruption budget answers 429 too, without it. A changed object is not refused this way, so trying
 * again is right for every method.
 */
function retryAfterOf({ status, headers }: KubeResponse, { told }: Refusal): number | undefined {
  if (status !== 429 && status !== 503 && status !== 504) return undefined;
  const header = headers['retry-after'];
  const seconds = header !== undefined && /^\d+$/.test(header) ? Number(header) : told?.retryAfterSeconds;
  return seconds === undefined ? undefined : seconds * 1000;
}
