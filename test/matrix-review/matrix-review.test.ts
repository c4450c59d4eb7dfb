import { beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from '../../src/connect/open-world.js';
import { cellsOf, ROUNDS } from './cells.js';
import type { Cell } from './cells.js';
import { CLUSTER } from './objects.js';
import { parties, sharesNetwork } from './parties.js';
import { deniedBy } from './policies.js';
import { REVIEWED } from './reviewed.js';

const cells: Cell[] = [];

/** A cell that rounds have in common is met in each of them. */
const nameOf = (source: string, target: string, family: number): string => `${source} → ${target}, IPv${family}`;
const saying = (objects: string, traced: string): string => `objects ${objects}; traced ${traced}`;
const different = (): readonly Cell[] => cells.filter(({ objects, traced }) => objects !== traced);

describe('who reaches whom in the recorded cluster, beside its Kubernetes objects', () => {
  beforeAll(async () => {
    const world = await openWorld(CLUSTER);
    for (const round of ROUNDS)
      for (const family of [4, 6] as const) cells.push(...(await cellsOf(world, round, family)));
  }, 300_000);

  it('every pod by every pod and service, in both families, with ports of their own and others', () => {
    const sources = new Set(cells.map(({ source }) => source));
    const services = new Set(cells.filter(({ target }) => target.kind === 'Service').map(({ target }) => target.id));
    const ways = cells.flatMap(({ traced }) => traced.split(' ').filter((word) => word !== ''));
    console.log(
      `matrix: ${cells.length} cells, ${ways.length} ways, ${different().length} cells differ from the objects`,
    );
    expect(sources.size).toBe(30);
    expect(services.size).toBe(29);
    expect(cells).toHaveLength(10_200);
  });

  it('both verdicts are met often by what the objects say', () => {
    const words = cells.flatMap(({ objects }) => objects.split(' '));
    for (const word of ['delivered', 'dropped', 'rejected']) {
      expect(words.filter((each) => each === word).length).toBeGreaterThan(100);
    }
  });

  it('differs from the objects in reviewed cells only', () => {
    const reviewed = new Map(
      REVIEWED.flatMap(({ sources, cells: each }) =>
        sources.flatMap((source) =>
          each.flatMap(({ target, ways }) =>
            ([4, 6] as const).flatMap((family) => {
              const way = ways[family];
              return way === undefined ? [] : [[nameOf(source, target, family), saying(...way)] as const];
            }),
          ),
        ),
      ),
    );
    const met = new Map(
      different().map(({ source, target, family, objects, traced }) => [
        nameOf(source, target.id, family),
        saying(objects, traced),
      ]),
    );
    expect(Object.fromEntries(met)).toEqual(Object.fromEntries(reviewed));
  });

  it('what is not delivered says why, as often as it happens', () => {
    for (const { cell, objects, source, target } of cells) {
      const { counts, reasons } = cell;
      const failed = counts.dropped + counts.rejected + counts.unknown;
      const told = reasons.reduce((sum, { count }) => sum + count, 0);
      expect(`${source} ${target.id} ${told}`).toBe(`${source} ${target.id} ${failed}`);
      for (const { cause } of reasons) expect(cause?.message).toMatch(/\w/);
      if (objects === '') expect(cell.verdict).toBe('none');
    }
  });

  it('between pods of one network the kind of policy that decides is the one that the objects say', () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const { from, target, family, cell, objects, traced } of cells) {
      const to = parties.get(`${target.namespace}/${target.name}`);
      if (target.kind === 'Service' || to === undefined || objects !== 'dropped' || traced !== objects) continue;
      if (to.kind === 'pod' && !sharesNetwork(from, to)) continue;
      const { protocol, port } = target;
      const said = deniedBy(from, to, port === undefined ? { protocol } : { protocol, port }, family);
      // What no rule of the NetworkPolicies that select the pod allows is denied by the default of its namespace.
      const kind = cell.reasons[0]?.cause?.object?.kind.replace('DefaultDeny', 'NetworkPolicy');
      compared++;
      if (kind !== said)
        wrong.push(`${cell.source} → ${target.id}, IPv${family}: ${kind ?? 'nobody'}, not ${said ?? 'nobody'}`);
    }
    console.log(`matrix: ${compared} times who decides compared`);
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(1500);
  });
});
