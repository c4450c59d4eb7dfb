import type { ConnectivityMatrix } from '../../usecase/matrix/matrix-document.js';
import { objectName } from '../../usecase/tally.js';
import { reasonText } from '../reason-text.js';
import { sanitise } from '../sanitise.js';

const COLUMNS = [
  ...['source', 'source_kind', 'source_namespace', 'source_name'],
  ...['target', 'target_kind', 'target_namespace', 'target_name', 'port', 'protocol'],
  ...['verdict', 'delivered', 'dropped', 'rejected', 'unknown', 'cause', 'object', 'reason'],
] as const;

/** One line a cell (RFC 4180, lines ended by a line feed), the same cells in the same order as the document. */
export function renderMatrixCsv({ sources, targets, cells }: ConnectivityMatrix, headers: boolean): string {
  const bySource = new Map(sources.map((source) => [source.id, source]));
  const byTarget = new Map(targets.map((target) => [target.id, target]));
  const rows = cells.map((cell) => {
    const source = bySource.get(cell.source);
    const target = byTarget.get(cell.target);
    const [reason] = cell.reasons;
    const { delivered, dropped, rejected, unknown } = cell.counts;
    const object = reason?.cause?.object;
    return [
      ...[cell.source, source?.kind, source?.namespace, source?.name],
      ...[cell.target, target?.kind, target?.namespace, target?.name, target?.port, target?.protocol],
      ...[cell.verdict, delivered, dropped, rejected, unknown, reason?.cause?.type],
      object === undefined ? undefined : objectName(object),
      reason === undefined ? cell.why : reasonText(reason),
    ];
  });
  const lines = [...(headers ? [[...COLUMNS]] : []), ...rows];
  return lines.map((line) => `${line.map(field).join(',')}\n`).join('');
}

function field(value: string | number | undefined): string {
  const text = sanitise(String(value ?? ''));
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
