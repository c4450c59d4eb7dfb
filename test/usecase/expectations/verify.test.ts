import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../../src/connect/open-world.js';
import type { Pod } from '../../../src/kube/model/pod.js';
import type { Service } from '../../../src/kube/model/service.js';
import type { ConnectivityReport, ExpectationResult } from '../../../src/usecase/expectations/report-document.js';
import { verifyConnectivity } from '../../../src/usecase/expectations/verify-connectivity.js';
import type { World } from '../../../src/world/world.js';
import { repository } from '../../support/run-cli.js';

let recorded: World;
beforeAll(async () => {
  recorded = await openWorld(join(repository, 'examples/ic-dualstack'));
});

const verify = (text: string, world = recorded): Promise<ConnectivityReport> =>
  verifyConnectivity(world, { name: 'expect.yaml', text });

async function only(entry: string, world = recorded): Promise<ExpectationResult> {
  const { results } = await verify(`- { ${entry} }`, world);
  expect(results).toHaveLength(1);
  return results[0]!;
}

it('the example holds', async () => {
  const text = readFileSync(join(repository, 'examples/expect.yaml'), 'utf8');
  const { verdict, summary, results } = await verify(text);
  expect(results.filter(({ outcome }) => outcome !== 'met')).toEqual([]);
  expect([verdict, summary.met, summary.expectations]).toEqual(['met', results.length, results.length]);
});

