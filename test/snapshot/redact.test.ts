import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastLines } from '../../src/snapshot/log-lines.js';
import { readManifest } from '../../src/snapshot/manifest.js';
import { Redaction } from '../../src/snapshot/redact.js';

const JWT = 'eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl';
const redacted = (value: unknown, kind: string) => new Redaction().object(value, kind);

describe('objects', () => {
  test('Secrets and the like are never there, whatever list they are in', () => {
    for (const kind of ['Secret', 'ServiceAccount', 'TokenRequest']) {
      expect(redacted({ kind, metadata: { name: 's' }, data: { a: 'b' } }, 'Pod')).toBeUndefined();
      expect(redacted({ metadata: { name: 's' } }, kind)).toBeUndefined();
    }
  });

  test('what an event says has no tokens', () => {
    const event = { metadata: { name: 'e' }, reason: 'Failed', message: `no access with ${JWT}` };
    expect(redacted(event, 'Event')).toMatchObject({ reason: 'Failed', message: 'no access with (redacted)' });
  });

  test('environments lose their values, not their names and sources', () => {
    const env = [
      { name: 'PASSWORD', value: 'hunter2' },
      { name: 'FROM', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ];
    const pod = { spec: { nodeName: 'n', containers: [{ name: 'c', env }], initContainers: [{ name: 'i', env }] } };
    const result = redacted(pod, 'Pod');
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(result).toMatchObject({
      spec: { nodeName: 'n', containers: [{ env: [{ name: 'PASSWORD', value: '(redacted)' }, env[1]] }] },
    });
  });

  test('templates of pods are treated as pods, and what an Event says as text', () => {
    const env = [{ name: 'PASSWORD', value: 'hunter2' }];
    const annotations = { 'example.com/api-key': 'sesame' };
    const spec = { template: { metadata: { annotations }, spec: { containers: [{ name: 'c', env }] } } };
    const set = JSON.stringify(redacted({ spec }, 'DaemonSet'));
    expect(set).toContain('PASSWORD');
    expect(set).not.toContain('hunter2');
    expect(set).not.toContain('sesame');
    const event = redacted({ reason: 'Failed', message: 'login with password=hunter2' }, 'Event');
    expect(event).toEqual({ reason: 'Failed', message: 'login with password=(redacted)' });
  });

  test('annotations that repeat the object or hold tokens lose their value; those of OVN-Kubernetes stay', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"secret":1}',
      'openshift.io/token-secret.name': 'x',
      'example.com/api-key': 'y',
      'k8s.ovn.org/pod-networks': '{"default":{"token":"kept"}}',
      plain: 'kept',
    };
    const { metadata } = redacted({ metadata: { annotations, managedFields: [1], labels: { a: 'b' } } }, 'Pod') as {
      metadata: Record<string, unknown>;
    };
    expect(metadata).toEqual({
      labels: { a: 'b' },
      annotations: {
        ...annotations,
        'kubectl.kubernetes.io/last-applied-configuration': '(redacted)',
        'openshift.io/token-secret.name': '(redacted)',
        'example.com/api-key': '(redacted)',
      },
    });
  });

  test('ConfigMaps keep their settings and lose what is secret in them', () => {
    const data = {
      'ovnkube.conf': '[kubernetes]\ntoken=abcdefgh\ncacert=/path\nservice-cidrs="10.96.0.0/16"\n',
      password: 'p',
      'signer.key': '-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----',
    };
    expect(redacted({ data, binaryData: { a: 'AA==' } }, 'ConfigMap')).toEqual({
      data: {
        'ovnkube.conf': '[kubernetes]\ntoken=(redacted)\ncacert=/path\nservice-cidrs="10.96.0.0/16"\n',
        password: '(redacted)',
        'signer.key': '(redacted)',
      },
    });
  });

  test('what has no secret is left as it is', () => {
    const service = { metadata: { name: 'a' }, spec: { ports: [{ port: 80 }], clusterIP: '10.0.0.1' }, status: {} };
    expect(redacted(service, 'Service')).toEqual(service);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const object = { metadata: { name: 'a' }, other: value };
        expect(redacted(object, 'Service')).toEqual(object);
      }),
    );
  });

  test('counts what it did', () => {
    const redaction = new Redaction();
    redaction.object({ kind: 'Secret' }, 'Secret');
    redaction.text(`Authorization: Bearer ${JWT}`);
    expect(redaction.counts).toEqual({ object: 1, token: 1 });
  });
});

