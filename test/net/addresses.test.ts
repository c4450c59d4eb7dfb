import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatIpv4, parseIpv4 } from '../../src/net/ipv4.js';
import { formatIpv6, parseIpv6 } from '../../src/net/ipv6.js';
import { formatMac, parseMac } from '../../src/net/mac.js';
import { formatAddress, maskLength, parsePrefix, prefixContains, prefixMask } from '../../src/net/prefix.js';

const v4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
/** Random groups with many zeros, so that runs of them are frequent. */
const v6 = fc
  .array(fc.oneof(fc.constant(0n), fc.constant(0n), fc.bigInt({ min: 0n, max: 0xffffn })), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => groups.reduce((value, group) => (value << 16n) | group, 0n));
/** Text that is nearly an address. */
const almost = fc.string({
  unit: fc.constantFrom('0', '1', '25', '255', '256', '.', '.', ':', ':', '::', 'f', 'ff', 'fffff', '/', ' '),
  maxLength: 17,
});

describe('addresses', () => {
  test('what is an address is decided as node does', () => {
    fc.assert(
      fc.property(almost, (text) => {
        expect(parseIpv4(text) !== undefined).toBe(isIP(text) === 4);
        expect(parseIpv6(text) !== undefined).toBe(isIP(text) === 6);
      }),
      { numRuns: 20_000 },
    );
  });

  test('formatting and parsing are inverse', () => {
    fc.assert(
      fc.property(v4, (address) => {
        expect(parseIpv4(formatIpv4(address))).toBe(address);
      }),
    );
    fc.assert(
      fc.property(v6, (address) => {
        expect(parseIpv6(formatIpv6(address))).toBe(address);
      }),
    );
    const mac = fc.bigInt({ min: 0n, max: 2n ** 48n - 1n });
    fc.assert(
      fc.property(mac, (address) => {
        expect(parseMac(formatMac(address))).toBe(address);
      }),
    );
  });

  test('IPv6 is canonical: the URL standard compresses the same way', () => {
    fc.assert(
      fc.property(v6, (address) => {
        const text = formatIpv6(address);
        // A dotted quad at the end is ours alone.
        if (!text.includes('.')) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['::', '::'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
    ['::ffff:c000:0280', '::ffff:192.0.2.128'],
    ['::102:304', '::1.2.3.4'],
    ['1::', '1::'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ])('%s prints as %s', (text, canonical) => {
    expect(formatIpv6(parseIpv6(text)!)).toBe(canonical);
  });

  test.each(['1.2.3', '1.2.3.4.5', '01.2.3.4', '1.2.3.256', '', '1..2.3', ' 1.2.3.4'])(
    '%j is no IPv4 address',
    (text) => {
      expect(parseIpv4(text)).toBeUndefined();
    },
  );

  test.each([':::', '1:2:3:4:5:6:7:8:9', '1::2::3', '12345::', ':1', '1:', '1:2:3:4:5:6:7::8', '1.2.3.4', '::1%eth0'])(
    '%j is no IPv6 address',
    (text) => {
      expect(parseIpv6(text)).toBeUndefined();
    },
  );

  test.each(['0a:00:00:00:00', '0a-00-00-00-00-01', '0a:00:00:00:00:0', 'ga:00:00:00:00:00'])(
    '%j is no MAC',
    (text) => {
      expect(parseMac(text)).toBeUndefined();
    },
  );
});

describe('prefixes', () => {
  test('contain what a BlockList contains', () => {
    const near = fc.tuple(v4, fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 31 }));
    fc.assert(
      fc.property(near, ([value, length, bit]) => {
        const list = new BlockList();
        list.addSubnet(formatIpv4(value), length, 'ipv4');
        const other = value ^ (1n << BigInt(bit));
        const contained = prefixContains({ family: 4, value, length }, { family: 4, value: other });
        expect(contained).toBe(list.check(formatIpv4(other), 'ipv4'));
      }),
    );
    const near6 = fc.tuple(v6, fc.integer({ min: 1, max: 128 }), fc.integer({ min: 0, max: 127 }));
    fc.assert(
      fc.property(near6, ([value, length, bit]) => {
        const list = new BlockList();
        list.addSubnet(formatIpv6(value), length, 'ipv6');
        const other = value ^ (1n << BigInt(bit));
        const contained = prefixContains({ family: 6, value, length }, { family: 6, value: other });
        expect(contained).toBe(list.check(formatIpv6(other), 'ipv6'));
      }),
    );
  });

  test('never mix families', () => {
    const everything = parsePrefix('0.0.0.0/0')!;
    expect(prefixContains(everything, { family: 6, value: 1n })).toBe(false);
  });

  test('a mask and its length are inverse, and other masks have no length', () => {
    for (const width of [32, 128]) {
      for (let length = 0; length <= width; length++) expect(maskLength(prefixMask(width, length), width)).toBe(length);
    }
    expect(maskLength(0xff00ff00n, 32)).toBeUndefined();
    expect(maskLength(1n, 32)).toBeUndefined();
  });

  test('keep the bits of the host', () => {
    const prefix = parsePrefix('10.0.0.5/24')!;
    expect(formatAddress(prefix)).toBe('10.0.0.5');
    expect(prefix.length).toBe(24);
    expect(parsePrefix('fd00::1')!.length).toBe(128);
  });

  test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/8/8', 'fd00::/129', '10.0.0.0/255.0.0.0', 'x/8'])(
    '%j is no prefix',
    (text) => {
      expect(parsePrefix(text)).toBeUndefined();
    },
  );
});
