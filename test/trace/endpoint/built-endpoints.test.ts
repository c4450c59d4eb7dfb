import { describe, expect, test } from 'vitest';
import { formatMac } from '../../../src/net/mac.js';
import { parseAddress } from '../../../src/net/prefix.js';
import type { RowsByTable } from '../../../src/ovsdb/replica/from-rows.js';
import { firstHop } from '../../../src/trace/endpoint/first-hop.js';
import { resolvePod } from '../../../src/trace/endpoint/pod-endpoint.js';
import { resolveService } from '../../../src/trace/endpoint/service-endpoint.js';
import { builtWorld } from '../../world/built-world.js';

const NAME = { namespace: 'n', name: 'p' };
const DATAPATH = '00000001-0000-4000-8000-000000000000';
const CHASSIS = '00000002-0000-4000-8000-000000000000';

const network = (more: object = {}) => ({
  default: {
    ip_addresses: ['10.0.0.5/24'],
    mac_address: '0a:58:0a:00:00:05',
    gateway_ips: ['10.0.0.1'],
    role: 'primary',
    ...more,
  },
});

interface Given {
  readonly networks?: unknown;
  readonly spec?: object;
  readonly status?: object;
  readonly port?: object | undefined;
  readonly labels?: Record<string, string>;
  readonly podLabels?: Record<string, string>;
  /** Other pods than `p`. */
  readonly others?: readonly object[];
}

/** One zone with one pod `n/p` on node `a`; `given` bends it. */
function world(given: Given = {}) {
  const annotation = 'networks' in given ? given.networks : network();
  const annotations =
    annotation === undefined
      ? {}
      : { 'k8s.ovn.org/pod-networks': typeof annotation === 'string' ? annotation : JSON.stringify(annotation) };
  const pod = {
    metadata: { ...NAME, annotations, labels: given.podLabels ?? {} },
    spec: { nodeName: 'a', ...given.spec },
    status: { phase: 'Running', podIPs: [{ ip: '10.0.0.5' }], ...given.status },
  };
  const port = 'port' in given ? given.port : {};
  const sb: unknown = {
    Chassis: { [CHASSIS]: { name: 'chassis-a', hostname: 'a' } },
    Datapath_Binding: {
      [DATAPATH]: {
        tunnel_key: 1,
        external_ids: [
          'map',
          [
            ['name', 'a'],
            ['logical-switch', DATAPATH],
          ],
        ],
      },
    },
    Port_Binding:
      port === undefined
        ? {}
        : {
            '00000003-0000-4000-8000-000000000000': {
              logical_port: 'n_p',
              datapath: ['uuid', DATAPATH],
              tunnel_key: 2,
              mac: '0a:58:0a:00:00:05 10.0.0.5',
              chassis: ['uuid', CHASSIS],
              ...port,
            },
          },
  };
  return builtWorld(
    { a: { sb: sb as RowsByTable } },
    {
      pods: [pod, ...(given.others ?? [])],
      namespaces: [{ metadata: { name: 'n', labels: given.labels ?? {} } }],
      nodes: [],
      services: [],
      endpointslices: [],
    },
  );
}

describe('a virtual machine', () => {
  const VM = { namespace: 'n', name: 'vm' };
  const podLabels = { 'vm.kubevirt.io/name': 'vm' };
  const launcher = (phase: string) => ({
    metadata: { namespace: 'n', name: 'virt-launcher-vm-2', labels: podLabels },
    spec: { nodeName: 'b' },
    status: { phase },
  });

  test('is its pod, aloud', async () => {
    const found = await resolvePod(world({ podLabels, others: [launcher('Succeeded')] }), VM);
    expect(found).toMatchObject({ namespace: 'n', name: 'p', port: { name: 'n_p' } });
    expect(found.notes).toEqual(['virtual machine n/vm runs in pod n/p, which is taken for it']);
  });

  test('that is being moved has two pods: which one is meant must be said', async () => {
    await expect(resolvePod(world({ podLabels, others: [launcher('Running')] }), VM)).rejects.toMatchObject({
      code: 'endpoint.migrating',
      message: 'virtual machine n/vm is in 2 pods: it is being moved',
      hints: ['Name the pod that is meant: n/p on node a, n/virt-launcher-vm-2 on node b.'],
    });
  });

  test('a pod of that very name comes first', async () => {
    const others = [
      { ...launcher('Running'), metadata: { namespace: 'n', name: 'x', labels: { 'vm.kubevirt.io/name': 'p' } } },
    ];
    expect((await resolvePod(world({ others }), NAME)).notes).toEqual([]);
  });
});

test('a service where a pod is asked for is told, and the other way round', async () => {
  const { metadata } = { metadata: { namespace: 'n', name: 's' } };
  const made = builtWorld({}, { pods: [{ metadata: NAME }], services: [{ metadata, spec: {} }] });
  await expect(resolvePod(made, metadata)).rejects.toMatchObject({
    message: 'there is no Pod n/s, but a Service',
    hints: ['For a service use "trace pod-to-service".'],
  });
  await expect(resolveService(made, NAME)).rejects.toMatchObject({ message: 'there is no Service n/p, but a Pod' });
});

