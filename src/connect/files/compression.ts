import { gunzipSync, constants } from 'node:zlib';

/** Bytes that compressed files begin with. */
const MARKS: readonly { readonly format: Compression; readonly mark: readonly number[] }[] = [
  { format: 'gzip', mark: [0x1f, 0x8b] },
  { format: 'xz', mark: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { format: 'zstd', mark: [0x28, 0xb5, 0x2f, 0xfd] },
  { format: 'bzip2', mark: [0x42, 0x5a, 0x68] },
  { format: 'zip', mark: [0x50, 0x4b, 0x03, 0x04] },
];

export type Compression = 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'zip';

/** What unpacks a format that Node can't, for hints. */
export const UNPACKER: Readonly<Record<Exclude<Compression, 'gzip'>, string>> = {
  xz: 'xz -dk',
  zstd: 'zstd -d',
  bzip2: 'bzip2 -dk',
  zip: 'unzip',
};

/** How the content is compressed, by its first bytes; undefined when it is not. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  return MARKS.find(({ mark }) => mark.every((byte, at) => head[at] === byte))?.format;
}

/** Decompresses gzip; `cut` when it ends early, and then what there is. Throws what zlib throws for other damage. */
export function gunzip(bytes: Uint8Array): { readonly bytes: Uint8Array; readonly cut: boolean } {
  try {
    return { bytes: gunzipSync(bytes), cut: false };
  } catch (error) {
    if (!isEarlyEnd(error)) throw error;
    return { bytes: gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }), cut: true };
  }
}

const isEarlyEnd = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'Z_BUF_ERROR';
