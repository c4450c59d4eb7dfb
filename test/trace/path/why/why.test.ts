/**
 * Why a packet is dropped and what would let it through, on the recorded cluster and on changes of it. What a remedy
 * promises is tried: the world is changed as it says and the packet sent again.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Cause, PathTrace } from '../../../../src/trace/path/path-trace.js';
import { tracePodToExternal, tracePodToPod, tracePodToService } from '../../../../src/usecase/trace-path.js';
import type { PathQuery } from '../../../../src/usecase/trace-path.js';
import { PLAIN } from '../../../../src/view/color.js';
import { renderPathTrace } from '../../../../src/view/path/render-path-trace.js';
import type { World } from '../../../../src/world/world.js';
import { changedExample, changeRows } from '../../../support/changed-example.js';
import type { Change } from '../../../support/changed-example.js';

type Asked = Partial<PathQuery> & Pick<PathQuery, 'source' | 'destination'>;
const ASK = { pod: tracePodToPod, service: tracePodToService, external: tracePodToExternal } as const;

let world: World;
beforeAll(async () => {
  world = await changedExample([]);
});

async function ask(to: keyof typeof ASK, query: Asked, where = world): Promise<PathTrace> {
  return ASK[to](where, { family: '4', ...query });
}

/** The cause of the only path, or the first. */
async function causeOf(to: keyof typeof ASK, query: Asked, where = world): Promise<Cause> {
  const [path] = (await ask(to, query, where)).paths;
  if (path?.cause === undefined) throw new Error(`the packet is ${path?.verdict ?? 'not traced'}`);
  return path.cause;
}

const golden = join(import.meta.dirname, '../../../golden/changed');
const shown = (trace: PathTrace): string => renderPathTrace(trace, 'path', { palette: PLAIN, headers: true });

const chainOf = ({ chain = [] }: Cause): readonly string[] => chain.map(({ text }) => text);

/** Addresses added to the address set that OVN-Kubernetes keeps for a selector, found as its northbound row says. */
const joining = (zone: string, set: string, address: string): Change => ({
  zone,
  sb: (database) =>
    changeRows(
      database,
      'Address_Set',
      (row) => row.string('name') === set,
      (row) => ({ addresses: ['set', [...row.strings('addresses'), address]] }),
    ),
});

describe('the chain of policies', () => {
  test('tells each tier in order, up to the default deny', async () => {
    const cause = await causeOf('pod', { source: 'shop/client', destination: 'payments/db-0', port: '5432' });
    expect(chainOf(cause)).toEqual([
      'AdminNetworkPolicy protect-payments, ingress rule 2 passes',
      'NetworkPolicy payments/allow-api: no rule matches',
      'default deny of payments',
    ]);
    expect(cause.chain?.map(({ tier }) => tier)).toEqual([1, 2, 2]);
    expect(cause.chain?.[0]?.object).toMatchObject({ kind: 'AdminNetworkPolicy', name: 'protect-payments', rule: 2 });
  });

  test('ends where an AdminNetworkPolicy denies', async () => {
    const cause = await causeOf('pod', { source: 'monitoring/probe-0', destination: 'payments/db-0', port: '5432' });
    expect(chainOf(cause)).toEqual(['AdminNetworkPolicy protect-payments, ingress rule 0 denies']);
    expect(cause.closest).toBeUndefined();
    expect(cause.missing).toContain('protect-payments (priority 10)');
    expect(cause.remedy?.text).toContain('come before ingress rule 0');
    expect(cause.remedy?.text).toContain('priority below 10');
  });

  test('is told for what was let through, too', async () => {
    const { paths } = await ask('pod', { source: 'default/toolbox', destination: 'payments/db-0', port: '5432' });
    expect(paths[0]?.verdict).toBe('delivered');
    expect(paths[0]?.accessControl).toEqual([
      {
        zone: 'ovn-worker',
        datapath: 'ovn-worker',
        direction: 'ingress',
        steps: [expect.objectContaining({ tier: 1, outcome: 'allows' })],
      },
    ]);
  });

  test('reaches the baseline, where a NetworkPolicy has precedence', async () => {
    const cause = await causeOf('pod', { source: 'shop/client', destination: 'monitoring/probe-0', port: '80' });
    expect(chainOf(cause)).toEqual(['BaselineAdminNetworkPolicy default, egress rule 0 denies']);
    expect(cause.remedy?.text).toContain('spec.egress of a NetworkPolicy that selects pod shop/client');
    expect(cause.remedy?.rule?.yaml).toContain('port: 80');
  });
});

