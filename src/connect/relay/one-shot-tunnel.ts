import { UnavailableError } from '../../base/errors.js';
import type { Transport } from '../../ovsdb/client/transport.js';
import { isJsonArray, isJsonObject } from '../../ovsdb/wire/json.js';
import type { Json } from '../../ovsdb/wire/json.js';
import { jsonText } from '../../ovsdb/wire/json-text.js';
import { runExec } from '../kube/exec/exec.js';
import type { ExecTarget } from '../kube/exec/refusal.js';
import type { KubeConnection } from '../kube/transport/connection.js';
import { OneShotConversation } from './one-shot-conversation.js';
import type { Answer } from './one-shot-conversation.js';
import type { Tunnel } from './tunnel.js';

/** For ovsdb-client itself, and a little longer for the exec around it. */
const LIMIT_S = 60;
/** Linux takes no longer word (MAX_ARG_STRLEN). */
const LONGEST_WORD = 128 * 1024 - 1;
const MOST_OUTPUT = 1 << 30;
const READING: ReadonlySet<Json | undefined> = new Set(['select', 'wait', 'comment']);

/**
 * ovsdb-client, run anew for each request, behind a stream that looks like a server's: the last resort where nothing else can
 * carry a stream. It reads; changes, monitors and locks are refused as a server refuses what it can't do.
 */
export class OneShotTunnel implements Tunnel {
  readonly kind = 'one-shot';
  readonly #connection: KubeConnection;
  readonly #target: ExecTarget;
  readonly #close = new AbortController();

  constructor(connection: KubeConnection, target: ExecTarget) {
    this.#connection = connection;
    this.#target = target;
  }

  get isOpen(): boolean {
    return !this.#close.signal.aborted;
  }

  async dial(path: string, remote: string, signal: AbortSignal): Promise<Transport> {
    const socket = `unix:${path}`;
    // Says at once whether somebody listens.
    await this.#run(['list-dbs', socket], remote, AbortSignal.any([signal, this.#close.signal]));
    return new OneShotConversation(remote, (method, params, abort) => {
      const end = AbortSignal.any([abort, this.#close.signal]);
      return this.#answer(socket, method, params, remote, end);
    });
  }

  close(): void {
    this.#close.abort(new UnavailableError('relay.closed', 'the relay was closed'));
  }

  async #answer(socket: string, method: string, params: Json, remote: string, signal: AbortSignal): Promise<Answer> {
    const words = isJsonArray(params) ? params : [];
    switch (method) {
      case 'echo':
        return { result: [Buffer.from(jsonText(params))] };
      case 'list_dbs': {
        const names = Buffer.concat(await this.#run(['list-dbs', socket], remote, signal))
          .toString('utf8')
          .split('\n');
        return { result: [Buffer.from(JSON.stringify(names.filter((name) => name !== '')))] };
      }
      case 'get_schema':
        return typeof words[0] === 'string'
          ? { result: await this.#run(['get-schema', socket, words[0]], remote, signal) }
          : { error: 'syntax error' };
      case 'transact': {
        const [, ...operations] = words;
        if (!operations.every((operation) => isJsonObject(operation) && READING.has(operation['op']))) {
          const details = 'ovsdb-client alone can carry a change, but not tell what became of it';
          return { error: { error: 'not allowed', details } };
        }
        const word = jsonText(params);
        if (Buffer.byteLength(word) > LONGEST_WORD) {
          return { error: { error: 'resources exhausted', details: 'too long for a command line' } };
        }
        return { result: await this.#run(['transact', socket, word], remote, signal) };
      }
      default:
        return { error: 'unknown method' };
    }
  }

  async #run(words: readonly string[], remote: string, signal: AbortSignal): Promise<readonly Uint8Array[]> {
    const command = ['ovsdb-client', `--timeout=${String(LIMIT_S)}`, ...words];
    const { stdout, stderr, exitCode } = await runExec(this.#connection, this.#target, command, {
      signal,
      timeoutMs: (LIMIT_S + 15) * 1000,
      maxBytes: MOST_OUTPUT,
    });
    if (exitCode === 0) return [stdout];
    throw new UnavailableError(
      'relay.ovsdb-client',
      `${remote}: ${stderr === '' ? `status ${String(exitCode)}` : stderr}`,
    );
  }
}