describe('a pod that is not as it should be', () => {
  test('as it should be: nothing to note', async () => {
    expect((await resolvePod(world(), NAME)).notes).toEqual([]);
  });

  test.each<[string, Given, RegExp]>([
    [
      'another address in the database',
      { port: { mac: '0a:58:0a:00:00:05 10.0.0.6' } },
      /in its annotation but its port n_p has .*10\.0\.0\.6.*: taking the annotation/,
    ],
    ['another MAC address in the database', { port: { mac: '0a:58:0a:00:00:99 10.0.0.5' } }, /taking the annotation/],
    [
      'another address in its status',
      { status: { podIPs: [{ ip: '10.0.0.7' }] } },
      /reports 10\.0\.0\.7 in its status/,
    ],
    ['no chassis', { port: { chassis: ['set', []] } }, /bound to no chassis/],
    ['pending', { status: { phase: 'Pending' } }, /is not running \(phase Pending\)/],
    ['finished, its port still there', { status: { phase: 'Failed' } }, /has finished \(Failed\)/],
    [
      'a primary network that it is not on',
      { labels: { 'k8s.ovn.org/primary-user-defined-network': '' } },
      /is on the default one/,
    ],
  ])('%s', async (_what, given, note) => {
    const { notes } = await resolvePod(world(given), NAME);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(note);
  });

  test.each<[string, Given, string]>([
    ['no annotation', { networks: undefined }, 'endpoint.no-network'],
    ['an empty annotation', { networks: {} }, 'endpoint.no-network'],
    ['an annotation that is no JSON', { networks: '{' }, 'endpoint.annotation'],
    ['an annotation of another shape', { networks: [] }, 'endpoint.annotation'],
    ['an annotation without MAC address', { networks: { default: { role: 'primary' } } }, 'endpoint.annotation'],
    ['a bad MAC address', { networks: network({ mac_address: 'zz' }) }, 'endpoint.annotation'],
    ['a bad address', { networks: network({ ip_addresses: ['10.0.0'] }) }, 'endpoint.annotation'],
    ['no primary network', { networks: network({ role: 'infrastructure-locked' }) }, 'endpoint.network'],
    ['no port', { port: undefined }, 'endpoint.no-port'],
    ['a node without databases', { spec: { nodeName: 'b' } }, 'snapshot.no-zone'],
    ['the network of its host', { spec: { hostNetwork: true } }, 'endpoint.host-network'],
    ['no node', { spec: { nodeName: null } }, 'endpoint.not-scheduled'],
  ])('%s: %s', async (_what, given, code) => {
    await expect(resolvePod(world(given), NAME)).rejects.toMatchObject({ code });
  });

  test('an annotation of an older version, with one address and no role', async () => {
    const old = { default: { ip_address: '10.0.0.5/24', mac_address: '0a:58:0a:00:00:05', gateway_ip: '10.0.0.1' } };
    const found = await resolvePod(world({ networks: old }), NAME);
    expect([...found.addresses.keys()]).toEqual([4]);
    expect(found.annotation.gateways).toEqual(['10.0.0.1']);
  });
});

test('a gateway that no port of the switch answers for', async () => {
  const pod = await resolvePod(world(), NAME);
  expect(await firstHop(pod, parseAddress('8.8.8.8')!)).toEqual({
    kind: 'none',
    reason: 'no port of switch a answers for 10.0.0.1',
  });
});

test('the longest of the pod’s routes decides', async () => {
  const routes = [
    { dest: '10.0.0.0/8', nextHop: '10.0.0.1' },
    { dest: '10.9.0.0/16', nextHop: '10.0.0.5' },
  ];
  const pod = await resolvePod(world({ networks: network({ routes }) }), NAME);
  const found = await firstHop(pod, parseAddress('10.9.1.1')!);
  expect('mac' in found && formatMac(found.mac)).toBe('0a:58:0a:00:00:05');
  expect(await firstHop(pod, parseAddress('10.8.1.1')!)).toMatchObject({ kind: 'none' });
});

test('without Kubernetes objects a pod cannot be looked up', async () => {
  await expect(resolvePod(builtWorld({}), NAME)).rejects.toMatchObject({ code: 'snapshot.no-kubernetes' });
});

test('a service that is another name for an outside host', async () => {
  const service = {
    metadata: { name: 's', namespace: 'n' },
    spec: { type: 'ExternalName', externalName: 'db.example.com' },
  };
  const made = builtWorld({}, { services: [service], endpointslices: [], nodes: [] });
  await expect(resolveService(made, { namespace: 'n', name: 's' }, { port: '80' })).rejects.toMatchObject({
    code: 'endpoint.external-name',
    message: expect.stringContaining('db.example.com') as string,
  });
});

test('endpoints of slices for other ports and of services of the same name elsewhere are left out', async () => {
  const slice = (name: string, namespace: string, port: object, address: string) => ({
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': 's' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: false, serving: true, terminating: true } }],
    ports: [port],
  });
  const made = builtWorld(
    {},
    {
      nodes: [],
      services: [
        {
          metadata: { name: 's', namespace: 'n' },
          spec: { clusterIP: '10.96.0.9', ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
        },
      ],
      endpointslices: [
        slice('a', 'n', { name: 'http', port: 8080 }, '10.0.0.2'),
        slice('b', 'n', { name: 'https', port: 8443 }, '10.0.0.3'),
        slice('c', 'other', { name: 'http', port: 8080 }, '10.0.0.4'),
        slice('d', 'n', { name: 'http', port: 8080, protocol: 'UDP' }, '10.0.0.5'),
      ],
    },
  );
  const { backends, vips } = await resolveService(made, { namespace: 'n', name: 's' }, { port: 'http' });
  expect(vips).toHaveLength(1);
  expect(backends).toMatchObject([
    { address: { value: 0x0a000002n }, port: 8080, pod: undefined, ready: false, serving: true, terminating: true },
  ]);
});