describe('the closest rule', () => {
  test('wrong port: the rule says which, and the packet passes with it', async () => {
    const query = { source: 'shop/client', destination: 'shop/web-0' };
    const cause = await causeOf('pod', { ...query, port: '9999' });
    expect(cause.closest).toMatchObject({
      object: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web-ingress', rule: 0, direction: 'ingress' },
      mismatches: [{ what: 'port', wanted: 'TCP http, 8080', actual: 'TCP 9999' }],
    });
    expect(cause.remedy?.command).toBe(
      `kubectl patch networkpolicy -n shop web-ingress --type=json -p '[{"op":"add","path":"/spec/ingress/0/ports/-","value":{"protocol":"TCP","port":9999}}]'`,
    );
    expect((await ask('pod', { ...query, port: '8080' })).verdict).toBe('delivered');
  });

  test('wrong protocol', async () => {
    const query = { source: 'shop/client', destination: 'shop/web-0', port: '8080', protocol: 'udp' } as const;
    const cause = await causeOf('pod', query);
    expect(cause.closest?.mismatches).toEqual([expect.objectContaining({ what: 'protocol', actual: 'UDP 8080' })]);
  });

  test('wrong label: with the label that is asked for, the packet passes', async () => {
    const query = { source: 'shop/client', destination: 'payments/db-0', port: '5432' };
    const cause = await causeOf('pod', query);
    expect(cause.closest?.mismatches).toEqual([
      {
        what: 'labels',
        wanted: 'pods app=api of namespaces team=shop',
        actual: 'app=client',
        text: 'allows pods app=api of namespaces team=shop, pod shop/client has app=client',
      },
    ]);
    expect(cause.remedy?.command).toBe('kubectl label pod -n shop client app=api --overwrite');
    // OVN-Kubernetes would put the pod's address where that of shop/api-0 is.
    const [set] = await setsWith('ovn-worker', '10.244.2.5', 'payments/allow-api');
    const relabelled = await changedExample([joining('ovn-worker', set ?? '', '10.244.2.6')]);
    expect((await ask('pod', query, relabelled)).verdict).toBe('delivered');
  });

  test('wrong namespace: with the label that is asked for, the packet passes', async () => {
    const query = { source: 'default/toolbox', destination: 'shop/web-0', port: '8080' };
    const cause = await causeOf('pod', query);
    expect(cause.closest?.mismatches).toEqual([
      expect.objectContaining({ what: 'namespace', actual: 'namespace default: no label team' }),
    ]);
    expect(cause.remedy?.command).toBe('kubectl label namespace default team=obs');
    const [set] = await setsWith('ovn-worker', '10.244.2.9', 'shop/web-ingress');
    const relabelled = await changedExample([joining('ovn-worker', set ?? '', '10.244.2.10')]);
    expect((await ask('pod', query, relabelled)).verdict).toBe('delivered');
  });

  test('an exception of an ipBlock', async () => {
    const query = { source: 'shop/cart-0', destination: 'payments/gateway-0', port: '8085' };
    const cause = await causeOf('pod', query);
    expect(cause.closest).toMatchObject({
      object: { name: 'allow-ipblock', rule: 0 },
      mismatches: [{ what: 'address', text: expect.stringContaining('10.244.1.3 is in 10.244.1.0/24') as string }],
    });
  });

  test('a rule that selects the pod but is not in force', async () => {
    const query = { source: 'shop/client', destination: 'shop/web-0', port: '8080' };
    const [set] = await setsWith('ovn-worker', '10.244.2.6', 'shop/web-ingress');
    const stale = await changedExample([
      {
        zone: 'ovn-worker',
        sb: (database) =>
          changeRows(
            database,
            'Address_Set',
            (row) => row.string('name') === set,
            (row) => ({ addresses: ['set', row.strings('addresses').filter((each) => each !== '10.244.2.6')] }),
          ),
      },
    ]);
    const cause = await causeOf('pod', query, stale);
    expect(cause.closest?.mismatches).toEqual([expect.objectContaining({ what: 'address-set' })]);
  });

  test('a firewall that allows the address on other ports', async () => {
    const query = { source: 'shop/client', destination: '1.2.3.4' };
    const cause = await causeOf('external', { ...query, port: '80' });
    expect(cause.type).toBe('egress-firewall');
    expect(cause.closest).toMatchObject({
      object: { kind: 'EgressFirewall', rule: 0 },
      mismatches: [{ what: 'port', wanted: 'TCP 443, UDP 123', actual: 'TCP 80' }],
    });
    expect((await ask('external', { ...query, port: '443' })).verdict).toBe('delivered');
  });

  test('a firewall that does not: where an Allow has to go', async () => {
    const cause = await causeOf('external', { source: 'shop/client', destination: '198.51.100.200', port: '443' });
    expect(cause.closest).toBeUndefined();
    expect(cause.remedy?.text).toBe(
      'an Allow for 198.51.100.200/32 has to come before rule 5, anywhere from spec.egress[0] to spec.egress[5]',
    );
    expect(cause.remedy?.command).toContain('"path":"/spec/egress/5"');
  });
});

