import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NotFoundError, UnavailableError } from '../../../src/base/errors.js';
import { openWorld } from '../../../src/connect/open-world.js';
import { KINDS } from '../../../src/usecase/inspect/kinds/all.js';
import { listFlows } from '../../../src/usecase/inspect/list-flows.js';
import { limitedTo } from '../../../src/usecase/limited-world.js';
import { listRows } from '../../../src/usecase/inspect/list-rows.js';
import { showRow } from '../../../src/usecase/inspect/show-row.js';
import { PLAIN } from '../../../src/view/color.js';
import { renderRows, rowNames } from '../../../src/view/inspect/render-rows.js';
import type { World, Zone } from '../../../src/world/world.js';
import { repository } from '../../support/run-cli.js';

let world: Promise<World> | undefined;
const recorded = (): Promise<World> => (world ??= openWorld(join(repository, 'examples/ic-dualstack')));
const inWorker = async (): Promise<World> => {
  const all = await recorded();
  return { ...all, zones: all.zones.filter(({ name }) => name === 'ovn-worker') };
};

describe('lists', () => {
  it.each(KINDS.map(({ name }) => name))('%s: every row of every zone once, in order', async (name) => {
    const source = await recorded();
    const list = await listRows(source, name);
    const expected = await Promise.all(
      source.zones.map(async (zone) => [...(await zone[list.database]()).database.table(list.table).uuids()]),
    );
    expect(list.rows.map(({ uuid }) => uuid).sort()).toEqual(expected.flat().sort());
    expect([...new Set(list.rows.map(({ zone }) => zone))]).toEqual([
      ...new Set(list.rows.map(({ zone }) => zone).sort()),
    ]);
    // The order in the database has no say.
    const turned = await listRows({ ...source, zones: source.zones.map(backwards) }, name);
    expect(turned).toEqual(list);
    const text = await renderRows(list, { palette: PLAIN, headers: true }, true);
    expect(text.split('\n')).toHaveLength(list.rows.length + 2);
    expect(new Set(rowNames(list)).size).toBe(rowNames(list).length);
  });

  it('tell who a row stands for', async () => {
    const owners = async (kind: string): Promise<ReadonlySet<string | undefined>> =>
      new Set((await listRows(await inWorker(), kind)).rows.map(({ owner }) => owner?.text));
    expect(await owners('lb')).toContain('Service shop/web-svc');
    expect(await owners('switch port')).toContain('Pod shop/web-0');
    expect(await owners('binding')).toContain('Pod shop/web-0');
    expect(await owners('acl')).toContain('NetworkPolicy shop/web-ingress, ingress rule 0');
    expect(await owners('portgroup')).toContain('NetworkPolicy shop/web-ingress');
    expect(await owners('route')).toContain('node ovn-worker: default gateway of the node');
  });

  it('are limited by holder, object, network and node', async () => {
    const source = await recorded();
    const ports = await listRows(await limitedTo(source, [], ['ovn-worker']), 'switch port', { holder: 'ovn-worker' });
    expect(ports.rows).toHaveLength(17);
    const balancers = await listRows(source, 'lb', { object: 'service/shop/web-svc' });
    expect(balancers.rows.map(({ zone, name }) => [zone, name])).toEqual(
      ['ovn-control-plane', 'ovn-worker', 'ovn-worker2'].map((zone) => [zone, 'Service_shop/web-svc_TCP_cluster']),
    );
    const red = await listRows(source, 'router', { network: 'cluster_udn_red' });
    expect(red.rows.length).toBeGreaterThan(3);
    expect(red.rows.every(({ name }) => name.includes('cluster_udn_red'))).toBe(true);
  });

  it.each([
    ['a holder', (source: World) => listRows(source, 'route', { holder: 'ovn_cluster_routr' }), '"ovn_cluster_router"'],
    ['a node', async (source: World) => listRows(await limitedTo(source, [], ['ovn-wrker']), 'acl'), '"ovn-worker"'],
    ['a row', (source: World) => showRow(source, 'switch', 'ovn-workerr'), '"ovn-worker"'],
    ['a datapath', (source: World) => listFlows(source, 'ovn-workr'), '"ovn-worker"'],
    ['a stage', (source: World) => listFlows(source, 'ovn-worker', { stage: 'acl_evl' }), '"acl_eval"'],
    ['a port', (source: World) => listFlows(source, 'ovn-worker', { port: 'shop_web-9' }), '"shop_web-0"'],
  ])('say what is nearest when %s does not exist', async (_what, ask, hint) => {
    const error: unknown = await ask(await recorded()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ hints: [`did you mean ${hint}?`] });
  });

  it('go on without a zone that can not be read, and fail when none can', async () => {
    const source = await recorded();
    const gone = unreadable('gone');
    const list = await listRows({ ...source, zones: [gone, ...source.zones] }, 'switch');
    expect(list).toEqual(await listRows(source, 'switch'));
    await expect(listRows({ ...source, zones: [gone] }, 'switch')).rejects.toThrow(UnavailableError);
  });

  it('read zones together, not one after the other', async () => {
    const source = await recorded();
    let [open, most] = [0, 0];
    const slow = (at: number): Zone => ({
      ...unreadable(`z${at}`),
      northbound: async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        throw new UnavailableError('ovsdb.unreachable', 'nothing listens');
      },
    });
    const zones = Array.from({ length: 100 }, (_, at) => slow(at));
    await expect(listRows({ ...source, zones }, 'switch')).rejects.toThrow('nothing listens');
    expect(most).toBe(16);
  });
});

