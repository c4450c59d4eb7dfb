import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Result } from '../../../../src/base/result.js';
import type { LabelSelector } from '../../../../src/kube/model/selector.js';
import { decodeObject } from '../../../../src/kube/model/kinds.js';
import { parseAddress } from '../../../../src/net/prefix.js';
import { peerDifferences, portDifference } from '../../../../src/trace/path/why/compare.js';
import { labelArguments, tellingLabels, unmetLabels } from '../../../../src/trace/path/why/labels.js';
import type { Party } from '../../../../src/trace/path/why/party.js';
import type { PeerSpec, PortSpec } from '../../../../src/trace/path/why/rule-spec.js';
import { portWords } from '../../../../src/trace/path/why/rule-spec.js';
import { yamlOf } from '../../../../src/trace/path/why/yaml.js';

const labels = (of: Record<string, string>): ReadonlyMap<string, string> => new Map(Object.entries(of));
const selector = (matchLabels: Record<string, string>, matchExpressions: LabelSelector['matchExpressions'] = []) => ({
  matchLabels: labels(matchLabels),
  matchExpressions,
});

function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error('the object of the test is none');
  return result.value;
}

describe('labels', () => {
  const wanted = selector({ app: 'client', tier: 'front' }, [
    { key: 'team', operator: 'In', values: ['a', 'b'] },
    { key: 'canary', operator: 'DoesNotExist', values: [] },
    { key: 'zone', operator: 'Exists', values: [] },
  ]);

  test('what a selector wants and labels do not have', () => {
    const own = labels({ app: 'toolbox', tier: 'front', canary: 'yes', zone: 'z' });
    const unmet = unmetLabels(wanted, own);
    expect(unmet.map(({ wanted: text, actual }) => [text, actual])).toEqual([
      ['app=client', 'app=toolbox'],
      ['team in (a,b)', 'no label team'],
      ['!canary', 'canary=yes'],
    ]);
    expect(labelArguments(unmet, own)).toBe('app=client team=a canary- --overwrite');
  });

  test('nothing to say when it selects them', () => {
    expect(unmetLabels(wanted, labels({ app: 'client', tier: 'front', team: 'b', zone: '' }))).toEqual([]);
  });

  test('adding a label overwrites nothing', () => {
    const unmet = unmetLabels(selector({ app: 'client' }), labels({}));
    expect(labelArguments(unmet, labels({}))).toBe('app=client');
  });

  test('the labels that tell what a pod is', () => {
    expect([...tellingLabels(labels({ app: 'web', 'pod-template-hash': '77', tier: 'x' }))]).toEqual([['app', 'web']]);
    expect([...tellingLabels(labels({ role: 'db', 'controller-revision-hash': '77' }))]).toEqual([['role', 'db']]);
  });
});

describe('ports', () => {
  const ports: readonly PortSpec[] = [
    { protocol: 'TCP', port: 80, endPort: undefined },
    { protocol: 'TCP', port: 8080, endPort: 8090 },
    { protocol: 'UDP', port: undefined, endPort: undefined },
  ];

  test('are said briefly', () => {
    expect(portWords(ports)).toBe('TCP 80, 8080-8090, UDP every port');
    expect(portWords([])).toBe('every port');
  });

  test.each([
    ['TCP', 8085, undefined],
    ['UDP', 1, undefined],
    ['TCP', 81, 'port'],
    ['SCTP', 80, 'protocol'],
    ['ICMP', undefined, 'protocol'],
  ] as const)('%s %s: %s', (protocol, port, what) => {
    expect(portDifference(ports, { protocol, port })?.what).toBe(what);
  });
});

describe('peers', () => {
  const pod = valueOf(decodeObject('pods', { metadata: { name: 'p', namespace: 'n', labels: { app: 'x' } } }, 0));
  const namespace = valueOf(decodeObject('namespaces', { metadata: { name: 'n', labels: { team: 'red' } } }, 0));
  const at = (text: string, more: Partial<Party> = {}): Party => {
    const address = parseAddress(text);
    if (address === undefined) throw new Error(text);
    return { address, name: text, ...more };
  };
  const inside = at('10.1.0.5', { pod, namespace, name: 'pod n/p' });
  const of = (peers: readonly PeerSpec[], party: Party): readonly string[] =>
    peerDifferences(peers, party, 'source').map(({ what, text }) => `${what}: ${text}`);

  test('the nearest peer speaks for the rule', () => {
    const peers: readonly PeerSpec[] = [
      { kind: 'block', cidr: '192.0.2.0/24', except: [] },
      { kind: 'pods', namespaces: 'other', pods: selector({ app: 'y' }) },
      { kind: 'pods', namespaces: selector({ team: 'red' }), pods: selector({ app: 'z' }) },
    ];
    expect(of(peers, inside)).toEqual(['labels: allows pods app=z of namespaces team=red, pod n/p has app=x']);
    expect(of([...peers, { kind: 'pods', namespaces: 'n', pods: undefined }], inside)).toEqual([]);
  });

  test('another namespace and other labels are two things', () => {
    const peer: PeerSpec = { kind: 'pods', namespaces: 'other', pods: selector({ app: 'y' }) };
    expect(of([peer], inside)).toEqual([
      'namespace: allows pods app=y of namespace other, pod n/p is in namespace n',
      'labels: allows pods app=y of namespace other, pod n/p has app=x',
    ]);
  });

  test('blocks, their exceptions, and the other family', () => {
    const block: PeerSpec = { kind: 'block', cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] };
    expect(of([block], inside)).toEqual(['address: allows 10.0.0.0/8 except 10.1.0.0/16, 10.1.0.5 is in 10.1.0.0/16']);
    expect(of([block], at('10.2.0.1'))).toEqual([]);
    expect(of([block], at('fd00::1'))[0]).toMatch(/^peer: /);
  });

  test('an outsider is no pod', () => {
    expect(of([{ kind: 'pods', namespaces: 'n', pods: undefined }], at('198.51.100.1'))).toEqual([
      'peer: allows every pod of namespace n, the packet comes from 198.51.100.1',
    ]);
  });
});

describe('YAML', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('yes', '0x1', '1e3', 'null', '', '-', 'a: b', '# x', '12:30', 'a'),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        text.filter((key) => key !== '__proto__'),
        tie('value'),
        { maxKeys: 3, noNullPrototype: true },
      ),
    ),
  }));

  test('reads back as what was written', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), (document) => {
        expect(parse(yamlOf(document as Parameters<typeof yamlOf>[0]))).toEqual(document);
      }),
    );
  });

  test('looks as people write it', () => {
    const rule = [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ protocol: 'TCP', port: 80 }] }];
    expect(yamlOf(rule)).toBe(
      ['- from:', '  - ipBlock:', '      cidr: 10.0.0.0/8', '  ports:', '  - protocol: TCP', '    port: 80'].join('\n'),
    );
  });
});
