const BLOCK = 512;

export interface EntryOptions {
  readonly mode: number;
  /** Milliseconds since the Unix epoch. */
  readonly date: number;
}

/** One file of a tar archive (POSIX ustar, with a pax header where the name needs one): header, content, padding. */
export async function tarEntry(path: string, content: Uint8Array, { mode, date }: EntryOptions): Promise<Uint8Array> {
  const { Header, Pax } = await import('tar');
  const fields = { path, mode, size: content.length, mtime: new Date(date), type: 'File' as const, uid: 0, gid: 0 };
  const header = new Header(fields);
  const needsPax = header.encode();
  const extended = needsPax ? new Pax({ path, size: content.length, mtime: fields.mtime }).encode() : Buffer.alloc(0);
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  return Buffer.concat([extended, header.block ?? Buffer.alloc(BLOCK), content, padding]);
}

/** What a tar archive ends with. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK);
}
