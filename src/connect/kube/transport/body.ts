import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UnavailableError } from '../../../base/errors.js';
import type { KubeResponse } from './connection.js';
import { CutShort, networkError } from './network-error.js';

/** No answer we ask for in one piece is larger; a page of a list has at most some hundred objects. */
const MAX_BODY = 256 * 1024 * 1024;

/** The whole body as text; throws UnavailableError when the connection ends before it, or it has no end. */
export async function readText(server: URL, response: KubeResponse, signal: AbortSignal): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunksOf(server, response, signal)) {
    size += chunk.length;
    if (size > MAX_BODY) {
      throw new UnavailableError('kube.answer-too-large', `API server ${server.host}: the answer is too large to read`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts, size).toString('utf8');
}

/** The body as it comes, decompressed; reading is what lets the server go on sending. */
export async function* chunksOf(
  server: URL,
  { body, headers }: KubeResponse,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const gunzip = headers['content-encoding'] === 'gzip' ? createGunzip() : undefined;
  if (gunzip !== undefined) {
    body.on('error', (error) => gunzip.destroy(error));
    body.pipe(gunzip);
  }
  const source: Readable = gunzip ?? body;
  try {
    for await (const chunk of source) yield chunk as Buffer;
  } catch (error) {
    signal.throwIfAborted();
    throw networkError(server, body.complete ? error : new CutShort());
  } finally {
    if (!body.complete) body.destroy();
  }
  signal.throwIfAborted();
  if (!body.complete) throw networkError(server, new CutShort());
}
