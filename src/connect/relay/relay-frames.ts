/**
 * Frames between ovnctl and its program in a pod: one byte for the kind, the channel and the payload's length as 32-bit numbers
 * in network order, the payload.
 *
 * `R` the program is ready. `O` open a channel to the socket at the payload's path; echoed when connected. `D` data. `A` so many
 * bytes of data were taken, and so many more may be sent. `C` the channel ends, the payload is the name of an errno or nothing.
 * `H` is anybody there; echoed. `Q` end. A channel's number is never used again.
 */
export type FrameKind = 'R' | 'O' | 'D' | 'A' | 'C' | 'H' | 'Q';

const HEAD = 9;
/** All but data; paths and names of errors. */
const LONGEST_CONTROL = 4096;
const KINDS: ReadonlySet<string> = new Set('ROACH');

export function relayFrame(kind: FrameKind, channel: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD + payload.length);
  bytes.write(kind, 'latin1');
  bytes.writeUInt32BE(channel, 1);
  bytes.writeUInt32BE(payload.length, 5);
  bytes.set(payload, HEAD);
  return bytes;
}

export function acknowledgement(channel: number, count: number): Buffer {
  const payload = Buffer.allocUnsafe(4);
  payload.writeUInt32BE(count);
  return relayFrame('A', channel, payload);
}

/** Cuts the program's output into frames. Data is handed on as it arrives, a long frame in pieces. */
export class RelayScanner {
  readonly #take: (kind: FrameKind, channel: number, payload: Buffer) => void;
  #kept: Buffer = Buffer.alloc(0);
  #channel = 0;
  #dataLeft = 0;

  constructor(take: (kind: FrameKind, channel: number, payload: Buffer) => void) {
    this.#take = take;
  }

  /** False when these are not the program's frames. */
  push(chunk: Buffer): boolean {
    let bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    while (bytes.length > 0) {
      if (this.#dataLeft > 0) {
        const piece = bytes.subarray(0, this.#dataLeft);
        this.#dataLeft -= piece.length;
        bytes = bytes.subarray(piece.length);
        this.#take('D', this.#channel, piece);
        continue;
      }
      if (bytes.length < HEAD) break;
      const kind = bytes.toString('latin1', 0, 1);
      const channel = bytes.readUInt32BE(1);
      const length = bytes.readUInt32BE(5);
      if (kind === 'D') {
        this.#channel = channel;
        this.#dataLeft = length;
        bytes = bytes.subarray(HEAD);
        continue;
      }
      if (!KINDS.has(kind) || length > LONGEST_CONTROL) return false;
      if (bytes.length < HEAD + length) break;
      const payload = bytes.subarray(HEAD, HEAD + length);
      bytes = bytes.subarray(HEAD + length);
      this.#take(kind as FrameKind, channel, payload);
    }
    this.#kept = bytes;
    return true;
  }
}
