import { describe, expect, test } from 'vitest';
import { parseRemotes } from '../../../src/ovsdb/client/remote.js';

describe('remotes', () => {
  test.each([
    ['unix:/run/ovn/ovnnb_db.sock', { kind: 'unix', path: '/run/ovn/ovnnb_db.sock' }],
    ['unix:relative/db.sock', { kind: 'unix', path: 'relative/db.sock' }],
    ['tcp:10.0.0.1:6641', { kind: 'tcp', host: '10.0.0.1', port: 6641 }],
    ['ssl:ovn.example:6641', { kind: 'ssl', host: 'ovn.example', port: 6641 }],
    ['tcp:localhost', { kind: 'tcp', host: 'localhost', port: 6640 }],
    ['ssl:[fd00::1]:6642', { kind: 'ssl', host: 'fd00::1', port: 6642 }],
    ['tcp:[fe80::1%eth0]', { kind: 'tcp', host: 'fe80::1%eth0', port: 6640 }],
  ])('%s', (text, expected) => {
    expect(parseRemotes(text)).toEqual({ ok: true, value: [{ ...expected, text }] });
  });

  test('members of a cluster are separated by commas, which a path may have too', () => {
    const parsed = parseRemotes('ssl:10.0.0.1:6641,ssl:[fd00::2]:6641 , unix:/tmp/a,b.sock');
    expect(parsed.ok && parsed.value.map((remote) => remote.text)).toEqual([
      'ssl:10.0.0.1:6641',
      'ssl:[fd00::2]:6641',
      'unix:/tmp/a,b.sock',
    ]);
  });

  test.each([
    '',
    'nonsense',
    'unix:',
    'http:host:80',
    'tcp:',
    'tcp:host:0',
    'tcp:host:65536',
    'tcp:host:port',
    'ssl:fd00::1:6641',
    'tcp:a:1,',
  ])('"%s" is none', (text) => expect(parseRemotes(text).ok).toBe(false));
});
