/** Pictures of networks as trees for a terminal: what zones share first, then each node from its innermost router on. */
import type { Palette } from '../color.js';
import { sanitise } from '../sanitise.js';
import type { Drawn, DrawnGroup, Picture } from './collapse.js';

interface Branch {
  readonly text: string;
  readonly children: readonly Branch[];
}

export function renderTree(pictures: readonly Picture[], palette: Palette): string {
  return pictures.map((picture) => pictureText(picture, palette)).join('\n');
}

function pictureText(picture: Picture, palette: Palette): string {
  const names = new Map(picture.shared.map(({ id, title }) => [id, title] as const));
  const branches: Branch[] = [
    ...picture.shared.map((drawn) => ({
      text: lineOf(drawn, picture, names, palette),
      children: [],
    })),
    ...picture.groups.map((group) => ({
      text: palette.strong(sanitise(group.title)),
      children: groupBranches(group, picture, names, palette),
    })),
  ];
  return `${palette.strong(sanitise(picture.title))}\n${branches.map((branch, at) => branchText(branch, '', at === branches.length - 1)).join('')}`;
}

/** The box, what is in it, and which shared ones it is connected to. */
function lineOf(
  { id, title, detail }: Drawn,
  { links }: Picture,
  shared: ReadonlyMap<string, string>,
  palette: Palette,
): string {
  const to = links.flatMap(([a, b]) => (a === id ? (shared.get(b) ?? []) : b === id ? (shared.get(a) ?? []) : []));
  const arrow = to.length === 0 ? '' : `  ↔ ${to.join(', ')}`;
  return `${palette.name(sanitise(title))}${palette.dim(sanitise(`${detail === '' ? '' : `  ${detail}`}${arrow}`))}`;
}

function groupBranches(
  { boxes }: DrawnGroup,
  picture: Picture,
  shared: ReadonlyMap<string, string>,
  palette: Palette,
): readonly Branch[] {
  const left = new Map(boxes.map((drawn) => [drawn.id, drawn] as const));
  const grow = (drawn: Drawn): Branch => {
    left.delete(drawn.id);
    const children: Branch[] = [];
    for (const [a, b] of picture.links) {
      const next = a === drawn.id ? left.get(b) : b === drawn.id ? left.get(a) : undefined;
      if (next !== undefined && left.has(next.id)) children.push(grow(next));
    }
    return { text: lineOf(drawn, picture, shared, palette), children };
  };
  const roots: Branch[] = [];
  for (let root = rootOf(left); root !== undefined; root = rootOf(left)) roots.push(grow(root));
  return roots;
}

/** The router that the others hang on, where there is one. */
function rootOf(left: ReadonlyMap<string, Drawn>): Drawn | undefined {
  const all = [...left.values()];
  return (
    all.find(({ element }) => element.role === 'cluster-router') ??
    all.find(({ element }) => element.kind === 'router') ??
    all[0]
  );
}

function branchText({ text, children }: Branch, indent: string, last: boolean): string {
  const below = indent + (last ? '   ' : '│  ');
  const rest = children.map((child, at) => branchText(child, below, at === children.length - 1)).join('');
  return `${indent}${last ? '└─' : '├─'} ${text}\n${rest}`;
}
