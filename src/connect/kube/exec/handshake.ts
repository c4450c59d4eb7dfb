import { createHash, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnavailableError } from '../../../base/errors.js';
import { parseStatus } from '../api/status.js';
import { readText } from '../transport/body.js';
import type { KubeConnection, KubeUpgrade } from '../transport/connection.js';
import { PROTOCOLS } from './channels.js';
import type { ExecProtocol } from './channels.js';
import { execRefusal, targetText } from './refusal.js';
import type { ExecTarget } from './refusal.js';

/** An accepted WebSocket. */
export interface OpenSocket {
  readonly socket: Duplex;
  /** What has arrived already. */
  readonly head: Buffer;
  readonly protocol: ExecProtocol;
}

/** RFC 6455, section 1.3. */
const ACCEPT_KEY = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** How often a busy server is asked again. */
const RETRIES = 4;

/** Opens the WebSocket of an exec; a busy server (429) is asked again when it says so. Rejects with an OvnctlError or the signal's reason. */
export async function openSocket(
  connection: KubeConnection,
  target: ExecTarget,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<OpenSocket> {
  const { namespace, pod, container } = target;
  query.set('container', container);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query.toString()}`;
  for (let retries = 0; ; retries++) {
    const key = randomBytes(16).toString('base64');
    const answer = await connection.upgrade({
      path,
      headers: {
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': key,
        'sec-websocket-protocol': PROTOCOLS.join(', '),
      },
      signal,
    });
    if (answer.socket !== undefined) return accepted(answer, key, target);
    const wait = answer.status === 429 ? secondsOf(answer.headers['retry-after']) : undefined;
    if (wait === undefined || retries === RETRIES) {
      const text = await readText(connection.access.server, answer, signal);
      const told = parseStatus(text);
      throw execRefusal(connection.access, target, {
        status: answer.status,
        told,
        text: told === undefined ? text.slice(0, 1000) : '',
      });
    }
    answer.body.destroy();
    await sleep(wait * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function accepted(answer: Extract<KubeUpgrade, { head: Buffer }>, key: string, target: ExecTarget): OpenSocket {
  const { socket, head, headers } = answer;
  const accept = createHash('sha1')
    .update(key + ACCEPT_KEY)
    .digest('base64');
  // Servers that know no subprotocol of ours answer with an empty one and speak an older form.
  const protocol = PROTOCOLS.find((name) => name === headers['sec-websocket-protocol']);
  if (headers['sec-websocket-accept'] === accept && protocol !== undefined) return { socket, head, protocol };
  socket.on('error', () => undefined);
  socket.destroy();
  throw new UnavailableError(
    'exec.protocol',
    `exec in ${targetText(target)}: the API server speaks neither v5 nor v4 of exec`,
  );
}

const secondsOf = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
