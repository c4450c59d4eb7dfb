import { AccessError, InputError } from '../../base/errors.js';
import type { OvnctlError } from '../../base/errors.js';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['ENOTDIR', 'a part of the path is not a folder'],
  ['EISDIR', 'it is a folder'],
  ['ELOOP', 'its symbolic links go in a circle'],
  ['ERR_FS_FILE_TOO_LARGE', 'the file is too large'],
]);

/** The error for a path that could not be read: AccessError when the system refused, InputError otherwise. */
export function unreadable(path: string, cause: unknown): OvnctlError {
  const code = errorCode(cause);
  if (code === 'EACCES' || code === 'EPERM') {
    return new AccessError('snapshot.unreadable', `${path} can't be read: permission denied`, {
      cause,
      hints: [`Check the permissions of ${path} and of the folders above it.`],
    });
  }
  const reason = (code !== undefined && REASONS.get(code)) ?? code ?? 'the system gives no reason';
  return new InputError('snapshot.unreadable', `${path} can't be read: ${reason}`, { cause });
}

function errorCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause)) return undefined;
  return typeof cause.code === 'string' ? cause.code : undefined;
}
