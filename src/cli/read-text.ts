import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { AccessError, InputError } from '../base/errors.js';

/** Much more than anybody writes; a device or a wrong file must not fill the memory. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The text of a file, or of standard input for `-`. Throws InputError or AccessError when it can't be read. */
export async function readText(path: string): Promise<string> {
  try {
    const text = path === '-' ? await textOf(process.stdin) : await readFile(path, 'utf8');
    if (text.length <= MAX_BYTES) return text;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw new InputError('input.size', `${path} is larger than ${MAX_BYTES} bytes`);
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
