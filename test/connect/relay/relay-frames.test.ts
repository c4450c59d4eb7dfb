import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledgement, relayFrame, RelayScanner } from '../../../src/connect/relay/relay-frames.js';

describe("frames of the relay's program", () => {
  const frames = fc.array(
    fc.record({
      kind: fc.constantFrom('R' as const, 'O' as const, 'D' as const, 'A' as const, 'C' as const, 'H' as const),
      channel: fc.nat(0xffffffff),
      payload: fc.uint8Array({ maxLength: 400 }),
    }),
    { maxLength: 12 },
  );

  it('are the same wherever the bytes are split; data comes in pieces of its own', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 50 }), (sent, step) => {
        const bytes = Buffer.concat(sent.map(({ kind, channel, payload }) => relayFrame(kind, channel, payload)));
        const got: string[] = [];
        const scanner = new RelayScanner((kind, channel, payload) => {
          if (kind === 'D') for (const byte of payload) got.push(`D ${String(channel)} ${String(byte)}`);
          else got.push(`${kind} ${String(channel)} ${payload.toString('hex')}`);
        });
        for (let start = 0; start < bytes.length; start += step) {
          expect(scanner.push(bytes.subarray(start, start + step))).toBe(true);
        }
        const wanted = sent.flatMap(({ kind, channel, payload }) =>
          kind === 'D'
            ? [...payload].map((byte) => `D ${String(channel)} ${String(byte)}`)
            : [`${kind} ${String(channel)} ${Buffer.from(payload).toString('hex')}`],
        );
        expect(got).toEqual(wanted);
      }),
    );
  });

  it('a count is a number of 32 bits', () => {
    expect(acknowledgement(3, 70_000).toString('hex')).toBe('41000000030000000400011170');
  });

  it('are told from anything else that a container may print', () => {
    const scanner = new RelayScanner(() => undefined);
    expect(scanner.push(Buffer.from('Welcome to this container\n'))).toBe(false);
  });
});