describe('what is not met', () => {
  it('says what is otherwise and why', async () => {
    const result = await only('from: shop/app=cart, to: shop/app=web, port: 8080, expect: delivered');
    expect(result).toMatchObject({ outcome: 'broken', verdict: 'dropped', counts: { dropped: 6 } });
    expect(result.message).toMatch(/^expected delivered, but 6 of 6 paths are dropped: denied by default deny/);
    expect(result.reasons[0]?.example.source).toBe('shop/cart-0');
  });

  it('counts what differs between pods', async () => {
    const result = await only("from: 'shop/app in (client,cart)', to: shop/app=web, port: 8080, expect: dropped");
    expect(result).toMatchObject({ outcome: 'broken', verdict: 'mixed', counts: { delivered: 6, dropped: 6 } });
    expect(result.message).toMatch(/^expected dropped, but 6 of 12 paths are delivered$/);
  });

  it('another reason than expected', async () => {
    const policy = 'from: shop/client, to: payments/db-0, port: 5432, expect: dropped, reason';
    expect(await only(`${policy}: { type: policy, object: DefaultDeny payments }`)).toMatchObject({ outcome: 'met' });
    const other = await only(`${policy}: { type: egress-firewall }`);
    expect(other).toMatchObject({ outcome: 'broken', verdict: 'dropped' });
    expect(other.message).toMatch(/^it is dropped for another reason \(policy: denied by default deny/);
    expect(await only(`${policy}: { object: AdminNetworkPolicy protect-payments }`)).toMatchObject({
      outcome: 'broken',
    });
  });

  it('a lost reply is not delivered', async () => {
    const result = await only('from: shop/cart-0, to: shop/api-ext, families: [4], expect: delivered');
    expect(result.reasons[0]?.cause?.type).toBe('reply-lost');
    expect(result.outcome).toBe('broken');
  });
});

describe('what cannot be tried', () => {
  it.each([
    [
      'a pod that does not exist',
      'from: shop/nobody, to: shop/web-0, port: 80, expect: dropped',
      /there is no Pod shop\/nobody/,
    ],
    [
      'labels nobody has',
      'from: shop/app=nobody, to: shop/web-0, port: 80, expect: dropped',
      /^no running pod is meant by "shop\/app=nobody"$/,
    ],
    [
      'a family the service has not',
      'from: shop/client, to: payments/db-v6only, families: [4], expect: delivered',
      /no clusterIP address of IPv4/,
    ],
    [
      'one of both families missing',
      'from: shop/api-0, to: payments/db-v6only, families: [4, 6], expect: delivered',
      /^nothing can be sent over IPv4/,
    ],
    [
      'a pod by itself',
      'from: shop/client, to: pod/shop/client, port: 80, expect: delivered',
      /no pair of different ends/,
    ],
    ['no port', 'from: shop/client, to: shop/web-0, expect: delivered', /--port|port/],
    [
      'a pod from outside',
      'from: 203.0.113.9, to: shop/web-0, port: 80, expect: dropped',
      /from outside .* only services can be asked/,
    ],
  ])('%s', async (_what, entry, message) => {
    const { outcome, message: told } = await only(entry);
    expect(outcome).toBe('untried');
    expect(told).toMatch(message);
  });

  it('is no success', async () => {
    expect((await verify('- { from: shop/nobody, to: shop/web-0, port: 80, expect: dropped }')).verdict).toBe('broken');
  });
});

describe('what is not known', () => {
  const blind = (): World => ({ ...recorded, zones: recorded.zones.filter(({ name }) => name !== 'ovn-worker2') });

  it('is inconclusive, whatever is expected', async () => {
    for (const expected of ['delivered', 'dropped']) {
      const entry = `from: shop/client, to: shop/api-1, port: 8080, expect: ${expected}`;
      expect(await only(entry, blind())).toMatchObject({ outcome: 'inconclusive' });
      expect(await only(`from: shop/api-1, to: shop/client, port: 8080, expect: ${expected}`, blind())).toMatchObject({
        outcome: 'inconclusive',
        message: expect.stringMatching(
          /what becomes of it is not known: .*no databases for node ovn-worker2/,
        ) as string,
      });
    }
  });

  it('comes behind what is certainly wrong', async () => {
    const entry = "from: shop/cart-0, to: 'shop/app in (web,api)', port: 8080, expect: delivered";
    expect(await only(entry, blind())).toMatchObject({ outcome: 'broken', counts: { dropped: 4 } });
    const text = `- { ${entry} }\n- { from: shop/client, to: shop/api-1, port: 8080, expect: delivered }`;
    expect((await verify(text, blind())).verdict).toBe('broken');
    expect((await verify(text.split('\n')[1]!, blind())).verdict).toBe('inconclusive');
  });
});

describe('ends', () => {
  it('of every kind', async () => {
    const { results } = await verify(`
- { from: node/ovn-worker, to: shop/client, port: 80, expect: delivered }
- { from: shop/client, to: node/ovn-worker, port: 10250, families: [6], expect: delivered }
- { from: port/shop_client, to: shop/web-0, port: 8080, expect: delivered }
- { from: 203.0.113.9, to: shop/web-np, port: 80, via: nodeport, expect: dropped, reason: { type: policy } }
- { from: shop/client, to: 1.2.3.4, port: 443, expect: delivered }
- { from: shop/client, to: 198.51.100.200, port: 443, families: [6], expect: dropped }
`);
    expect(results.map(({ outcome }) => outcome)).toEqual(['met', 'met', 'met', 'met', 'met', 'untried']);
  });

  it('workloads by their pods', async () => {
    const managed: World = {
      ...recorded,
      kube: {
        ...recorded.kube,
        async list(plural, selection) {
          const listing = await recorded.kube.list(plural, selection);
          if (plural !== 'pods') return listing;
          const owned = (listing.items as readonly Pod[]).map((pod) =>
            pod.metadata.name.startsWith('web-') ? { ...pod, controller: { kind: 'StatefulSet', name: 'web' } } : pod,
          );
          return { ...listing, items: owned as unknown as typeof listing.items };
        },
      },
    };
    const entry = 'from: shop/client, to: statefulset/shop/web, port: 8080, expect: delivered';
    expect(await only(entry, managed)).toMatchObject({ outcome: 'met', counts: { delivered: 6 } });
    expect(await only(entry)).toMatchObject({ outcome: 'untried' });
  });

  it('a name of a pod and a service must be told apart', async () => {
    const twins: World = {
      ...recorded,
      kube: {
        ...recorded.kube,
        async get(plural, namespace, name) {
          const found = await recorded.kube.get(plural, namespace, name);
          if (plural !== 'services' || name !== 'client') return found;
          const other = (await recorded.kube.get('services', 'shop', 'web-svc')) as Service;
          return { ...other, metadata: { ...other.metadata, name } } as unknown as typeof found;
        },
      },
    };
    const text = '- { from: shop/web-0, to: shop/client, port: 80, expect: delivered }';
    await expect(verify(text, twins)).rejects.toMatchObject({
      code: 'expectations.file',
      message: 'expect.yaml:1:27: "shop/client" is a pod and a service',
      hints: ['write pod/shop/client or service/shop/client'],
    });
  });

  it('services send nothing', async () => {
    await expect(verify('- { from: shop/web-svc, to: shop/client, port: 80, expect: dropped }')).rejects.toThrow(
      '"shop/web-svc" is a service: services send nothing',
    );
  });
});

it('a file that is not right is an error with its line, and the other mistakes beside it', async () => {
  await expect(verify('- from: shop/client\n  too: x\n  expect: dropped\n- 1')).rejects.toMatchObject({
    code: 'expectations.file',
    message: 'expect.yaml:2:3: unknown key "too"',
    excerpt: ['    too: x', '    ^'],
    hints: expect.arrayContaining([
      'did you mean to?',
      'also expect.yaml:1:3: it does not say to whom: "to" is missing',
    ]) as string[],
  });
});