/** Names of the address sets in the matches of a policy's rules that have the address. */
async function setsWith(zone: string, address: string, policy: string): Promise<readonly string[]> {
  const found = world.zones.find(({ name }) => name === zone);
  const [northbound, southbound] = [await found?.northbound(), await found?.southbound()];
  const acls = [...(northbound?.database.table('ACL').rows() ?? [])].filter(
    (row) => row.map('external_ids').get('k8s.ovn.org/name') === policy.replace('/', ':'),
  );
  const names = acls.flatMap((row) => [...row.string('match').matchAll(/\$(\w+)/g)].map(([, name = '']) => name));
  return [...new Set(names)].filter((name) => southbound?.sets.addressSet(name)?.includes(address) === true);
}

describe('isolation of networks', () => {
  test('names the primary network and the address there', async () => {
    const query = { source: 'udn-blue/b-0', destination: 'shop/web-0', port: '8080', network: 'default' };
    const cause = await causeOf('pod', query);
    expect(cause).toMatchObject({
      type: 'isolation',
      missing: expect.stringContaining('udn-blue/blue (10.150.2.4') as string,
    });
  });
});

describe('a service without endpoints', () => {
  const missing = async (destination: string, source: string, where = world): Promise<string | undefined> =>
    (await causeOf('service', { source, destination, family: '4' }, where)).missing;

  test('nothing is selected', async () => {
    expect(await missing('shop/empty-svc', 'shop/client')).toBe(
      'no pod of namespace shop has the labels app=nothing that empty-svc selects',
    );
  });

  test('nothing is ready, and why', async () => {
    expect(await missing('default/not-ready', 'default/toolbox')).toBe(
      'app=sleeper selects 1 pod, none of them ready: default/sleeper (Running, c: not ready)',
    );
  });

  test('no pod has a port of that name', async () => {
    const renamed = await changedExample([], {
      services: (service) =>
        service.metadata.name !== 'not-ready'
          ? service
          : { ...service, ports: service.ports.map((port) => ({ ...port, targetPort: 'web' })) },
      pods: (pod) => (pod.metadata.name === 'sleeper' ? { ...pod, ready: true } : pod),
    });
    expect(await missing('default/not-ready', 'default/toolbox', renamed)).toBe(
      'no ready pod of not-ready declares a TCP port named web: default/sleeper',
    );
    const trace = await ask('service', { source: 'default/toolbox', destination: 'default/not-ready' }, renamed);
    await expect(shown(trace)).toMatchFileSnapshot(join(golden, 'service-without-port-name.txt'));
  });

  test('all are elsewhere, and the policy is Local', async () => {
    const query = { source: 'shop/cart-0', destination: 'shop/api-local', family: '4' } as const;
    expect((await causeOf('service', query)).missing).toMatch(
      /^internalTrafficPolicy of api-local is Local and node ovn-control-plane has none of its endpoints/,
    );
  });
});

