/** Pictures of networks in the notations of Mermaid (flowchart) and Graphviz (dot). In: pictures; out: text. */
import { sanitise } from '../sanitise.js';
import type { Drawn, Picture } from './collapse.js';

/** Short names for boxes: those of the cluster may have any character. */
function numbered(pictures: readonly Picture[]): (id: string) => string {
  const numbers = new Map<string, string>();
  for (const { shared, groups } of pictures) {
    for (const { id } of [...shared, ...groups.flatMap(({ boxes }) => boxes)]) numbers.set(id, `n${numbers.size + 1}`);
  }
  return (id) => numbers.get(id) ?? '';
}

export function renderMermaid(pictures: readonly Picture[]): string {
  const of = numbered(pictures);
  const label = (text: string): string =>
    sanitise(text).replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;');
  const node = ({ id, title, detail, element }: Drawn): string => {
    const text = detail === '' ? label(title) : `${label(title)}<br/>${label(detail)}`;
    return element.kind === 'router' ? `${of(id)}{{"${text}"}}` : `${of(id)}["${text}"]`;
  };
  const lines = ['flowchart TB'];
  for (const [at, { title, shared, groups, links }] of pictures.entries()) {
    lines.push(`  subgraph p${at + 1}["${label(title)}"]`);
    for (const [number, group] of groups.entries()) {
      lines.push(`    subgraph p${at + 1}g${number + 1}["${label(group.title)}"]`);
      for (const drawn of group.boxes) lines.push(`      ${node(drawn)}`);
      lines.push('    end');
    }
    for (const drawn of shared) lines.push(`    ${node(drawn)}`);
    for (const [a, b] of links) lines.push(`    ${of(a)} --- ${of(b)}`);
    lines.push('  end');
  }
  return `${lines.join('\n')}\n`;
}

export function renderDot(pictures: readonly Picture[]): string {
  const of = numbered(pictures);
  const label = (text: string): string => sanitise(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const node = ({ id, title, detail, element }: Drawn): string => {
    const text = detail === '' ? label(title) : `${label(title)}\\n${label(detail)}`;
    return `${of(id)} [label="${text}", shape=${element.kind === 'router' ? 'hexagon' : 'box'}];`;
  };
  const lines = ['graph topology {', '  graph [fontname="sans-serif"];', '  node [fontname="sans-serif"];'];
  for (const [at, { title, shared, groups, links }] of pictures.entries()) {
    lines.push(`  subgraph cluster_p${at + 1} {`, `    label="${label(title)}";`);
    for (const [number, group] of groups.entries()) {
      lines.push(`    subgraph cluster_p${at + 1}g${number + 1} {`, `      label="${label(group.title)}";`);
      for (const drawn of group.boxes) lines.push(`      ${node(drawn)}`);
      lines.push('    }');
    }
    for (const drawn of shared) lines.push(`    ${node(drawn)}`);
    for (const [a, b] of links) lines.push(`    ${of(a)} -- ${of(b)};`);
    lines.push('  }');
  }
  lines.push('}');
  return `${lines.join('\n')}\n`;
}
