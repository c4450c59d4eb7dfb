import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeObject } from '../../../src/kube/model/kinds.js';
import type { KubeKinds, Plural } from '../../../src/kube/model/kinds.js';
import { findServicePorts, targetPortIn } from '../../../src/kube/model/service.js';

const folder = join(import.meta.dirname, '../../../examples/ic-dualstack/k8s');

function items(plural: Plural): readonly unknown[] {
  const list = JSON.parse(readFileSync(join(folder, `${plural}.json`), 'utf8')) as { items: readonly unknown[] };
  return list.items;
}

function all<P extends Plural>(plural: P): readonly KubeKinds[P][] {
  return items(plural).map((item, at) => {
    const decoded = decodeObject(plural, item, at);
    if (!decoded.ok) throw new Error(`${decoded.error.object}: ${decoded.error.reason}`);
    return decoded.value;
  });
}

function one<P extends Plural>(plural: P, namespace: string, name: string): KubeKinds[P] {
  const found = all(plural).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  if (found === undefined) throw new Error(`no ${plural} ${namespace}/${name}`);
  return found;
}

const PLURALS: readonly Plural[] = [
  'pods',
  'services',
  'endpointslices',
  'nodes',
  'namespaces',
  'networkpolicies',
  'adminnetworkpolicies',
  'baselineadminnetworkpolicies',
  'egressfirewalls',
  'egressips',
  'egressqoses',
  'egressservices',
  'adminpolicybasedexternalroutes',
  'network-attachment-definitions',
  'userdefinednetworks',
  'clusteruserdefinednetworks',
  'events',
];

describe('the recorded cluster', () => {
  test.each(PLURALS)('every object of %s is decoded', (plural) => {
    expect(readdirSync(folder)).toContain(`${plural}.json`);
    expect(all(plural)).toHaveLength(items(plural).length);
    expect(items(plural).length).toBeGreaterThan(0);
  });

  test('a pod', () => {
    expect(one('pods', 'shop', 'web-0')).toMatchObject({
      nodeName: 'ovn-worker',
      hostNetwork: false,
      phase: 'Running',
      ready: true,
      podIPs: ['10.244.2.3', 'fd00:10:244:3::3'],
    });
    expect(one('pods', 'default', 'hostnet').hostNetwork).toBe(true);
    expect(one('pods', 'default', 'unscheduled')).toMatchObject({ nodeName: undefined, podIPs: [], phase: 'Pending' });
    expect(one('pods', 'default', 'sleeper').ready).toBe(false);
  });

  test('a service with a node port, a load balancer address and a local policy', () => {
    expect(one('services', 'shop', 'web-lb')).toMatchObject({
      type: 'LoadBalancer',
      ingressIPs: ['203.0.113.10', '2001:db8:cafe::10'],
      externalTrafficPolicy: 'Local',
      headless: false,
      affinitySeconds: undefined,
    });
    expect(one('services', 'shop', 'web-headless')).toMatchObject({ headless: true, clusterIPs: [] });
    expect(one('services', 'shop', 'web-sticky').affinitySeconds).toBeGreaterThan(0);
  });

  test('service ports by number, name and protocol', () => {
    const dns = one('services', 'kube-system', 'kube-dns');
    expect(findServicePorts(dns, '53').map(({ name }) => name)).toEqual(['dns', 'dns-tcp']);
    expect(findServicePorts(dns, '53', 'TCP').map(({ name }) => name)).toEqual(['dns-tcp']);
    expect(findServicePorts(dns, 'dns').map(({ protocol }) => protocol)).toEqual(['UDP']);
    expect(findServicePorts(dns, '54')).toEqual([]);
    expect(findServicePorts(dns, 'dns', 'TCP')).toEqual([]);
  });

  test('a target port named after a container port', () => {
    const [pg] = findServicePorts(one('services', 'payments', 'db'), 'pg');
    expect(pg?.targetPort).toBe('pg');
    expect(targetPortIn(pg!, one('pods', 'payments', 'db-0'))).toBe(5432);
    expect(targetPortIn(pg!, one('pods', 'shop', 'client'))).toBeUndefined();
  });

  test('null endpoints read as none', () => {
    const idled = all('endpointslices').filter((slice) => slice.metadata.labels.get('svc') === 'idled');
    expect(idled.map((slice) => slice.endpoints)).toEqual([[], []]);
  });

  test('egress objects and policies', () => {
    expect(
      one('egressfirewalls', 'shop', 'default').rules.map(({ type, cidr, dnsName }) => [type, cidr ?? dnsName]),
    ).toEqual([
      ['Allow', '1.2.3.0/24'],
      ['Allow', 'www.example.com'],
      ['Allow', 'registry.shop.test'],
      ['Allow', undefined],
      ['Deny', '2001:db8:bad::/48'],
      ['Deny', '0.0.0.0/0'],
    ]);
    expect(one('egressips', '', 'eip-payments').assignments).toHaveLength(2);
    expect(one('adminnetworkpolicies', '', 'protect-payments')).toMatchObject({
      priority: 10,
      egress: [
        { name: 'deny-metadata', action: 'Deny' },
        { name: 'allow-apiserver', action: 'Allow' },
        { name: 'pass-all', action: 'Pass' },
      ],
    });
    expect(one('clusteruserdefinednetworks', '', 'gold').network).toEqual({
      topology: 'Layer2',
      role: 'Primary',
      subnets: ['10.180.0.0/16', 'fd00:10:180::/64'],
    });
  });
});

describe('objects of another shape', () => {
  const reasonOf = (plural: Plural, value: unknown): string => {
    const decoded = decodeObject(plural, value, 4);
    return decoded.ok ? 'decoded' : `${decoded.error.object}: ${decoded.error.reason}`;
  };
  const metadata = { name: 'x', namespace: 'n' };

  test.each([
    ['pods', 7, 'pods number 5: the object is not a JSON object'],
    ['pods', {}, 'pods number 5: metadata.name is not there'],
    ['pods', { metadata, spec: [] }, 'pods n/x: spec is not an object'],
    ['pods', { metadata, spec: { hostNetwork: 'yes' } }, 'pods n/x: spec.hostNetwork is not true or false'],
    [
      'services',
      { metadata, spec: { ports: [{ port: '80' }] } },
      'services n/x: spec.ports[0].port is not a whole number',
    ],
    ['services', { metadata, spec: { ports: {} } }, 'services n/x: spec.ports is not a list'],
    ['nodes', { metadata: { name: 'x', labels: { a: 1 } } }, 'nodes x: metadata.labels["a"] is not a string'],
    ['egressips', { metadata, spec: { egressIPs: [1] } }, 'egressips n/x: spec.egressIPs[0] is not a string'],
  ] as const)('%s %j', (plural, value, reason) => {
    expect(reasonOf(plural, value)).toBe(reason);
  });

  test('what is missing is absent, not wrong', () => {
    const pod = decodeObject('pods', { metadata }, 0);
    expect(pod.ok && pod.value).toMatchObject({ nodeName: undefined, phase: '', ports: [], podIPs: [] });
    const service = decodeObject('services', { metadata, spec: { ports: [{ port: 80 }] } }, 0);
    expect(service.ok && service.value).toMatchObject({
      type: 'ClusterIP',
      ports: [{ name: '', port: 80, protocol: 'TCP', targetPort: 80 }],
    });
    const policy = decodeObject('networkpolicies', { metadata, spec: { egress: [{}] } }, 0);
    expect(policy.ok && policy.value.policyTypes).toEqual(['Ingress', 'Egress']);
  });
});