describe('the way out of the cluster', () => {
  /** The zone without the default route of a family, in both databases, and the node reporting only these next hops. */
  const without = (family: 4 | 6, hops: readonly string[]): Promise<World> => {
    const prefix = family === 4 ? '0.0.0.0/0' : '::/0';
    return changedExample(
      [
        {
          zone: 'ovn-worker',
          nb: (database) => {
            const routes = [...database.table('Logical_Router_Static_Route').rows()].filter(
              (row) => row.string('ip_prefix') === prefix && row.optionalString('output_port') === 'rtoe-GR_ovn-worker',
            );
            const gone = new Set(routes.map(({ uuid }) => uuid));
            return changeRows(
              database,
              'Logical_Router',
              (row) => row.string('name') === 'GR_ovn-worker',
              (row) => ({
                static_routes: [
                  'set',
                  row
                    .refs('static_routes')
                    .filter((uuid) => !gone.has(uuid))
                    .map((uuid) => ['uuid', uuid]),
                ],
              }),
            );
          },
          sb: (database) =>
            changeRows(
              database,
              'Logical_Flow',
              (row) =>
                row.string('match').startsWith(`reg7 == 0 && ip${family}.dst == ${prefix}`) &&
                row.string('actions').includes('"rtoe-GR_ovn-worker"'),
              () => null,
            ),
        },
      ],
      {
        nodes: (node) => {
          if (node.metadata.name !== 'ovn-worker') return node;
          const config = JSON.stringify({ default: { 'next-hops': hops } });
          const annotations = new Map([...node.metadata.annotations, ['k8s.ovn.org/l3-gateway-config', config]]);
          return { ...node, metadata: { ...node.metadata, annotations } };
        },
      },
    );
  };

  test('a node without an IPv6 gateway: which route is missing, and why', async () => {
    const query = { source: 'kube-system/coredns-0', destination: '2001:db8:1::9', port: '53', family: '6' } as const;
    const faulty = await without(6, ['172.18.0.1']);
    const trace = await ask('external', query, faulty);
    await expect(shown(trace)).toMatchFileSnapshot(join(golden, 'missing-default-route.txt'));
    const [path] = trace.paths;
    expect(path?.cause).toMatchObject({
      type: 'no-route',
      missing:
        'GR_ovn-worker has no IPv6 default route (::/0): node ovn-worker reports no IPv6 next hop in k8s.ovn.org/l3-gateway-config',
    });
    expect(path?.egress?.defaultRoute).toEqual({ router: 'GR_ovn-worker', nextHops: [], reported: [] });
    // The other family is as good as before.
    const other = { source: 'kube-system/coredns-0', destination: '198.51.100.9', port: '53', family: '4' } as const;
    expect((await ask('external', other, faulty)).verdict).toBe('delivered');
  });

  test('a gateway that is reported but has no route', async () => {
    const query = { source: 'kube-system/coredns-0', destination: '198.51.100.9', port: '53', family: '4' } as const;
    const cause = await causeOf('external', query, await without(4, ['172.18.0.1']));
    expect(cause.missing).toContain('although node ovn-worker reports the next hop 172.18.0.1');
  });

  test('told in full: address, firewall, mark, gateway', async () => {
    const [path] = (await ask('external', { source: 'shop/web-0', destination: '1.2.3.4', port: '443' })).paths;
    expect(path?.egress).toMatchObject({
      node: 'ovn-worker',
      via: 'gateway',
      snat: { to: '172.18.0.3:52888', owner: { kind: 'Node' } },
      egressFirewall: { kind: 'EgressFirewall', rule: 0 },
      egressQoS: { dscp: 20, owner: { kind: 'NetworkQoS', name: 'qos-web' } },
      defaultRoute: { router: 'GR_ovn-worker', nextHops: ['172.18.0.1'], reported: ['172.18.0.1'] },
      nextHop: '172.18.0.1',
    });
  });

  test('by external gateways, an egress service, an egress IP', async () => {
    const egressOf = async (query: Asked) => (await ask('external', { port: '443', ...query })).paths[0]?.egress;
    expect(await egressOf({ source: 'monitoring/probe-0', destination: '198.51.100.9' })).toMatchObject({
      externalRoute: { router: 'GR_ovn-worker', nextHop: '172.18.0.201', objects: ['obs-gateways'] },
    });
    expect(await egressOf({ source: 'shop/api-0', destination: '1.2.3.4' })).toMatchObject({
      via: 'host',
      egressService: { namespace: 'shop', name: 'api-lb' },
      egressServiceAddress: '203.0.113.11',
    });
    expect(await egressOf({ source: 'default/toolbox', destination: '198.51.100.9' })).toMatchObject({
      via: 'host',
      egressIP: { name: 'eip-secondary', address: '10.10.10.200' },
    });
  });

  test.each(['payments/db-0', 'payments/db-1'])(
    'an egress IP of the own node or of another one: %s',
    async (source) => {
      // No policy of the namespace is left that denies what its pods send.
      const open = await changedExample(
        ['ovn-worker', 'ovn-worker2'].map((zone) => ({
          zone,
          sb: (database) =>
            changeRows(
              database,
              'Logical_Flow',
              (row) =>
                row.map('external_ids').get('stage-name') === 'ls_in_acl_after_lb_eval' &&
                row.string('actions').includes('reg8[17] = 1') &&
                row.string('match').startsWith('reg8[30..31] == 2'),
              () => null,
            ),
        })),
      );
      const { paths } = await ask('external', { source, destination: '198.51.100.9', port: '443' }, open);
      const addresses = new Map([
        ['ovn-worker', '172.18.0.102'],
        ['ovn-worker2', '172.18.0.101'],
      ]);
      // Both nodes have an address of it, and the choice among them is followed both ways.
      expect(paths.map(({ egress }) => egress?.node).sort()).toEqual(['ovn-worker', 'ovn-worker2']);
      for (const { egress } of paths) {
        const address = addresses.get(egress?.node ?? '') ?? '';
        expect(egress).toMatchObject({
          via: 'gateway',
          egressIP: { name: 'eip-payments', address },
          snat: { to: `${address}:52888`, owner: { kind: 'EgressIP' } },
          defaultRoute: { nextHops: ['172.18.0.1'] },
        });
      }
    },
  );

  test('what stays inside has none', async () => {
    const inside = await ask('pod', { source: 'shop/client', destination: 'shop/web-1', port: '8080' });
    expect(inside.paths[0]?.egress).toBeUndefined();
  });
});

