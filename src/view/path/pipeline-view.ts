import type { Hop, Path, PathTrace, Stage } from '../../trace/path/path-trace.js';
import type { Layout } from '../table.js';
import { causeLines } from './cause-lines.js';
import { egressLines } from './egress-lines.js';
import { cell, columns, flow } from './flowing.js';
import { pathLine, replyLine, verdictLine } from './verdict-view.js';

const GAP = 2;

/** `ingress of switch ovn-worker, zone ovn-worker, from shop_client`. */
function hopHeading(hop: Hop, layout: Layout): string[] {
  const { inport, outport } = hop;
  const lead = `  ${hop.pipeline} of ${hop.datapathType} `;
  const facts = [
    `zone ${hop.zone}`,
    inport === undefined ? [] : `from ${inport}`,
    outport === undefined ? [] : `to ${outport}`,
  ];
  const pieces = [{ text: hop.datapath, paint: layout.palette.strong }, ...facts.flat().map((text) => ({ text }))];
  return flow(lead, columns(lead), pieces, layout, ',');
}

/** One stage: table, name, priority and match in a line; actions, owner and (wide) the flow's uuid below the match. */
function stageLines(
  stage: Stage,
  widths: { table: number; name: number; priority: number },
  layout: Layout,
  wide: boolean,
): string[] {
  const { palette } = layout;
  const name = stage.name ?? 'unnamed stage';
  const priority = stage.priority === undefined ? '' : String(stage.priority);
  const head =
    `    ${String(stage.table).padStart(widths.table)}  ` +
    cell({ text: name, paint: palette.name }, widths.name + GAP) +
    `${priority.padStart(widths.priority)}  `;
  const width = 4 + widths.table + GAP + widths.name + GAP + widths.priority + GAP;
  if (stage.priority === undefined)
    return flow(head, width, [{ text: 'no flow matches', paint: palette.warn }], layout);
  const below = (text: string | undefined, paint?: (text: string) => string): string[] =>
    text === undefined || text === ''
      ? []
      : flow(' '.repeat(width), width, [paint === undefined ? { text } : { text, paint }], layout);
  return [
    ...flow(head, width, [{ text: stage.match ?? '' }], layout),
    ...below(stage.actions, palette.dim),
    ...below(stage.owner === undefined ? undefined : `for ${stage.owner.text}`, palette.strong),
    ...(wide ? below(stage.uuid === undefined ? undefined : `flow ${stage.uuid}`, palette.dim) : []),
  ];
}

/** Header fields that this hop left different. */
function changeLines(hop: Hop, layout: Layout): string[] {
  const changes = Object.entries(hop.changes ?? {});
  if (changes.length === 0) return [];
  const pieces = changes.map(([field, change]) => ({ text: `${field} ${change.replace(' -> ', ' → ')}` }));
  return flow(`    ${layout.palette.dim('changed')}  `, 13, pieces, layout);
}

function pathLines(path: Path, trace: PathTrace, layout: Layout, wide: boolean): string[] {
  const { hops, reply } = path;
  const stages = [...hops, ...(reply?.hops ?? [])].flatMap((hop) => hop.stages);
  const widest = (text: (stage: Stage) => string): number =>
    stages.reduce((most, stage) => Math.max(most, columns(text(stage))), 0);
  const widths = {
    table: widest(({ table }) => String(table)),
    name: widest(({ name }) => name ?? 'unnamed stage'),
    priority: widest(({ priority }) => String(priority ?? '')),
  };
  const way = (each: readonly Hop[]): string[] =>
    each.flatMap((hop) => [
      '',
      ...hopHeading(hop, layout),
      ...hop.stages.flatMap((stage) => stageLines(stage, widths, layout, wide)),
      ...changeLines(hop, layout),
    ]);
  return [
    ...pathLine(path, trace, layout, false),
    ...way(hops),
    ...egressLines(path, layout),
    ...(reply === undefined ? [] : ['', ...replyLine(reply, layout), ...way(reply.hops)]),
    ...causeLines(path, layout, wide),
  ];
}

/** `--view pipeline`: every stage of every hop of every path, as the flows say it; `wide` adds the flows' uuids. */
export function renderPipelines(trace: PathTrace, layout: Layout, wide: boolean): string {
  const blocks = trace.paths.map((path) => pathLines(path, trace, layout, wide));
  return [verdictLine(trace, layout), ...blocks].map((lines) => `${lines.join('\n')}\n`).join('\n');
}
