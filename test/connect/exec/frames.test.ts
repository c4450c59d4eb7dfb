import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExecStatus } from '../../../src/connect/kube/exec/channels.js';
import { BINARY, frame, FrameScanner } from '../../../src/connect/kube/exec/frames.js';

/** A frame as a server sends it: not masked. */
function served(opcode: number, payload: Uint8Array, fin = true): Buffer {
  const { length } = payload;
  const head = length < 126 ? Buffer.of(0, length) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = (fin ? 0x80 : 0) | opcode;
  if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else if (head.length === 10) {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}

function scanned(chunks: readonly Buffer[]): { messages: Buffer[]; fault: string | undefined } {
  const scanner = new FrameScanner(Buffer.alloc(0));
  const messages: Buffer[] = [];
  for (const chunk of chunks) for (const { payload } of scanner.push(chunk)) messages.push(Buffer.from(payload));
  return { messages, fault: scanner.fault };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const ends = [...at.map((n) => n % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

describe('WebSocket frames', () => {
  const payloads = fc.array(
    fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 65_530, maxLength: 65_540 })),
    {
      maxLength: 5,
    },
  );

  it('are the same messages wherever the bytes are split, with control frames and fragments between', () => {
    fc.assert(
      fc.property(payloads, fc.array(fc.nat(400_000), { maxLength: 20 }), fc.nat(200), (contents, at, middle) => {
        const bytes = Buffer.concat(
          contents.flatMap((payload) => {
            const half = Math.min(middle, payload.length);
            return [
              served(2, payload.subarray(0, half), false),
              served(9, Buffer.from('?')),
              served(0, payload.subarray(half)),
            ];
          }),
        );
        const { messages, fault } = scanned(cut(bytes, at));
        expect(fault).toBeUndefined();
        // Compared as bytes: the matcher would look at every one of them.
        const whole = messages.filter((_, i) => i % 2 === 1);
        expect(whole.map(({ length }) => length)).toEqual(contents.map(({ length }) => length));
        expect(Buffer.concat(whole).equals(Buffer.concat(contents))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a masked frame', Buffer.of(0x82, 0x80, 0, 0, 0, 0)],
    ['an extension that was not agreed on', Buffer.of(0xc2, 0)],
    ['an unknown kind of frame', Buffer.of(0x83, 0)],
    ['a frame that is too long', Buffer.of(0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0)],
    ['a damaged control frame', Buffer.of(0x09, 0)],
    ['the continuation of nothing', Buffer.of(0x80, 0)],
    ['a message within another', Buffer.concat([served(2, Buffer.of(1), false), served(2, Buffer.of(2))])],
  ])('%s is no WebSocket of ours', (fault, bytes) => {
    expect(scanned([bytes])).toEqual({ messages: [], fault });
  });

  it('of a client are masked, with the channel before the payload', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (payload) => {
        const bytes = frame(BINARY, payload, 7);
        const length = payload.length + 1;
        const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
        expect(bytes[0]).toBe(0x82);
        expect((bytes[1] ?? 0) & 0x80).toBe(0x80);
        const mask = bytes.subarray(head, head + 4);
        const plain = bytes.subarray(head + 4).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
        expect(plain[0]).toBe(7);
        expect(Buffer.compare(plain.subarray(1), payload)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the status on channel 3', () => {
  const status = (value: unknown) => readExecStatus(Buffer.from(JSON.stringify(value)));

  it('is an exit code or the reason why nothing ran', () => {
    expect(status({ metadata: {}, status: 'Success' })).toEqual({ kind: 'exited', exitCode: 0 });
    const details = { causes: [{ reason: 'ExitCode', message: '137' }] };
    expect(status({ status: 'Failure', reason: 'NonZeroExitCode', details })).toEqual({
      kind: 'exited',
      exitCode: 137,
    });
    expect(status({ status: 'Failure', reason: 'InternalError', message: 'no such file' })).toEqual({
      kind: 'not-run',
      reason: 'InternalError',
      message: 'no such file',
    });
  });

  it('is nothing else', () => {
    expect(status({ metadata: {} })).toBeUndefined();
    expect(readExecStatus(Buffer.from('command terminated with exit code 3'))).toBeUndefined();
  });
});