describe('details', () => {
  it('have what hangs on the row', async () => {
    const details = await showRow(await limitedTo(await recorded(), [], ['ovn-worker']), 'switch', 'ovn-worker');
    expect(details.rows).toHaveLength(1);
    const [row] = details.rows;
    expect(row?.values['other_config']).toMatchObject({ subnet: '10.244.2.0/24' });
    expect(row?.holds.map(({ of, rows }) => [of, rows.length])).toEqual([
      ['switch port', 17],
      ['acl', 2],
      ['qos', 6],
      ['lb', 5],
    ]);
  });

  it('are found by uuid, and in every zone that has the name', async () => {
    const source = await recorded();
    const all = await showRow(source, 'switch', 'transit_switch');
    expect(all.rows.map(({ zone }) => zone)).toEqual(['ovn-control-plane', 'ovn-worker', 'ovn-worker2']);
    const one = await showRow(source, 'switch', all.rows[1]?.uuid ?? '');
    expect(one.rows).toEqual([all.rows[1]]);
  });
});

describe('flows', () => {
  it('are all there, as a packet meets them', async () => {
    const source = await inWorker();
    const { flows } = await listFlows(source, 'ovn-worker');
    const southbound = await source.zones[0]?.southbound();
    const datapath = southbound?.datapaths.lookUp('ovn-worker').found;
    const groups = southbound?.database.table('Logical_DP_Group').find('datapaths', datapath?.uuid ?? '') ?? [];
    const table = southbound?.database.table('Logical_Flow');
    const expected = [
      ...(table?.find('logical_datapath', datapath?.uuid ?? '') ?? []),
      ...groups.flatMap(({ uuid }) => table?.find('logical_dp_group', uuid) ?? []),
    ];
    expect(flows.map(({ uuid }) => uuid).sort()).toEqual(expected.map(({ uuid }) => uuid).sort());
    const places = flows.map(({ pipeline, table: at, priority }) => [pipeline === 'ingress' ? 0 : 1, at, -priority]);
    const weight = ([a = 0, b = 0, c = 0]: readonly number[]): number => a * 1e9 + b * 1e6 + c;
    expect(places).toEqual([...places].sort((a, b) => weight(a) - weight(b)));
  });

  it('are limited by stage, port and object', async () => {
    const source = await inWorker();
    const stages = await listFlows(source, 'ovn-worker', { stage: 'ls_in_acl_eval' });
    expect(new Set(stages.flows.map(({ stage }) => stage))).toEqual(new Set(['ls_in_acl_eval']));
    const port = await listFlows(source, 'ovn-worker', { port: 'shop_web-0' });
    expect(port.flows.length).toBeGreaterThan(0);
    expect(port.flows.every(({ match }) => /(?:in|out)port == .*"shop_web-0"/.test(match))).toBe(true);
    const policy = await listFlows(source, 'ovn-worker', { object: 'NetworkPolicy/shop/web-ingress' });
    expect(policy.flows.map(({ stage, row }) => [stage, row?.table])).toEqual(
      Array.from({ length: 4 }, () => ['ls_out_acl_eval', 'ACL']),
    );
  });
});

function unreadable(name: string): Zone {
  const fail = (): Promise<never> => Promise.reject(new UnavailableError('ovsdb.unreachable', 'nothing listens'));
  return { name, hasNorthbound: true, hasSouthbound: true, northbound: fail, southbound: fail };
}

/** The zone with the rows of its tables in the opposite order. */
function backwards(zone: Zone): Zone {
  const turned = <T extends { readonly database: { table(name: string): { rows(): Iterable<unknown> } } }>(
    view: T,
  ): T =>
    new Proxy(view, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (key !== 'database') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        return new Proxy(target.database, {
          get: (database, of) => {
            if (of !== 'table') return Reflect.get(database, of, database) as unknown;
            return (name: string) => {
              const table = database.table(name);
              return new Proxy(table, {
                get: (inner, member) => {
                  if (member === 'rows') return () => [...inner.rows()].reverse();
                  const found: unknown = Reflect.get(inner, member, inner);
                  return typeof found === 'function' ? (found.bind(inner) as unknown) : found;
                },
              });
            };
          },
        });
      },
    });
  return {
    name: zone.name,
    hasNorthbound: zone.hasNorthbound,
    hasSouthbound: zone.hasSouthbound,
    northbound: async () => turned(await zone.northbound()),
    southbound: async () => turned(await zone.southbound()),
  };
}
