import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OvnctlError } from '../../../src/base/errors.js';
import { openWorld } from '../../../src/connect/open-world.js';
import { formatMac } from '../../../src/net/mac.js';
import { formatAddress, parseAddress } from '../../../src/net/prefix.js';
import { podOfPort } from '../../../src/ovnk/pod-of-port.js';
import { resolveExternal } from '../../../src/trace/endpoint/external-endpoint.js';
import { firstHop } from '../../../src/trace/endpoint/first-hop.js';
import { parseObjectName } from '../../../src/trace/endpoint/object-name.js';
import { resolvePod } from '../../../src/trace/endpoint/pod-endpoint.js';
import { resolveService } from '../../../src/trace/endpoint/service-endpoint.js';
import { kubeList } from '../../../src/world/kube-look-up.js';

const example = join(import.meta.dirname, '../../../examples/ic-dualstack');
const world = await openWorld(example);

const pod = (name: string, network?: string) => resolvePod(world, parseObjectName(name), { network });
const service = (name: string, port?: string, protocol?: 'TCP' | 'UDP' | 'SCTP') =>
  resolveService(world, parseObjectName(name), { port, protocol });
const hop = async (source: string, destination: string, network?: string) => {
  const found = await firstHop(await pod(source, network), parseAddress(destination)!);
  return 'mac' in found ? `${found.kind} ${formatMac(found.mac)} ${formatAddress(found.nextHop)}` : found;
};

async function refusal(asked: Promise<unknown>) {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof OvnctlError)) throw new Error('not refused', { cause: error });
  return { type: error.name, code: error.code, message: error.message, hints: error.hints.join(' ') };
}

describe('pods', () => {
  test('on the default network', async () => {
    const found = await pod('shop/client');
    expect(found).toMatchObject({
      node: 'ovn-worker',
      network: 'default',
      namespace: 'shop',
      name: 'client',
      notes: [],
    });
    expect(found.zone.name).toBe('ovn-worker');
    expect(found.port.name).toBe('shop_client');
    expect(found.port.datapath.name).toBe('ovn-worker');
    expect(formatMac(found.mac)).toBe('0a:58:0a:f4:02:06');
    expect([...found.addresses.values()].map(formatAddress)).toEqual(['10.244.2.6', 'fd00:10:244:3::6']);
  });

  test.each([
    ['udn-blue/b-0', 'udn-blue_blue', 'udn.blue.blue_udn-blue_b-0', 'udn.blue_blue_ovn-worker'],
    ['udn-green/g-1', 'udn-green_green', 'udn.green.green_udn-green_g-1', 'udn.green_green_ovn_layer2_switch'],
    ['cudn-gold/au-0', 'cluster_udn_gold', 'cudn.gold.gold_cudn-gold_au-0', 'cluster_udn_gold_ovn_layer2_switch'],
    ['cudn-red/r-1', 'cluster_udn_red', 'cudn.red.red_cudn-red_r-1', 'cluster_udn_red_ovn-worker2'],
  ])('%s is on its primary network %s', async (name, network, port, datapath) => {
    const found = await pod(name);
    expect([found.network, found.port.name, found.port.datapath.name]).toEqual([network, port, datapath]);
    expect(found.notes).toEqual([]);
  });

  test('on a chosen network', async () => {
    expect((await pod('udn-blue/b-0', 'default')).port.name).toBe('udn-blue_b-0');
    expect((await pod('shop/sec-0', 'sec-l2')).port.name).toBe('shop.sec.l2_shop_sec-0');
    expect((await pod('shop/sec-0', 'shop/sec-l2')).network).toBe('shop_sec-l2');
    expect(await refusal(pod('shop/client', 'sec-l2'))).toMatchObject({
      code: 'endpoint.network',
      message: 'pod shop/client has no network "sec-l2"; it has default (primary)',
    });
  });

  test.each([
    ['default/hostnet', 'UsageError', 'endpoint.host-network'],
    ['default/unscheduled', 'UsageError', 'endpoint.not-scheduled'],
    ['default/job-done', 'UsageError', 'endpoint.no-port'],
    ['shop/clint', 'NotFoundError', 'endpoint.no-pod'],
    ['shoop/client', 'NotFoundError', 'endpoint.no-pod'],
  ])('%s: %s %s', async (name, type, code) => {
    expect(await refusal(pod(name))).toMatchObject({ type, code });
  });

  test('an unknown pod names the nearest, an unknown namespace too', async () => {
    expect((await refusal(pod('shop/clint'))).hints).toContain('Did you mean shop/client?');
    expect((await refusal(pod('shoop/client'))).hints).toBe('Did you mean shop/client?');
    expect((await refusal(pod('nowhere/x'))).hints).toContain('Namespaces: cudn-gold');
  });

  test('every running pod of the cluster resolves to a port of its own, without notes', async () => {
    const pods = (await kubeList(world, 'pods')).filter(
      ({ phase, hostNetwork, nodeName }) => phase === 'Running' && !hostNetwork && nodeName !== undefined,
    );
    for (const { metadata } of pods) {
      const found = await pod(`${metadata.namespace}/${metadata.name}`);
      expect(podOfPort(found.port.row)).toEqual({ namespace: metadata.namespace, name: metadata.name });
      expect(found.notes).toEqual([]);
    }
    expect(pods.length).toBe(29);
  });
});

