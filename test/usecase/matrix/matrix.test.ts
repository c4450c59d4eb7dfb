import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../../src/connect/open-world.js';
import type { Pod } from '../../../src/kube/model/pod.js';
import { connectivityMatrix } from '../../../src/usecase/matrix/matrix.js';
import type { MatrixQuery } from '../../../src/usecase/matrix/matrix.js';
import type { ConnectivityMatrix, MatrixCell } from '../../../src/usecase/matrix/matrix-document.js';
import { tracePodToPod, tracePodToService } from '../../../src/usecase/trace-path.js';
import type { World } from '../../../src/world/world.js';
import { repository } from '../../support/run-cli.js';

let recorded: World;
beforeAll(async () => {
  recorded = await openWorld(join(repository, 'examples/ic-dualstack'));
});

const ask = (world: World, query: Partial<MatrixQuery>): Promise<ConnectivityMatrix> =>
  connectivityMatrix(world, {
    from: [],
    to: query.to ?? query.from ?? [],
    ports: [],
    family: 'both',
    services: false,
    by: 'workload',
    ...query,
  });

const cell = ({ cells }: ConnectivityMatrix, source: string, target: string): MatrixCell => {
  const found = cells.find((each) => each.source === source && each.target === target);
  if (found === undefined) throw new Error(`no cell ${source} ${target}`);
  return found;
};

/** The same World with pods whose names end in a number managed by a workload, as a real cluster has them. */
function managed(world: World): World {
  const owned = (pod: Pod): Pod => {
    const [, name] = /^(.*)-\d+$/.exec(pod.metadata.name) ?? [];
    return name === undefined ? pod : { ...pod, controller: { kind: 'StatefulSet', name } };
  };
  return {
    ...world,
    kube: {
      available: true,
      async list(plural, selection) {
        const listing = await world.kube.list(plural, selection);
        if (plural !== 'pods') return listing;
        return { ...listing, items: (listing.items as readonly Pod[]).map(owned) as unknown as typeof listing.items };
      },
      get: (plural, namespace, name) => world.kube.get(plural, namespace, name),
    },
  };
}

describe('pods on their own', () => {
  it('have a line each, targets at the ports they declare', async () => {
    const matrix = await ask(recorded, { from: ['shop'] });
    expect(matrix.sources.map(({ id }) => id)).toEqual(
      ['api-0', 'api-1', 'cart-0', 'client', 'sec-0', 'sec-1', 'web-0', 'web-1', 'web-2'].map((name) => `shop/${name}`),
    );
    expect(matrix.targets.map(({ id }) => id)).toContain('shop/web-0:8080/tcp');
    expect(matrix.notes.join('\n')).toMatch(/shop\/client declares no port and is no target/);
    expect(matrix.cells).toHaveLength(matrix.sources.length * matrix.targets.length);
  });

  it('send nothing to themselves', async () => {
    const matrix = await ask(recorded, { from: ['shop'] });
    expect(cell(matrix, 'shop/web-0', 'shop/web-0:8080/tcp')).toMatchObject({
      verdict: 'none',
      why: 'a pod sends nothing to itself over the network',
    });
  });

  it('every cell says what the single traces say', async () => {
    const matrix = await ask(recorded, { from: ['shop', 'monitoring'], to: ['payments', 'shop'], services: true });
    const differing: string[] = [];
    for (const { source, target, verdict, counts, reasons } of matrix.cells) {
      const { kind, namespace, name, port, protocol } = matrix.targets.find(({ id }) => id === target)!;
      const query = {
        source,
        destination: `${namespace}/${name}`,
        port: String(port),
        protocol,
        family: 'both',
      } as const;
      const trace = kind === 'Service' ? tracePodToService : tracePodToPod;
      const { paths } = await trace(recorded, query).catch(() => ({ paths: [] }));
      const sticky = paths.some(({ connection }) => connection !== undefined);
      const met = paths.filter(({ cause }) => !sticky || cause?.type !== 'session-affinity');
      const verdicts = [...new Set(met.map((path) => path.verdict))];
      const expected = verdicts.includes('unknown')
        ? 'unknown'
        : verdicts.length > 1
          ? 'mixed'
          : (verdicts[0] ?? 'none');
      const causes = new Set(met.flatMap(({ cause }) => cause?.object?.text ?? cause?.message ?? []));
      const told = new Set(reasons.map(({ cause }) => cause?.object?.text ?? cause?.message));
      const isSelf = verdict === 'none' && kind === 'Pod' && source === `${namespace}/${name}`;
      if (isSelf) continue;
      if (verdict !== expected || counts.delivered !== met.filter((path) => path.verdict === 'delivered').length) {
        differing.push(`${source} ${target}: ${verdict}, single traces ${expected}`);
      }
      expect(told).toEqual(causes);
    }
    expect(differing).toEqual([]);
    expect(matrix.cells.length).toBeGreaterThan(200);
  });
});

describe('workloads', () => {
  it('stand for their pods; a cell that differs between them is mixed with the counts', async () => {
    const matrix = await ask(managed(recorded), { from: ['shop'], ports: ['8080'] });
    const web = matrix.sources.find(({ id }) => id === 'shop/web[StatefulSet]');
    expect(web).toEqual({
      id: 'shop/web[StatefulSet]',
      kind: 'StatefulSet',
      namespace: 'shop',
      name: 'web',
      pods: ['web-0', 'web-1', 'web-2'],
    });
    const { verdict, counts } = cell(matrix, 'shop/client', 'shop/web[StatefulSet]:8080/tcp');
    expect([verdict, counts.delivered]).toEqual(['delivered', 6]);
    const own = cell(matrix, 'shop/api[StatefulSet]', 'shop/api[StatefulSet]:8080/tcp');
    expect(own.counts.delivered + own.counts.dropped).toBe(4);
  });

  it('are told apart with --by pod', async () => {
    const matrix = await ask(managed(recorded), { from: ['shop'], by: 'pod' });
    expect(matrix.sources.map(({ id }) => id)).toContain('shop/web-1');
  });
});

