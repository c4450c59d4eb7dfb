/** WebSocket frames (RFC 6455, section 5), as a client reads and writes them. */
import { randomFillSync } from 'node:crypto';

export const BINARY = 2;
export const CLOSING = 8;
export const PING = 9;
export const PONG = 10;
const CONTINUATION = 0;
const TEXT = 1;

/** A whole message, or a control frame. */
export interface Message {
  readonly opcode: number;
  readonly payload: Uint8Array;
}

/** The kubelet's messages have at most 32 KiB; nothing that we ask for is longer. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;
const LONGEST_CONTROL = 125;

/** Cuts the bytes that arrive into messages, wherever they are split. A payload is only good until the next push. */
export class FrameScanner {
  /** Why what arrives is no WebSocket; nothing is read any more once it is set. */
  fault: string | undefined;
  #bytes: Buffer;
  #parts: Uint8Array[] = [];
  #partsLength = 0;
  #opcode = 0;

  /** `head` came together with the answer to the handshake. */
  constructor(head: Buffer) {
    this.#bytes = head;
  }

  *push(chunk: Buffer): Generator<Message, void, undefined> {
    if (this.#bytes.length === 0) this.#bytes = chunk;
    else if (chunk.length > 0) this.#bytes = Buffer.concat([this.#bytes, chunk]);
    for (let frame = this.#frame(); frame !== undefined; frame = this.#frame()) {
      const message = this.#assemble(frame);
      if (message !== undefined) yield message;
    }
  }

  #frame(): (Message & { readonly fin: boolean }) | undefined {
    const bytes = this.#bytes;
    if (this.fault !== undefined || bytes.length < 2) return undefined;
    const first = bytes[0] ?? 0;
    const second = bytes[1] ?? 0;
    if ((first & 0x70) !== 0) return this.#fail('an extension that was not agreed on');
    if ((second & 0x80) !== 0) return this.#fail('a masked frame');
    let start = 2;
    let length = second & 0x7f;
    if (length === 126) {
      if (bytes.length < 4) return undefined;
      length = bytes.readUInt16BE(2);
      start = 4;
    } else if (length === 127) {
      if (bytes.length < 10) return undefined;
      length = Number(bytes.readBigUInt64BE(2));
      start = 10;
    }
    const opcode = first & 0x0f;
    const fin = (first & 0x80) !== 0;
    if (length > LONGEST_MESSAGE) return this.#fail('a frame that is too long');
    if (opcode >= CLOSING && (length > LONGEST_CONTROL || !fin)) return this.#fail('a damaged control frame');
    if (bytes.length < start + length) return undefined;
    this.#bytes = bytes.subarray(start + length);
    return { opcode, fin, payload: bytes.subarray(start, start + length) };
  }

  #assemble({ opcode, fin, payload }: Message & { readonly fin: boolean }): Message | undefined {
    switch (opcode) {
      case CLOSING:
      case PING:
      case PONG:
        return { opcode, payload };
      case TEXT:
      case BINARY:
        if (this.#parts.length > 0) return this.#fail('a message within another');
        if (fin) return { opcode, payload };
        this.#opcode = opcode;
        break;
      case CONTINUATION:
        if (this.#parts.length === 0) return this.#fail('the continuation of nothing');
        break;
      default:
        return this.#fail('an unknown kind of frame');
    }
    this.#parts.push(payload);
    this.#partsLength += payload.length;
    if (this.#partsLength > LONGEST_MESSAGE) return this.#fail('a message that is too long');
    if (!fin) return undefined;
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partsLength = 0;
    return { opcode: this.#opcode, payload: whole };
  }

  #fail(fault: string): undefined {
    this.fault = fault;
    return undefined;
  }
}

/** One frame that is a whole message; `prefix` is a byte before the payload. Masked, as all that clients send. */
export function frame(opcode: number, payload: Uint8Array, prefix?: number): Buffer {
  const lead = prefix === undefined ? 0 : 1;
  const length = payload.length + lead;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(head + 4 + length);
  bytes[0] = 0x80 | opcode;
  if (head === 2) bytes[1] = 0x80 | length;
  else if (head === 4) {
    bytes[1] = 0x80 | 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  randomFillSync(bytes, head, 4);
  const start = head + 4;
  if (prefix !== undefined) bytes[start] = prefix;
  bytes.set(payload, start + lead);
  for (let at = 0; at < length; at++) bytes[start + at] = (bytes[start + at] ?? 0) ^ (bytes[head + (at & 3)] ?? 0);
  return bytes;
}
