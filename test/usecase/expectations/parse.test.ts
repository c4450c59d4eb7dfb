import { describe, expect, it } from 'vitest';
import { parseExpectations } from '../../../src/usecase/expectations/parse-expectations.js';
import type { Expectation } from '../../../src/usecase/expectations/expectation.js';

async function parsed(text: string): Promise<readonly Expectation[]> {
  const result = await parseExpectations(text);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function problems(text: string): Promise<readonly string[]> {
  const result = await parseExpectations(text);
  if (result.ok) return [];
  return result.error.map(
    ({ position: { line, column }, message, hint }) =>
      `${line}:${column} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

const ENTRY = '- { from: a/b, to: a/c, port: 80, expect: delivered';

describe('what is right', () => {
  it('all keys', async () => {
    const [full] = await parsed(`# a comment
- name: closed
  from: shop/client
  to: service/shop/web
  port: http
  protocol: tcp
  families: [6, 4, 4]
  via: nodeport
  expect: dropped
  reason:
    type: policy
    object: DefaultDeny shop
`);
    expect(full).toMatchObject({
      name: 'closed',
      position: { line: 2, column: 3 },
      from: { text: 'shop/client', meaning: { kind: 'object', namespace: 'shop', name: 'client' } },
      to: { meaning: { kind: 'service', namespace: 'shop', name: 'web' }, position: { line: 4, column: 7 } },
      port: 'http',
      protocol: 'tcp',
      families: [4, 6],
      via: 'nodePort',
      expect: 'dropped',
      reason: { type: 'policy', object: 'DefaultDeny shop' },
    });
  });

  it('a name is made when there is none', async () => {
    expect((await parsed(`${ENTRY} }`)).map(({ name }) => name)).toEqual(['a/b to a/c, port 80']);
  });

  it('JSON, and aliases', async () => {
    const json = JSON.stringify([{ from: 'a/b', to: '1.2.3.4', port: 443, expect: 'delivered' }]);
    expect(await parsed(json)).toHaveLength(1);
    const [, second] = await parsed(`- &first { from: &who a/b, to: a/c, port: 1, expect: dropped }
- { from: *who, to: a/d, port: 1, expect: dropped }`);
    expect(second?.from.text).toBe('a/b');
  });

  it.each([
    ['10.0.0.1', { kind: 'address' }],
    ['fd00::1', { kind: 'address' }],
    ['node/worker-1', { kind: 'node', name: 'worker-1' }],
    ['port/shop_client', { kind: 'port', name: 'shop_client' }],
    ['pod/shop/web-0', { kind: 'pod', namespace: 'shop', name: 'web-0' }],
    ['svc/shop/web', { kind: 'service', namespace: 'shop', name: 'web' }],
    ['deploy/shop/web', { kind: 'workload', workload: 'Deployment', namespace: 'shop', name: 'web' }],
    ['sts/shop/db', { kind: 'workload', workload: 'StatefulSet', namespace: 'shop', name: 'db' }],
    ['shop/*', { kind: 'selector', namespace: 'shop', selector: { matchLabels: new Map(), matchExpressions: [] } }],
  ])('an end "%s"', async (text, meaning) => {
    const [entry] = await parsed(`- { from: '${text}', to: a/c, port: 80, expect: delivered }`);
    expect(entry?.from.meaning).toEqual(meaning);
  });

  it('labels with a key that has a slash', async () => {
    const [entry] = await parsed(`- { from: 'shop/k8s.io/app=web', to: a/c, port: 80, expect: delivered }`);
    expect(entry?.from.meaning).toMatchObject({
      kind: 'selector',
      selector: { matchExpressions: [{ key: 'k8s.io/app', operator: 'In', values: ['web'] }] },
    });
  });
});

describe('what is wrong, and where', () => {
  it.each([
    ['nothing', '', ['1:1 the file is empty: it expects nothing (begin each one with "- from: …")']],
    ['a mapping', 'from: a/b', ['1:1 a list of expectations is expected (begin each one with "- from: …")']],
    ['an empty list', '[]', ['1:1 the list is empty: it expects nothing']],
    [
      'a text',
      '- hello',
      ['1:3 an expectation is a mapping of name, from, to, port, protocol, families, via, expect, reason'],
    ],
    ['an unknown key', `${ENTRY}, prot: tcp }`, ['1:54 unknown key "prot" (did you mean port?)']],
    [
      'a key nobody can guess',
      `${ENTRY}, zzzzzz: 1 }`,
      ['1:54 unknown key "zzzzzz" (keys are name, from, to, port, protocol, families, via, expect, reason)'],
    ],
    ['a missing end', '- { to: a/c, expect: dropped }', ['1:3 it does not say who sends: "from" is missing']],
    ['no verdict', '- { from: a/b, to: a/c }', ['1:3 it does not say what is expected: "expect" is missing']],
    [
      'a wrong verdict',
      '- { from: a/b, to: a/c, expect: deliverd }',
      ['1:33 "deliverd" is no expect (did you mean delivered?)'],
    ],
    [
      'a bare name',
      '- { from: web, to: a/c, expect: dropped }',
      [
        '1:11 "web" says no namespace (write NAMESPACE/NAME, NAMESPACE/KEY=VALUE, KIND/NAMESPACE/NAME, node/NAME, port/NAME or an IP address)',
      ],
    ],
    [
      'an unknown kind',
      '- { from: deplyoment/a/b, to: a/c, expect: dropped }',
      ['1:11 "deplyoment" is no kind of end (did you mean deployment?)'],
    ],
    [
      'a bad selector',
      "- { from: 'a/app=we b', to: a/c, expect: dropped }",
      ['1:11 "app=we b" is no label requirement (write KEY=VALUE, KEY!=VALUE or !KEY)'],
    ],
    [
      'a port out of range',
      '- { from: a/b, to: a/c, port: 65536, expect: dropped }',
      ['1:31 65536 is no port (a port is a number from 1 to 65535, or a name)'],
    ],
    [
      'an empty port',
      '- { from: a/b, to: a/c, port: , expect: dropped }',
      ['1:31 null is no port (a port is a number from 1 to 65535, or a name)'],
    ],
    [
      'a family',
      '- { from: a/b, to: a/c, families: [4, 5], expect: dropped }',
      ['1:39 5 is no address family (families are 4 and 6)'],
    ],
    [
      'no family',
      '- { from: a/b, to: a/c, families: [], expect: dropped }',
      ['1:35 no family is named (leave "families" out to try those there are)'],
    ],
    [
      'a port of icmp',
      '- { from: a/b, to: a/c, port: 8, protocol: icmp, expect: dropped }',
      ['1:31 icmp has no ports (leave "port" out, or choose tcp, udp or sctp)'],
    ],
    [
      'an unknown reason',
      '- { from: a/b, to: a/c, expect: dropped, reason: { type: polcy } }',
      ['1:58 "polcy" is no type (did you mean policy?)'],
    ],
    [
      'an unknown object',
      '- { from: a/b, to: a/c, expect: dropped, reason: { object: NetworkPolcy a/b } }',
      ['1:60 "NetworkPolcy a/b" names no object (did you mean NetworkPolicy?)'],
    ],
    [
      'an empty reason',
      '- { from: a/b, to: a/c, expect: dropped, reason: {} }',
      ['1:50 the reason is empty (give "type" or "object")'],
    ],
    [
      'a reason to arrive',
      `${ENTRY}, reason: { type: policy } }`,
      ['1:62 what is delivered has no reason for not arriving'],
    ],
    ['a name that is no text', `${ENTRY}, name: [a] }`, ['1:60 "name" must be a text']],
  ])('%s', async (_what, text, found) => {
    expect(await problems(text)).toEqual(found);
  });

  it('YAML itself, all mistakes of the file, and keys given twice', async () => {
    expect(await problems('- from: [a\n')).toEqual([expect.stringMatching(/^2:1 /)]);
    expect(await problems('- { from: a, to: b, to: c }')).toEqual([
      expect.stringMatching(/^1:21 Map keys must be unique/),
    ]);
    expect(await problems('- { from: a/b, to: x, expect: no }\n- { prot: 1 }')).toHaveLength(6);
  });

  it('two documents, unknown tags and aliases that stand for nothing', async () => {
    expect(await problems(`${ENTRY} }\n---\n${ENTRY} }`)).toEqual([expect.stringContaining('multiple documents')]);
    expect(await problems(`- { from: !pod a/b, to: a/c, expect: dropped }`)).toEqual([expect.stringContaining('!pod')]);
    expect(await problems(`- { from: *nobody, to: a/c, expect: dropped }`)).toHaveLength(1);
  });
});
