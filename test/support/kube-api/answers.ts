import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

/** On every answer to somebody the server knows. */
export const FLOW_CONTROL = {
  'x-kubernetes-pf-flowschema-uid': '11111111-1111-4111-8111-111111111111',
  'x-kubernetes-pf-prioritylevel-uid': '22222222-2222-4222-8222-222222222222',
};

/** Shorter bodies have a length, longer ones come in chunks. */
const CHUNKED_FROM = 2048;
const CHUNK = 4096;
const COMPRESSED_FROM = 128 * 1024;

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** Answers with an object as JSON, or with text, in the recorded framing. */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: object | string,
  headers: Headers = {},
): void {
  const pretty = new URL(request.url ?? '/', 'http://x').searchParams.get('pretty') === 'true';
  const text = typeof body === 'string' ? body : pretty ? JSON.stringify(body, null, 2) : `${JSON.stringify(body)}\n`;
  const compressed = text.length >= COMPRESSED_FROM && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const bytes = compressed ? gzipSync(text) : Buffer.from(text);
  response.writeHead(status, {
    'cache-control': 'no-cache, private',
    'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    ...(headers as Record<string, string | string[]>),
    ...(compressed ? { 'content-encoding': 'gzip', vary: 'Accept-Encoding' } : {}),
    ...(bytes.length <= CHUNKED_FROM ? { 'content-length': String(bytes.length) } : {}),
  });
  // Borders of chunks are not borders of objects.
  for (let at = 0; at < bytes.length; at += CHUNK) response.write(bytes.subarray(at, at + CHUNK));
  response.end();
}