describe('texts', () => {
  test.each([
    [`got ${JWT} from`, 'got (redacted) from'],
    ['Authorization: Bearer abcdef0123456789', 'Authorization: Bearer (redacted)'],
    ['--token=abc --server=x', '--token=(redacted) --server=x'],
    ['"client-secret": "s3cret",', '"client-secret": "(redacted)",'],
    ['https://user:pass@host/path', 'https://(redacted)@host/path'],
    ['sha256~abcdefghijklmnopqrstuvwxyz', '(redacted)'],
    ['-----BEGIN PRIVATE KEY-----\nabc', '(redacted)'],
  ])('%s', (text, expected) => {
    expect(new Redaction().text(text)).toBe(expected);
  });

  test.each([
    'privatekey=/ovn-cert/ovnnb-privkey.pem',
    'token: true',
    'unix:/var/run/ovn/ovnnb_db.sock',
    'ip4.src == 10.0.0.1 && tcp.dst == 80',
    'http://10.0.0.1:8080/x@y',
    'secretive: word',
  ])('%s stays', (text) => {
    expect(new Redaction().text(text)).toBe(text);
  });
});

test('a pre-shared key in a database is taken out, a path and other options are not', () => {
  const redaction = new Redaction();
  const map = (pairs: readonly (readonly [string, string])[]) => ['map', pairs] as const;
  expect(
    redaction.databaseValue(
      map([
        ['psk', 'swordfish'],
        ['remote_ip', '10.0.0.1'],
      ]),
    ),
  ).toEqual(
    map([
      ['psk', '(redacted)'],
      ['remote_ip', '10.0.0.1'],
    ]),
  );
  expect(redaction.databaseValue(map([['private_key', '/etc/key.pem']]))).toBeUndefined();
  expect(redaction.databaseValue(['set', ['psk']])).toBeUndefined();
  expect(redaction.databaseValue('psk')).toBeUndefined();
});

describe('the end of a log', () => {
  const log = [
    'starting',
    '2026-07-01T10:00:00Z old',
    '  continued',
    '2026-07-01T12:00:00.5Z new',
    'panic: x',
    'time="2026-07-01T13:00:00Z" newest',
  ];
  const text = `${log.join('\n')}\n`;

  test('is its last lines', () => {
    expect(lastLines(text, { lines: 2 })).toEqual(log.slice(4));
    expect(lastLines(text, { lines: 100 })).toEqual(log);
    expect(lastLines('', { lines: 5 })).toEqual([]);
    expect(lastLines(text, { lines: 0 })).toEqual([]);
  });

  test('is not older than wanted; lines without a time follow the one before them', () => {
    expect(lastLines(text, { lines: 100, since: Date.UTC(2026, 6, 1, 11) })).toEqual(log.slice(3));
    expect(lastLines(text, { lines: 100, since: Date.UTC(2026, 6, 2) })).toEqual([]);
  });
});

describe('a manifest', () => {
  test.each([
    ['', 'unusable', 'is not JSON'],
    ['[]', 'unusable', 'has no format version'],
    ['{"format":1}', 'unusable', 'lacks members that every manifest has'],
    ['{"format":2}', 'newer', 'is of snapshot format 2; this ovnctl knows format 1'],
  ])('%s', (text, kind, detail) => {
    expect(readManifest(text)).toEqual({ ok: false, error: { kind, detail } });
  });
});
