/**
 * A topology as it is drawn: a network's nodes side by side, and nodes that look alike as one when there are many.
 *
 * In: a topology. Out: pictures, one a network, of which every renderer makes what it makes. Must not know any notation.
 */
import type { Topology, TopologyElement } from '../../usecase/inspect/topology.js';

export interface Drawn {
  readonly id: string;
  /** What the renderers write: `switch join`, and in the second line what is in it. */
  readonly title: string;
  readonly detail: string;
  readonly element: TopologyElement;
}

export interface DrawnGroup {
  /** `node ovn-worker`, `97 nodes like node-004`. */
  readonly title: string;
  /** From the outside to the pods. */
  readonly boxes: readonly Drawn[];
}

export interface Picture {
  readonly title: string;
  readonly shared: readonly Drawn[];
  readonly groups: readonly DrawnGroup[];
  readonly links: readonly (readonly [string, string])[];
}

/** Nodes of a network that are drawn one by one. */
const FEW = 4;

const ORDER: readonly TopologyElement['role'][] = [
  ...(['external-switch', 'gateway-router', 'join-switch', 'cluster-router'] as const),
  ...(['transit-router', 'connect-router', 'transit-switch', 'node-switch', 'layer2-switch'] as const),
  ...(['localnet-switch', 'unknown'] as const),
];

const outsideFirst = (a: TopologyElement, b: TopologyElement): number =>
  ORDER.indexOf(a.role) - ORDER.indexOf(b.role) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** One picture a network; what a box is connected to in another network is said in its text. */
export function pictures({ networks, links }: Topology, expand: boolean): readonly Picture[] {
  const networkOfId = new Map(
    networks.flatMap(({ network, elements }) => elements.map(({ id }) => [id, network] as const)),
  );
  const others = (element: TopologyElement): readonly string[] => othersOf(element, links, networkOfId);
  return networks.map(({ network, elements }) => {
    const own = links.filter(([a, b]) => networkOfId.get(a) === network && networkOfId.get(b) === network);
    const shared = elements.filter(({ node }) => node === undefined).sort(outsideFirst);
    const nodes = new Map<string, TopologyElement[]>();
    for (const element of elements) {
      if (element.node === undefined) continue;
      const known = nodes.get(element.node);
      if (known === undefined) nodes.set(element.node, [element]);
      else known.push(element);
    }
    const alike = new Map<string, string[]>();
    for (const [node, of] of nodes) {
      of.sort(outsideFirst);
      const shape = nodes.size > FEW && !expand ? shapeOf(node, of, own) : node;
      const known = alike.get(shape);
      if (known === undefined) alike.set(shape, [node]);
      else known.push(node);
    }
    const drawnAs = new Map(shared.map(({ id }) => [id, id] as const));
    const groups = [...alike.values()].map((names) => groupOf(names, nodes, drawnAs, others));
    const drawn = new Map(
      own.flatMap(([a, b]) => {
        const pair = [drawnAs.get(a), drawnAs.get(b)] as const;
        return pair[0] === undefined || pair[1] === undefined ? [] : [[pair.join('\n'), [pair[0], pair[1]] as const]];
      }),
    );
    const count = nodes.size === 0 ? '' : `, ${nodes.size} node${nodes.size === 1 ? '' : 's'}`;
    return {
      title: network === undefined ? 'between networks' : `network ${network}${count}`,
      shared: shared.map((element) => box(element, element.id, element.name, [element], others(element))),
      groups,
      links: [...drawn.values()],
    };
  });
}

/** What an element is connected to elsewhere: networks, or from a network what connects it with others. */
function othersOf(
  { id }: TopologyElement,
  links: Topology['links'],
  networkOfId: ReadonlyMap<string, string | undefined>,
): readonly string[] {
  const own = networkOfId.get(id);
  const others = links.flatMap(([a, b]) => {
    const other = a === id ? b : b === id ? a : undefined;
    if (other === undefined || networkOfId.get(other) === own) return [];
    const network = networkOfId.get(other);
    return [network === undefined ? other : `network ${network}`];
  });
  return [...new Set(others)].sort();
}

function groupOf(
  names: readonly string[],
  nodes: ReadonlyMap<string, readonly TopologyElement[]>,
  drawnAs: Map<string, string>,
  others: (element: TopologyElement) => readonly string[],
): DrawnGroup {
  const [first = '', ...more] = names;
  const elements = nodes.get(first) ?? [];
  const boxes = elements.map((element, at) => {
    const same = names.flatMap((name) => nodes.get(name)?.[at] ?? []);
    for (const { id } of same) drawnAs.set(id, element.id);
    const name = more.length === 0 ? element.name : element.name.replaceAll(first, 'NODE');
    return box(element, element.id, name, same, others(element));
  });
  return { title: more.length === 0 ? `node ${first}` : `${names.length} nodes like ${first}`, boxes };
}

function box(
  element: TopologyElement,
  id: string,
  name: string,
  same: readonly TopologyElement[],
  others: readonly string[],
): Drawn {
  const pods = same.reduce((sum, each) => sum + each.pods, 0);
  const facts = [
    ...(same.length === 1 ? element.subnets : []),
    ...(pods === 0 ? [] : [`${pods} pod${pods === 1 ? '' : 's'}`]),
    ...element.physical.map((physical) => `to physical network ${physical}`),
    ...(element.zones.length > 1 ? [`in ${element.zones.length} zones`] : []),
    ...others.map((other) => `to ${other}`),
  ];
  return { id, title: `${element.kind} ${name}`, detail: facts.join(', '), element };
}

/** Equal for nodes that have the same things connected in the same way. */
function shapeOf(node: string, elements: readonly TopologyElement[], links: Topology['links']): string {
  const plain = (text: string): string => text.replaceAll(node, '*');
  const ids = new Set(elements.map(({ id }) => id));
  return JSON.stringify([
    elements.map(({ kind, role, name, physical }) => [kind, role, plain(name), physical]),
    links
      .filter(([a, b]) => ids.has(a) || ids.has(b))
      .map(([a, b]) => [plain(a), plain(b)].sort().join(' '))
      .sort(),
  ]);
}
