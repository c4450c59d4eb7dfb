import { expect, it } from 'vitest';
import { decodeObject } from '../../../src/kube/model/kinds.js';
import type { Pod } from '../../../src/kube/model/pod.js';
import { workloadOf } from '../../../src/kube/model/workload.js';

interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}

function pod(name: string, owners: readonly Owner[], labels: Readonly<Record<string, string>> = {}): Pod {
  const decoded = decodeObject('pods', { metadata: { name, namespace: 'shop', labels, ownerReferences: owners } }, 0);
  if (!decoded.ok) throw new Error(decoded.error.reason);
  return decoded.value;
}

const HASH = { 'pod-template-hash': '7d4b9c' };

it.each([
  ['nothing', pod('client', []), 'Pod', 'client'],
  ['a StatefulSet', pod('db-0', [{ kind: 'StatefulSet', name: 'db', controller: true }]), 'StatefulSet', 'db'],
  [
    'a Deployment',
    pod('web-7d4b9c-x1', [{ kind: 'ReplicaSet', name: 'web-7d4b9c', controller: true }], HASH),
    'Deployment',
    'web',
  ],
  ['a bare ReplicaSet', pod('web-x1', [{ kind: 'ReplicaSet', name: 'web', controller: true }]), 'ReplicaSet', 'web'],
  [
    'a ReplicaSet with another hash',
    pod('w-1', [{ kind: 'ReplicaSet', name: 'web-1', controller: true }], HASH),
    'ReplicaSet',
    'web-1',
  ],
  ['an owner that does not manage it', pod('x', [{ kind: 'Node', name: 'n1' }]), 'Pod', 'x'],
  [
    'the managing one of several',
    pod('x', [
      { kind: 'A', name: 'a' },
      { kind: 'Job', name: 'j', controller: true },
    ]),
    'Job',
    'j',
  ],
])('a pod of %s', (_of, made, kind, name) => {
  expect(workloadOf(made)).toEqual({ kind, namespace: 'shop', name });
});

it('an owner of another shape makes the pod unreadable', () => {
  const decoded = decodeObject('pods', { metadata: { name: 'x', namespace: 'n', ownerReferences: [{ kind: 1 }] } }, 0);
  expect(decoded.ok ? '' : decoded.error.reason).toMatch(/ownerReferences\[0\]/);
});