describe('what is asked', () => {
  it('services at their own ports, filtered by number, name and protocol', async () => {
    const all = await ask(recorded, { from: ['shop'], services: true });
    const ids = all.targets.flatMap(({ kind, id }) => (kind === 'Service' ? [id] : []));
    expect(ids).toEqual(
      expect.arrayContaining([
        'shop/web-multi[Service]:80/tcp',
        'shop/web-multi[Service]:5353/udp',
        'shop/sctp[Service]:132/sctp',
      ]),
    );
    const metrics = await ask(recorded, { from: ['shop'], services: true, ports: ['metrics'] });
    expect(metrics.targets.map(({ id }) => id)).toEqual(['shop/web-multi[Service]:9090/tcp']);
    const udp = await ask(recorded, { from: ['shop'], services: true, protocol: 'udp' });
    expect(udp.targets.map(({ id }) => id)).toEqual(['shop/web-multi[Service]:5353/udp']);
  });

  it('a port name means the number that each workload declares', async () => {
    const { targets } = await ask(recorded, { from: ['payments'], ports: ['pg'] });
    expect(targets.map(({ id }) => id)).toEqual(['payments/db-0:5432/tcp', 'payments/db-1:5432/tcp']);
  });

  it('icmp reaches pods without ports', async () => {
    const matrix = await ask(recorded, { from: ['shop'], protocol: 'icmp', family: '6' });
    expect(matrix.targets.map(({ id }) => id)).toContain('shop/client/icmp');
    expect(cell(matrix, 'shop/sec-0', 'shop/client/icmp').counts).toMatchObject({ delivered: 1 });
  });

  it('one family', async () => {
    const matrix = await ask(recorded, { from: ['shop'], family: '6' });
    const families = matrix.cells.flatMap(({ reasons }) => reasons.flatMap((reason) => reason.families));
    expect(new Set(families)).toEqual(new Set(['ipv6']));
  });

  it('a service without an address of the family has nothing to send to, and says so', async () => {
    const matrix = await ask(recorded, { from: ['shop'], to: ['payments'], services: true, family: '4' });
    const { verdict, why } = cell(matrix, 'shop/client', 'payments/db-v6only[Service]:5432/tcp');
    expect(verdict).toBe('none');
    expect(why).toMatch(/has no clusterIP address of IPv4/);
  });

  it('a client remembered by a service is judged by what follows', async () => {
    const matrix = await ask(recorded, { from: ['shop'], services: true });
    const { verdict, counts } = cell(matrix, 'shop/client', 'shop/web-sticky[Service]:80/tcp');
    expect([verdict, counts.dropped]).toEqual(['delivered', 0]);
  });

  it('endpoints of a headless service are not reached from another network', async () => {
    const matrix = await ask(recorded, { from: ['cudn-gold', 'shop'], to: ['shop'], services: true, family: '4' });
    const headless = 'shop/web-headless[Service]:8080/tcp';
    expect(cell(matrix, 'cudn-gold/au-0', headless)).toMatchObject({ verdict: 'dropped', counts: { dropped: 3 } });
    expect(cell(matrix, 'shop/client', headless)).toMatchObject({ verdict: 'delivered', counts: { delivered: 3 } });
  });

  it('a namespace that is not there, with the one that was meant', async () => {
    await expect(ask(recorded, { from: ['shpo'] })).rejects.toMatchObject({
      code: 'matrix.no-namespace',
      hints: ['Did you mean shop?'],
    });
  });

  it('namespaces without anybody', async () => {
    await expect(ask(recorded, { from: ['default'], to: ['shop'], ports: ['nonsense'] })).rejects.toMatchObject({
      code: 'matrix.nobody',
    });
  });

  it('pods that cannot send are left out aloud', async () => {
    const { notes, sources } = await ask(recorded, { from: ['default'] });
    expect(notes).toContain('pod default/job-done is left out: it has finished (Succeeded)');
    expect(notes).toContain('pod default/unscheduled is left out: it runs on no node');
    expect(sources.map(({ id }) => id)).not.toContain('default/unscheduled');
  });
});

it('the same World gives the same matrix', async () => {
  const query = { from: ['shop'], services: true } as const;
  expect(await ask(recorded, query)).toEqual(await ask(recorded, query));
});

it('what cannot be read is unknown, not an error of the whole', async () => {
  const world: World = { ...recorded, zones: recorded.zones.filter(({ name }) => name !== 'ovn-worker2') };
  const matrix = await ask(world, { from: ['shop'], family: '4' });
  expect(cell(matrix, 'shop/sec-1', 'shop/api-0:8080/tcp')).toMatchObject({
    verdict: 'unknown',
    counts: { unknown: 1 },
  });
  expect(cell(matrix, 'shop/client', 'shop/api-1:8080/tcp').verdict).toBe('unknown');
  expect(cell(matrix, 'shop/client', 'shop/api-0:8080/tcp').verdict).toBe('delivered');
});