describe('the first hop', () => {
  test.each([
    ['shop/client', '10.244.2.3', 'neighbour 0a:58:0a:f4:02:03 10.244.2.3'],
    ['shop/client', 'fd00:10:244:3::3', 'neighbour 0a:58:0a:f4:02:03 fd00:10:244:3::3'],
    ['shop/client', '10.244.0.3', 'gateway 0a:58:0a:f4:02:01 10.244.2.1'],
    ['shop/client', '10.96.35.50', 'gateway 0a:58:0a:f4:02:01 10.244.2.1'],
    ['shop/client', '2606:4700::1111', 'gateway 0a:58:0a:f4:02:01 fd00:10:244:3::1'],
    ['shop/client', '10.244.2.1', 'neighbour 0a:58:0a:f4:02:01 10.244.2.1'],
    ['shop/client', '10.244.2.2', 'neighbour 0a:58:0a:f4:02:02 10.244.2.2'],
    // Nobody has this address; the router answers for the whole cluster network.
    ['shop/client', '10.244.2.250', 'proxy 0a:58:a9:fe:01:01 10.244.2.250'],
    // One switch spans the nodes of a layer 2 network.
    ['udn-green/g-0', '10.160.0.4', 'neighbour 0a:58:0a:a0:00:04 10.160.0.4'],
    ['udn-green/g-0', '8.8.8.8', 'gateway 0a:58:0a:a0:00:01 10.160.0.1'],
    ['udn-blue/b-0', '10.150.0.4', 'gateway 0a:58:0a:96:02:01 10.150.2.1'],
  ])('%s to %s: %s', async (source, destination, expected) => {
    expect(await hop(source, destination)).toBe(expected);
  });

  test('to itself, and where nothing leads', async () => {
    expect(await hop('shop/client', '10.244.2.6')).toEqual({ kind: 'self' });
    // The default network of a pod with another primary network has only routes inside the cluster.
    expect(await hop('udn-blue/b-0', '8.8.8.8', 'default')).toMatchObject({ kind: 'none' });
    expect(await hop('udn-blue/b-0', '10.244.0.3', 'default')).toBe('gateway 0a:58:0a:f4:02:01 10.244.2.1');
    expect(await hop('shop/sec-0', '8.8.8.8', 'sec-l2')).toMatchObject({ kind: 'none' });
    expect(await hop('shop/sec-0', 'fd00::1', 'sec-l2')).toEqual({
      kind: 'none',
      reason: 'pod shop/sec-0 has no IPv6 address',
    });
    expect(await hop('udn-green/g-0', '10.160.0.99')).toMatchObject({ kind: 'none' });
    expect(await hop('monitoring/lan-0', '192.168.77.5', 'lan')).toMatchObject({ kind: 'outside' });
  });

  test('is the one that the recorded microflows from pods have', async () => {
    const cases = JSON.parse(readFileSync(join(example, 'traces/index.json'), 'utf8')) as {
      name: string;
      zone: string;
      microflow: string;
    }[];
    let compared = 0;
    const different: string[] = [];
    for (const { name, zone, microflow } of cases) {
      const port = /inport\s*==\s*"([^"]+)"/.exec(microflow)?.[1] ?? '';
      const zoneOf = world.zones.find((known) => known.name === zone);
      const row = (await zoneOf!.northbound()).switchPort(port);
      const owner = row && podOfPort(row);
      const destination = /ip[46]\.dst\s*==\s*([0-9a-f.:]+)/.exec(microflow)?.[1];
      const mac = /eth\.dst\s*==\s*([0-9a-f:]{17})/.exec(microflow)?.[1];
      if (
        row === undefined ||
        owner === undefined ||
        destination === undefined ||
        mac === undefined ||
        row.string('type') === 'remote'
      )
        continue;
      const found = await firstHop(
        await resolvePod(world, owner, { network: row.map('external_ids').get('k8s.ovn.org/nad') ?? 'default' }),
        parseAddress(destination)!,
      );
      compared++;
      if (!('mac' in found) || formatMac(found.mac) !== mac) {
        different.push(`${name}: ${'mac' in found ? formatMac(found.mac) : JSON.stringify(found)}, recorded ${mac}`);
      }
    }
    console.log(`first hops: ${compared} compared, ${compared - different.length} equal; ${different.join('; ')}`);
    // Recorded with the gateway's address for a destination in the pod's own subnet, which no pod would do.
    expect(different.filter((line) => !line.startsWith('udn-l3-default-net-isolated:'))).toEqual([]);
    expect(different).toHaveLength(1);
    expect(compared).toBeGreaterThan(40);
  });
});

