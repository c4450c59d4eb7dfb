import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { AccessError, InputError } from '../base/errors.js';

/** Much more than anybody writes; a device or a wrong file must not fill the memory. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The text of a file, or of standard input for `-`. Throws InputError or AccessError when it can't be read. */
export async function readText(path: string): Promise<string> {
  try {
    const text = await textOf(path === '-' ? process.stdin : createReadStream(path));
    if (text !== undefined) return text;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new InputError('input.size', `${path === '-' ? 'standard input' : path} is larger than ${MAX_BYTES} bytes`);
}

/** Undefined as soon as it is more than the limit, however much there is. */
async function textOf(stream: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
};

function unreadable(path: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'EACCES' || code === 'EPERM') {
    return new AccessError('input.access', `${path} can't be read: permission denied`, { cause: error });
  }
  const reason = Object.hasOwn(REASONS, code) ? REASONS[code] : error instanceof Error ? error.message : String(error);
  return new InputError('input.unreadable', `${path} can't be read: ${reason ?? code}`, { cause: error });
}
