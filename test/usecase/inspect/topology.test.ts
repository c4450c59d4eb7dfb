import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../../../src/base/errors.js';
import { openWorld } from '../../../src/connect/open-world.js';
import { topology } from '../../../src/usecase/inspect/topology.js';
import type { Topology, TopologyElement } from '../../../src/usecase/inspect/topology.js';
import { PLAIN } from '../../../src/view/color.js';
import { pictures } from '../../../src/view/topology/collapse.js';
import { renderDot, renderMermaid } from '../../../src/view/topology/graph-text.js';
import { renderSvg } from '../../../src/view/topology/svg.js';
import { renderTree } from '../../../src/view/topology/tree.js';
import type { World } from '../../../src/world/world.js';
import { repository } from '../../support/run-cli.js';

let world: Promise<World> | undefined;
const recorded = (): Promise<World> => (world ??= openWorld(join(repository, 'examples/ic-dualstack')));

describe('the topology', () => {
  it('joins zones by what they share', async () => {
    const { networks, links } = await topology(await recorded(), { network: 'default' });
    expect(networks.map(({ network }) => network)).toEqual(['default']);
    const shared = networks[0]?.elements.filter(({ node }) => node === undefined);
    expect(shared?.map(({ id, zones }) => [id, zones.length])).toEqual([['transit_switch', 3]]);
    const routers = ['ovn-control-plane', 'ovn-worker', 'ovn-worker2'].map((node) => `${node}/ovn_cluster_router`);
    expect(links.filter((link) => link.includes('transit_switch')).map(([a]) => a)).toEqual(routers);
  });

  it('has every switch and router, and counts every pod once', async () => {
    const source = await recorded();
    const { networks } = await topology(source);
    const elements = networks.flatMap((network) => network.elements);
    const names = new Set<string>();
    for (const zone of source.zones) {
      const { database } = await zone.northbound();
      for (const table of ['Logical_Switch', 'Logical_Router'])
        for (const row of database.table(table).rows()) names.add(row.string('name'));
    }
    expect(new Set(elements.map(({ name }) => name))).toEqual(names);
    expect(new Set(elements.map(({ id }) => id)).size).toBe(elements.length);
    const layer2 = elements.find(({ id }) => id === 'udn.green_green_ovn_layer2_switch');
    expect(layer2?.pods).toBe(2);
    expect(networks.at(-1)).toMatchObject({ elements: [{ name: 'connect_router_red-gold' }] });
  });

  it('knows its networks', async () => {
    const error: unknown = await topology(await recorded(), { network: 'defalt' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ hints: ['did you mean "default"?'] });
  });
});

describe('drawn', () => {
  it('of the recorded cluster', async () => {
    const drawn = pictures(await topology(await recorded()), false);
    await expect(renderTree(drawn, PLAIN)).toMatchFileSnapshot('../../golden/ic-dualstack/topology.txt');
    await expect(renderMermaid(drawn)).toMatchFileSnapshot('../../golden/ic-dualstack/topology.mmd');
    await expect(renderDot(drawn)).toMatchFileSnapshot('../../golden/ic-dualstack/topology.dot');
    await expect(renderSvg(drawn)).toMatchFileSnapshot('../../golden/ic-dualstack/topology.svg');
  });

  it('with a hundred nodes: one for all that look alike, and those that do not', () => {
    const many = cluster(100, new Set([7]));
    const [picture] = pictures(many, false);
    expect(picture?.title).toBe('network default, 100 nodes');
    expect(picture?.groups.map(({ title, boxes }) => [title, boxes.length])).toEqual([
      ['99 nodes like node0', 3],
      ['node node7', 2],
    ]);
    expect(picture?.groups[0]?.boxes.map(({ title, detail }) => [title, detail])).toEqual([
      ['router GR_NODE', ''],
      ['router cluster', ''],
      ['switch NODE', '198 pods'],
    ]);
    // Links of nodes that are drawn as one are one.
    expect(picture?.links).toHaveLength(5);
    expect(renderTree(pictures(many, false), PLAIN).split('\n')).toHaveLength(10);
    expect(pictures(many, true)[0]?.groups).toHaveLength(100);
    expect(pictures(cluster(4, new Set()), false)[0]?.groups).toHaveLength(4);
  });

  it('has no boxes over each other, and harms nobody with names', async () => {
    for (const shape of [await topology(await recorded()), cluster(100, new Set([7]))]) {
      const svg = renderSvg(pictures(shape, false));
      const boxes = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(
        ([, ...numbers]) => numbers.map(Number),
      );
      const [, width = 0, height = 0] = (/viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? []).map(Number);
      expect(boxes.length).toBeGreaterThan(5);
      for (const [at, [x = 0, y = 0, w = 0, h = 0]] of boxes.entries()) {
        expect(x + w).toBeLessThanOrEqual(width);
        expect(y + h).toBeLessThanOrEqual(height);
        for (const [x2 = 0, y2 = 0, w2 = 0, h2 = 0] of boxes.slice(at + 1))
          expect(x < x2 + w2 && x2 < x + w && y < y2 + h2 && y2 < y + h).toBe(false);
      }
    }
    const evil = '"]<script>\u001b[2J&\\';
    const named: Topology = {
      networks: [{ network: evil, elements: [element('n0', 'switch', evil, 'node-switch')] }],
      links: [],
    };
    const drawn = pictures(named, false);
    for (const text of [renderSvg(drawn), renderMermaid(drawn), renderDot(drawn), renderTree(drawn, PLAIN)])
      expect(text).not.toContain('\u001b');
    expect(renderSvg(drawn)).not.toContain('<script>');
    expect(renderMermaid(drawn)).toContain('["switch #quot;]#lt;script#gt;');
    expect(renderDot(drawn)).toContain('label="switch \\"]<script>');
  });
});

function element(
  node: string,
  kind: 'switch' | 'router',
  name: string,
  role: TopologyElement['role'],
): TopologyElement {
  const pods = role === 'node-switch' ? 2 : 0;
  return { id: `${node}/${name}`, kind, name, role, node, zones: [node], subnets: [], ports: 2, pods, physical: [] };
}

/** Nodes with a gateway and a cluster router and a switch; those of `headless` have no gateway router. */
function cluster(count: number, headless: ReadonlySet<number>): Topology {
  const links: (readonly [string, string])[] = [];
  const elements: TopologyElement[] = [];
  for (let at = 0; at < count; at++) {
    const node = `node${at}`;
    elements.push(element(node, 'router', 'cluster', 'cluster-router'), element(node, 'switch', node, 'node-switch'));
    links.push([`${node}/${node}`, `${node}/cluster`], [`${node}/cluster`, 'transit_switch']);
    if (headless.has(at)) continue;
    elements.push(element(node, 'router', `GR_${node}`, 'gateway-router'));
    links.push([`${node}/GR_${node}`, `${node}/cluster`]);
  }
  const transit: TopologyElement = {
    ...{ id: 'transit_switch', kind: 'switch', name: 'transit_switch', role: 'transit-switch' },
    ...{ zones: [], subnets: [], ports: 2, pods: 0, physical: [] },
  };
  return { networks: [{ network: 'default', elements: [...elements, transit] }], links };
}