describe('services', () => {
  test('addresses and endpoints', async () => {
    const found = await service('shop/web-svc', '80');
    expect(found.vips.map(({ kind, address, port }) => `${kind} ${formatAddress(address)} ${port}`)).toEqual([
      'clusterIP 10.96.35.50 80',
      'clusterIP fd00:10:96::ed87 80',
    ]);
    expect(
      found.backends.map(({ address, port, pod: to }) => `${formatAddress(address)} ${port} ${to?.name ?? ''}`),
    ).toEqual([
      '10.244.0.3 8080 web-1',
      '10.244.2.3 8080 web-0',
      '10.244.2.4 8080 web-2',
      'fd00:10:244:1::3 8080 web-1',
      'fd00:10:244:3::3 8080 web-0',
      'fd00:10:244:3::4 8080 web-2',
    ]);
    expect(found.notes).toEqual([]);
  });

  test('ports by name, by number and alone', async () => {
    expect((await service('shop/web-multi', 'metrics')).port).toMatchObject({ port: 9090 });
    expect((await service('shop/web-multi', '5353')).port).toMatchObject({ protocol: 'UDP' });
    expect((await service('shop/web-svc')).notes).toEqual([
      'service shop/web-svc: taking its only port, http (80/TCP)',
    ]);
    const dns = await service('kube-system/kube-dns', '53');
    expect([dns.port.protocol, dns.notes.length]).toEqual(['UDP', 1]);
    expect((await service('kube-system/kube-dns', '53', 'TCP')).notes).toEqual([]);
  });

  test('node ports and load balancer addresses', async () => {
    const kinds = (await service('shop/web-lb', '80')).vips.map(({ kind }) => kind);
    expect(kinds).toEqual([
      'clusterIP',
      'clusterIP',
      'loadBalancer',
      'loadBalancer',
      'nodePort',
      'nodePort',
      'nodePort',
      'nodePort',
      'nodePort',
      'nodePort',
    ]);
  });

  test('a node port by its number, where the service is asked by a node', async () => {
    const name = parseObjectName('shop/web-np');
    const { port } = await resolveService(world, name, { port: '30080', isByNode: true });
    expect(port).toMatchObject({ port: 80, nodePort: 30080 });
    await expect(resolveService(world, name, { port: '30080' })).rejects.toMatchObject({
      hints: [
        '30080 is the node port of http (80/TCP): --via nodeport',
        'Ports of service shop/web-np: http (80/TCP).',
      ],
    });
  });

  test('endpoints on the primary network of the namespace', async () => {
    const { backends } = await service('udn-blue/b-svc', '80');
    expect(backends.map(({ address }) => formatAddress(address))).toEqual([
      '10.150.0.4',
      '10.150.2.4',
      'fd00:10:150:1::4',
      'fd00:10:150:3::4',
    ]);
  });

  test('without endpoints, and with one that is not ready', async () => {
    expect((await service('shop/empty-svc', '80')).backends).toEqual([]);
    expect((await service('default/not-ready', '80')).backends.map(({ ready }) => ready)).toEqual([false, false]);
  });

  test.each([
    ['shop/web-svc', '8080', 'UsageError', 'endpoint.port', 'Ports of service shop/web-svc: http (80/TCP).'],
    ['shop/web-svc', 'htp', 'UsageError', 'endpoint.port', 'Ports of service shop/web-svc: http (80/TCP).'],
    [
      'shop/web-multi',
      undefined,
      'UsageError',
      'endpoint.port',
      'Ports of service shop/web-multi: http (80/TCP), metrics (9090/TCP), udp (5353/UDP).',
    ],
    ['shop/web-svx', '80', 'NotFoundError', 'endpoint.no-service', 'Did you mean shop/web-svc?'],
  ])('%s port %s: %s %s', async (name, port, type, code, hint) => {
    const found = await refusal(service(name, port));
    expect(found).toMatchObject({ type, code });
    expect(found.hints).toContain(hint);
  });
});

describe('addresses', () => {
  test.each([
    ['8.8.8.8', []],
    ['10.96.35.50', ['10.96.35.50 is the cluster address of service shop/web-svc, not an outside address']],
    ['FD00:10:244:3::6', ['fd00:10:244:3::6 is an address of pod shop/client, not an outside address']],
    ['172.18.0.3', ['172.18.0.3 is an address of node ovn-worker, not an outside address']],
    ['[2606:4700::1111]', []],
  ])('%s', async (text, notes) => {
    expect((await resolveExternal(world, text)).notes).toEqual(notes);
  });

  test.each(['example.com', '8.8.8.8/32', '8.8.8', ''])('"%s" is none', async (text) => {
    expect(await refusal(resolveExternal(world, text))).toMatchObject({ type: 'UsageError', code: 'endpoint.address' });
  });
});

test.each([
  ['shop/client', undefined, { namespace: 'shop', name: 'client' }],
  ['client', 'shop', { namespace: 'shop', name: 'client' }],
  ['a/b', 'c', { namespace: 'a', name: 'b' }],
])('the name %s in %s', (text, namespace, expected) => {
  expect(parseObjectName(text, namespace)).toEqual(expected);
});

test.each(['client', 'a/b/c', '/x', 'x/', 'A/b', ''])('"%s" is no name', (text) => {
  expect(() => parseObjectName(text)).toThrow(expect.objectContaining({ code: 'endpoint.name' }));
});
