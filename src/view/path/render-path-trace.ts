/**
 * The answer of a path command as text for people: how deep it goes is the view's name, how wide a terminal is and whether
 * colours help is the layout's business.
 *
 * Input: a PathTrace, plain data that may hold text from a cluster. Output: text ending in a line feed, everything from
 * the cluster neutralised; nothing is cut: on a terminal long lines wrap under themselves, elsewhere they stay whole.
 * Must not know: databases, streams, flags, exit codes.
 */
import { unreachable } from '../../base/unreachable.js';
import type { Path, PathTrace } from '../../trace/path/path-trace.js';
import type { Layout } from '../table.js';
import { renderPaths } from './path-view.js';
import { renderPipelines } from './pipeline-view.js';
import { renderVerdicts } from './verdict-view.js';
import { backendSocket, socket } from './words.js';

/** How deep the answer goes: the verdict, one line a datapath, or every stage. */
export const PATH_VIEWS = ['verdict', 'path', 'pipeline'] as const;
export type PathView = (typeof PATH_VIEWS)[number];

/** The trace in one of its views; `wide` adds priorities and uuids of flows. */
export function renderPathTrace(trace: PathTrace, view: PathView, layout: Layout, wide = false): string {
  switch (view) {
    case 'verdict':
      return renderVerdicts(trace, layout);
    case 'path':
      return renderPaths(trace, layout, wide);
    case 'pipeline':
      return renderPipelines(trace, layout, wide);
    default:
      return unreachable(view);
  }
}

function pathName({ family, backend, choices, packet, verdict }: Path): string {
  const end = backend === undefined ? socket(packet.in.ipDst, packet.in.dstPort) : backendSocket(backend);
  return `${['path', family, end, ...(choices ?? [])].join('/')} ${verdict}`;
}

/** `-o name`: `path/ipv4/10.244.2.3:8080 delivered`, a name and a verdict a line, for `while read -r path verdict`. */
export const pathNames = ({ paths }: PathTrace): string[] => paths.map(pathName);
