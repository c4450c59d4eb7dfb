/**
 * What other tools get wrong on the same questions, each a case here: the packet is carried on (not a fresh one), every
 * backend counts, the verdict is read from facts and not from text, and the reply is the real one.
 *
 * Cases of the same kind stand elsewhere where what they need is: exit codes and JSON in test/cli/trace-path.test.ts, what
 * `ovn-trace` does not simulate (affinity, next hops, MTU, forwarding groups) and where it takes another packet than the
 * datapath in test/trace/semantics/differences.test.ts, what would let a packet through in test/trace/path/why.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openWorld } from '../../../src/connect/open-world.js';
import type { Path, PathTrace } from '../../../src/trace/path/path-trace.js';
import { tracePodToExternal, tracePodToPod, tracePodToService } from '../../../src/usecase/trace-path.js';
import type { World } from '../../../src/world/world.js';
import { repository } from '../../support/run-cli.js';

let world: World;
beforeAll(async () => {
  world = await openWorld(join(repository, 'examples/ic-dualstack'));
});

const toService = (source: string, destination: string, port: string): Promise<PathTrace> =>
  tracePodToService(world, { source, destination, port, family: '4' });

function only(trace: PathTrace, address: string): Path {
  const [path, ...more] = trace.paths.filter(({ backend }) => backend?.address === address);
  expect(more).toEqual([]);
  if (path === undefined) throw new Error(`no path to ${address}`);
  return path;
}

describe('a service with a backend in another zone', () => {
  test("the far zone judges the backend's port, not the service's", async () => {
    const path = only(await toService('shop/client', 'shop/web-svc', '80'), '10.244.0.3');
    const far = path.hops.filter(({ zone }) => zone === 'ovn-worker2');
    expect(far.length).toBeGreaterThan(0);
    expect(path.packet.in.dstPort).toBe(80);
    expect(path.packet.out.dstPort).toBe(8080);
    const policy = far.flatMap(({ stages }) => stages).find(({ owner }) => owner?.kind === 'NetworkPolicy');
    expect(policy?.match).toContain('8080');
  });

  test('the packet arrives with the MAC addresses and hop limit that the routers gave it', async () => {
    const { packet, hops } = only(await toService('shop/client', 'shop/web-svc', '80'), '10.244.0.3');
    expect(packet.in).toMatchObject({ ethSrc: '0a:58:0a:f4:02:06', ttl: 64 });
    expect(packet.out).toMatchObject({ ethSrc: '0a:58:0a:f4:00:01', ethDst: '0a:58:0a:f4:00:03', ttl: 62 });
    const routed = hops.map(({ changes }) => changes?.['ttl']).filter((change) => change !== undefined);
    expect(routed).toEqual(['64 -> 63', '63 -> 62']);
  });
});

describe('every backend and every port of every slice', () => {
  test('all endpoints are followed, not the first usable one', async () => {
    const trace = await toService('shop/client', 'shop/web-svc', '80');
    expect(trace.paths.map(({ backend }) => backend?.pod)).toEqual(['shop/web-1', 'shop/web-0', 'shop/web-2']);
  });

  test.each([
    ['80', 8080],
    ['metrics', 9090],
    ['5353', 5353],
  ])('port %s of a service with several ports goes to its own target port', async (port, target) => {
    const protocol = port === '5353' ? ('udp' as const) : ('tcp' as const);
    const query = { source: 'shop/client', destination: 'shop/web-multi', port, protocol, family: '4' as const };
    const { paths } = await tracePodToService(world, query);
    expect(paths.length).toBeGreaterThan(0);
    expect(new Set(paths.map(({ backend }) => backend?.port))).toEqual(new Set([target]));
  });

  test('udp services are no different', async () => {
    const query = { source: 'shop/client', destination: 'kube-system/kube-dns', protocol: 'udp' as const, port: '53' };
    expect((await tracePodToService(world, { ...query, family: '4' })).verdict).toBe('delivered');
  });
});

test('coming out somewhere is not arriving: the port must be that of the destination', async () => {
  const query = { source: 'udn-blue/b-0', destination: 'shop/web-0', port: '8080', family: '4' as const };
  const [path] = (await tracePodToPod(world, query)).paths;
  expect(path).toMatchObject({ verdict: 'dropped', cause: { type: 'wrong-destination' } });
  expect(path?.deliveredTo).toMatchObject({ kind: 'external', portType: 'localnet' });
});

test('a source address is translated only where the packet really went', async () => {
  const ask = (destination: string): Promise<PathTrace> =>
    tracePodToExternal(world, { source: 'shop/client', destination, port: '443', family: '4' });
  const [denied] = (await ask('198.51.100.200')).paths;
  expect(denied).toMatchObject({ verdict: 'dropped', translations: [] });
  const [allowed] = (await ask('1.2.3.4')).paths;
  expect(allowed?.translations.map(({ kind, to }) => `${kind} ${to}`)).toEqual(['snat 172.18.0.3:52888']);
});

describe('the reply', () => {
  test('is the answer of the backend, turned round and translated back, not a fresh packet', async () => {
    const { reply } = only(await toService('shop/client', 'shop/web-svc', '80'), '10.244.0.3');
    expect(reply?.packet.in).toMatchObject({ ipSrc: '10.244.0.3', srcPort: 8080, dstPort: 52888, ttl: 64 });
    expect(reply?.packet.out).toMatchObject({ ipSrc: '10.96.35.50', srcPort: 80, ipDst: '10.244.2.6' });
    expect(reply?.verdict).toBe('delivered');
  });

  test('passes because it belongs to a connection, where a packet of its own would be denied', async () => {
    const pods = { source: 'shop/api-0', destination: 'payments/db-0', family: '4' as const };
    const forward = await tracePodToPod(world, { ...pods, port: '5432' });
    expect(forward).toMatchObject({ verdict: 'delivered' });
    const other = { source: 'payments/db-0', destination: 'shop/api-0', port: '52888', family: '4' as const };
    expect((await tracePodToPod(world, other)).verdict).toBe('dropped');
  });
});

test('a remembered client goes to its backend with its next connection', async () => {
  const { paths } = await toService('shop/client', 'shop/web-sticky', '80');
  const first = paths.filter(({ connection }) => connection === undefined);
  const next = paths.filter(({ connection }) => connection === 'next');
  expect(first.map(({ cause }) => cause?.type)).toEqual(Array(3).fill('session-affinity'));
  expect(next.map(({ verdict, deliveredTo }) => `${verdict} ${deliveredTo?.name ?? ''}`)).toEqual(
    first.map(({ backend }) => `delivered ${backend?.pod ?? ''}`),
  );
});

describe('backends that other tools leave out', () => {
  test('one on the network of a node, asked by a pod, by another node and by the node itself', async () => {
    const reached = async (source: string): Promise<string> => {
      const { paths } = await toService(source, 'default/node-exporter', '9100');
      return paths
        .map(({ verdict, backend, deliveredTo }) => `${verdict} ${backend?.pod ?? ''} ${deliveredTo?.kind ?? ''}`)
        .join();
    };
    expect(await reached('default/toolbox')).toBe('delivered default/hostnet host');
    expect(await reached('node/ovn-worker2')).toBe('delivered default/hostnet external');
    expect(await reached('node/ovn-worker')).toBe('delivered default/hostnet host');
  });

  test('a node port is a template: its backends are those of every node', async () => {
    const query = {
      source: 'default/toolbox',
      destination: 'shop/solo-np',
      via: 'nodePort' as const,
      family: '4' as const,
    };
    const { paths } = await tracePodToService(world, query);
    expect(paths.map(({ backend }) => backend?.pod)).toEqual(['shop/web-2']);
  });

  test('one that may not be reached does not hide the others', async () => {
    const { verdict, paths } = await toService('payments/db-0', 'payments/db', '5432');
    expect(verdict).toBe('dropped');
    expect(paths.map((path) => `${path.backend?.pod ?? ''} ${path.verdict}`)).toEqual([
      'payments/db-1 dropped',
      'payments/db-0 delivered',
    ]);
  });
});

describe('user-defined networks', () => {
  test.each([
    ['udn-blue/b-0', 'udn-blue/b-1', 'layer 3, another zone'],
    ['udn-green/g-0', 'udn-green/g-1', 'layer 2, another zone'],
    ['cudn-red/r-0', 'cudn-gold/au-0', 'two networks that are connected'],
  ])('%s to %s: %s', async (source, destination) => {
    const trace = await tracePodToPod(world, { source, destination, port: '8080', family: 'both' });
    expect(trace.paths.map(({ verdict, reply }) => [verdict, reply?.verdict])).toEqual([
      ['delivered', 'delivered'],
      ['delivered', 'delivered'],
    ]);
  });

  test('secondary networks by their name', async () => {
    const query = { source: 'shop/sec-0', destination: 'shop/sec-1', network: 'sec-l2', family: '4' as const };
    expect(await tracePodToPod(world, { ...query, port: '8080' })).toMatchObject({ verdict: 'delivered' });
    expect(await tracePodToPod(world, { ...query, port: '8081' })).toMatchObject({ verdict: 'dropped' });
  });
});

describe('policies', () => {
  test('egress rules judge the backend, not the address of the service', async () => {
    const { paths } = await toService('payments/ledger-0', 'payments/db', '5432');
    expect(paths.map(({ verdict }) => verdict)).toEqual(['delivered', 'delivered']);
    const steps = paths.flatMap(({ accessControl = [] }) => accessControl.flatMap(({ steps: each }) => each));
    const allowing = steps.filter(({ outcome }) => outcome === 'allows').map(({ text }) => text);
    expect(allowing.filter((text) => text.includes('payments/ledger-to-db'))).toHaveLength(2);
  });

  test('an ipBlock means pods, too, and its exceptions do', async () => {
    const ask = async (source: string): Promise<string> =>
      (await tracePodToPod(world, { source, destination: 'payments/gateway-0', port: '8080', family: '4' })).verdict;
    expect(await ask('default/sleeper')).toBe('delivered');
    // On the node whose subnet is excepted.
    expect(await ask('kube-system/coredns-1')).toBe('dropped');
  });

  test('what denies is named with its rule, also where nothing but a default does', async () => {
    const { paths } = await tracePodToPod(world, {
      source: 'monitoring/probe-0',
      destination: 'payments/db-0',
      port: '5432',
      family: '4',
    });
    expect(paths[0]?.cause?.object).toMatchObject({
      kind: 'AdminNetworkPolicy',
      name: 'protect-payments',
      rule: 0,
      direction: 'ingress',
    });
    const other = await tracePodToPod(world, {
      source: 'shop/client',
      destination: 'payments/db-0',
      port: '5432',
      family: '4',
    });
    expect(other.paths[0]?.cause?.object).toMatchObject({
      kind: 'DefaultDeny',
      namespace: 'payments',
      direction: 'ingress',
    });
    expect(other.paths[0]?.cause?.closest).toBeDefined();
  });
});

test('both families are followed whatever becomes of the first', async () => {
  const { paths } = await tracePodToPod(world, {
    source: 'shop/client',
    destination: 'default/hostnet',
    port: '9100',
    family: 'both',
  });
  expect(paths.map(({ family, verdict }) => `${family} ${verdict}`)).toEqual(['ipv4 dropped', 'ipv6 delivered']);
});

test('nothing is left to chance: the same question has the same answer to the letter', async () => {
  const ask = async (): Promise<string> => JSON.stringify(await toService('default/toolbox', 'shop/api-lb', '8080'));
  expect(await ask()).toBe(await ask());
});

test('what the controller of the node would do is told, and the packet goes on behind it', async () => {
  const { paths, notes } = await tracePodToExternal(world, {
    source: 'monitoring/probe-0',
    destination: '198.51.100.9',
    port: '443',
    family: '4',
  });
  expect(paths.every(({ verdict }) => verdict === 'delivered')).toBe(true);
  expect(notes.some((note) => /does not know the MAC address of its next hop/.test(note))).toBe(true);
});

describe('nothing is left to chance', () => {
  test('asked twice, the answer is the same, backends and all', async () => {
    const [first, second] = [
      await toService('shop/client', 'shop/web-svc', '80'),
      await toService('shop/client', 'shop/web-svc', '80'),
    ];
    expect(second.paths).toEqual(first.paths);
    expect(first.paths.length).toBeGreaterThan(1);
  });

  test('every hop sees the first packet of a connection unless another state is asked for', async () => {
    const pods = { source: 'default/toolbox', destination: 'shop/web-0', port: '8080', family: '4' as const };
    // An established one would pass the policy: that is how a trace without a state looks in `ovn-trace`.
    expect(await tracePodToPod(world, pods)).toMatchObject({ verdict: 'dropped' });
    const allowed = { ...pods, source: 'shop/client' };
    const states = [
      await tracePodToPod(world, allowed),
      await tracePodToPod(world, { ...allowed, state: 'established' }),
    ];
    const committed = states.map(({ paths }) =>
      paths.some(({ hops }) =>
        hops.some(({ stages }) => stages.some(({ actions }) => actions?.includes('ct_commit') === true)),
      ),
    );
    expect(committed).toEqual([true, false]);
  });
});

test('an answer to the sender is not a delivery', async () => {
  const { verdict, paths } = await toService('shop/client', 'shop/empty-svc', '80');
  expect(verdict).toBe('rejected');
  expect(paths[0]).toMatchObject({ verdict: 'rejected', cause: { type: 'no-endpoints' } });
  expect(paths[0]?.deliveredTo).toBeUndefined();
});

test('one denied backend does not end the search: every backend of every family has its verdict', async () => {
  const query = { source: 'shop/client', destination: 'payments/db', family: 'both' as const };
  const { paths } = await tracePodToService(world, query);
  expect(paths.map(({ family, backend, verdict }) => `${family} ${backend?.pod ?? ''} ${verdict}`).sort()).toEqual([
    'ipv4 payments/db-0 dropped',
    'ipv4 payments/db-1 dropped',
    'ipv6 payments/db-0 dropped',
    'ipv6 payments/db-1 dropped',
  ]);
});

describe('host-network endpoints', () => {
  test('count as backends', async () => {
    const [path, ...more] = (await toService('default/toolbox', 'default/node-exporter', '9100')).paths;
    expect(more).toEqual([]);
    expect(path).toMatchObject({ verdict: 'delivered', backend: { address: '172.18.0.3', pod: 'default/hostnet' } });
  });

  test('may be at both ends', async () => {
    const { paths } = await toService('node/ovn-control-plane', 'default/node-exporter', '9100');
    expect(paths.map(({ verdict, reply }) => [verdict, reply?.verdict])).toEqual([['delivered', 'delivered']]);
  });
});

test('pods of a user-defined network meet in it, and not outside of it', async () => {
  const blue = { source: 'udn-blue/b-0', port: '8080', family: '4' as const };
  expect(await tracePodToPod(world, { ...blue, destination: 'udn-blue/b-1' })).toMatchObject({ verdict: 'delivered' });
  const elsewhere = await tracePodToPod(world, { ...blue, destination: 'shop/web-0', network: 'default' });
  expect(elsewhere.paths[0]).toMatchObject({ verdict: 'dropped', cause: { type: 'isolation' } });
});

test('a port is where it is bound: traffic leaves by one node, the one that has the egress address', async () => {
  const query = { source: 'default/toolbox', destination: '198.51.100.9', port: '443', family: '4' as const };
  const { paths } = await tracePodToExternal(world, query);
  expect(paths.map(({ egress }) => `${egress?.node ?? ''} ${egress?.egressIP?.name ?? ''}`)).toEqual([
    'ovn-worker eip-secondary',
  ]);
});

test('a packet that is too large for a link on the way is dropped there, and the link named', async () => {
  const query = { source: 'shop/client', destination: 'shop/web-1', port: '8080', size: 1500, family: '4' as const };
  const [path] = (await tracePodToPod(world, query)).paths;
  expect(path).toMatchObject({
    verdict: 'dropped',
    cause: { type: 'mtu', mtu: { port: 'rtos-ovn-worker', mtu: 1400 } },
  });
});

test('a denial names the policy, the rule that came closest and what would let the packet through', async () => {
  const query = { source: 'shop/client', destination: 'payments/db-0', port: '5432', family: '4' as const };
  const [path] = (await tracePodToPod(world, query)).paths;
  expect(path?.cause).toMatchObject({
    type: 'policy',
    chain: [
      { object: { kind: 'AdminNetworkPolicy', rule: 2 }, outcome: 'passes' },
      { object: { kind: 'NetworkPolicy', name: 'allow-api' }, outcome: 'no-match' },
      { outcome: 'denies' },
    ],
    closest: { object: { name: 'allow-api', rule: 0 }, mismatches: [{ what: 'labels', actual: 'app=client' }] },
    remedy: { command: 'kubectl label pod -n shop client app=api --overwrite' },
  });
});
