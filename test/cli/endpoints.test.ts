import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { backendOf, externalAddress, namespacedName, portNumber } from '../../src/cli/endpoints.js';
import { formatAddress } from '../../src/net/prefix.js';

/** The message and the hints of the UsageError that must be thrown. */
function usage(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    const { message, hints } = error as UsageError;
    return [message, ...hints].join(' | ');
  }
  throw new Error('nothing was thrown');
}

describe('a pod or service', () => {
  it('is NAMESPACE/NAME, or NAME in the namespace of -n', () => {
    expect(namespacedName('shop/client', 'pod', undefined)).toBe('shop/client');
    expect(namespacedName('client', 'pod', 'shop')).toBe('shop/client');
    expect(namespacedName('payments/db', 'service', 'shop')).toBe('payments/db');
  });

  it.each(['', ' ', '/', 'a/', '/b', 'a/b/c', 'a b/c'])('is not %j, whatever -n says', (text) => {
    for (const namespace of [undefined, 'shop']) {
      expect(usage(() => namespacedName(text, 'pod', namespace))).toContain('write NAMESPACE/POD');
    }
  });

  it('is not a bare name without -n', () => {
    expect(usage(() => namespacedName('shop', 'service', undefined))).toBe(
      '"shop" says no namespace | write NAMESPACE/SERVICE, or give -n NAMESPACE',
    );
  });

  it('is not an address; the right command is named', () => {
    for (const text of ['10.244.2.3', 'fd00::3']) {
      expect(usage(() => namespacedName(text, 'pod', 'shop'))).toContain('pod-to-external');
    }
  });
});

describe('an external address', () => {
  it('is canonical', () => {
    expect(formatAddress(externalAddress('198.51.100.9'))).toBe('198.51.100.9');
    expect(formatAddress(externalAddress('2001:DB8:0:0::9'))).toBe('2001:db8::9');
  });

  it.each([
    ['', 'no address is given'],
    ['shop/web-svc', 'pod-to-service'],
    ['www.example.com', 'names are not looked up'],
    ['1.2.3.0/24', 'one address of the network'],
    ['1.2.3.4:443', '--port'],
    ['[2001:db8::9]:443', '--port'],
    ['1.2.3', 'not an IP address'],
    ['1.2.3.256', 'not an IP address'],
  ])('is not %j', (text, words) => {
    expect(usage(() => externalAddress(text))).toContain(words);
  });
});

describe('--backend', () => {
  it.each([
    ['10.244.2.3', '10.244.2.3'],
    ['10.244.2.3:8080', '10.244.2.3:8080'],
    ['FD00::3', 'fd00::3'],
    ['[fd00:0::3]:8080', '[fd00::3]:8080'],
    ['[fd00::3]', 'fd00::3'],
    ['all', undefined],
    [undefined, undefined],
  ])('%j is %j', (text, backend) => {
    expect(backendOf(text)).toBe(backend);
  });

  it.each(['', 'web-0', '10.244.2.3:0', '10.244.2.3:65536', '10.244.2.3:http', '[10.244.2.3]:80', '10.244.2.3:'])(
    'is not %j',
    (text) => {
      expect(usage(() => backendOf(text))).toContain('write IP, IP:PORT, [IPv6]:PORT or all');
    },
  );
});

it('a port is a number from 1 to 65535', () => {
  expect(portNumber('--port', '1')).toBe(1);
  expect(portNumber('--port', '65535')).toBe(65535);
  for (const text of ['', '0', '65536', '-1', '8080x', '1e3', '99999999', '0x50', 'http']) {
    expect(usage(() => portNumber('--port', text))).toContain('is not a port number');
  }
});
