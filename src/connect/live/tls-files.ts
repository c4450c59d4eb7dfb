import { readFile } from 'node:fs/promises';
import { AccessError, InputError } from '../../base/errors.js';
import type { OvnctlError } from '../../base/errors.js';
import type { TlsOptions } from '../ovsdb/dial.js';

/** Paths of PEM files, as the flags -C, -c and -p of OVN's own programs name them. */
export interface TlsFiles {
  readonly ca: string;
  readonly certificate?: string;
  readonly privateKey?: string;
  /** The name that the servers' certificates have to carry, when not that of the remote; `any` checks no name. */
  readonly serverName?: string;
}

/** Throws InputError or AccessError for a file that can't be read. */
export async function readTlsFiles({ ca, certificate, privateKey, serverName }: TlsFiles): Promise<TlsOptions> {
  return {
    ca: await read(ca),
    ...(certificate === undefined ? {} : { certificate: await read(certificate) }),
    ...(privateKey === undefined ? {} : { privateKey: await read(privateKey) }),
    ...(serverName === undefined ? {} : { serverName: serverName === 'any' ? { accept: 'any' } : serverName }),
  };
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): OvnctlError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason given';
  const message = `${path} can't be read: ${code === 'ENOENT' ? 'there is no such file' : code}`;
  return code === 'EACCES' || code === 'EPERM'
    ? new AccessError('tls.file', message, { cause })
    : new InputError('tls.file', message, { cause });
}