describe('a packet that is too big', () => {
  const query = { source: 'shop/client', destination: 'shop/web-1', port: '8080' };

  test.each([
    ['4', { type: 3, code: 4, nextHopMtu: 1400, from: '10.244.2.1' }],
    ['6', { type: 2, code: 0, nextHopMtu: 1400, from: 'fd00:10:244:3::1' }],
  ] as const)('IPv%s: the link, its MTU, and what the sender is told', async (family, icmp) => {
    const cause = await causeOf('pod', { ...query, family, size: 1500 });
    expect(cause).toMatchObject({
      type: 'mtu',
      mtu: { datapath: 'ovn_cluster_router', port: 'rtos-ovn-worker', mtu: 1400, size: 1500, icmp },
    });
  });

  test('one that just fits passes', async () => {
    expect((await ask('pod', { ...query, size: 1400 })).verdict).toBe('delivered');
    expect((await ask('pod', { ...query, size: 1401 })).verdict).toBe('dropped');
  });

  test('where no router is on the way nothing is compared', async () => {
    expect((await ask('pod', { ...query, destination: 'shop/web-0', size: 9000 })).verdict).toBe('delivered');
  });
});

describe('the fact behind other drops', () => {
  test('port security: what the port is allowed and what the packet has', async () => {
    const strict = await changedExample([
      {
        zone: 'ovn-worker',
        sb: (database) =>
          changeRows(
            database,
            'Port_Binding',
            (row) => row.string('logical_port') === 'shop_client',
            () => ({ port_security: '0a:58:0a:f4:02:06 10.9.9.9' }),
          ),
      },
    ]);
    const cause = await causeOf('pod', { source: 'shop/client', destination: 'shop/web-0', port: '8080' }, strict);
    expect(cause).toMatchObject({
      type: 'port-security',
      missing:
        'port shop_client is allowed 0a:58:0a:f4:02:06 10.9.9.9; the packet comes from 0a:58:0a:f4:02:06 10.244.2.6',
    });
  });

  test('an address that nobody has', async () => {
    const cause = await causeOf('external', { source: 'default/toolbox', destination: '10.244.0.200', port: '80' });
    expect(cause).toMatchObject({ type: 'no-mac', missing: expect.stringContaining('10.244.0.200') as string });
  });

  test('an address of a router', async () => {
    const cause = await causeOf('external', { source: 'default/toolbox', destination: '100.88.0.2', port: '80' });
    expect(cause).toMatchObject({ type: 'not-for-router', missing: expect.stringContaining('100.88.0.2') as string });
  });
});
