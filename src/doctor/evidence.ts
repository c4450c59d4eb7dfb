/** Quoting the World: each function makes one piece of evidence, with the words as they stand there. */
import type { KubeObject } from '../kube/model/object-meta.js';
import type { Row } from '../ovsdb/replica/row.js';
import type { Evidence } from './finding.js';
import type { SeenText } from './sight.js';

/** A database of a zone. */
type DatabaseWord = 'northbound' | 'southbound' | 'Open vSwitch';

const LIMIT = 400;

/** A value as a person reads it, in RFC 7047's values: sets in brackets, maps in braces. */
function valueText(row: Row, column: string): string {
  const json = row.json(column);
  if (json === undefined) return '(none)';
  if (Array.isArray(json) && json[0] === 'map')
    return `{${[...row.map(column)].map(([key, value]) => `${key}=${value}`).join(', ')}}`;
  const atoms = row.atoms(column).map(String).join(', ');
  return Array.isArray(json) ? `[${atoms}]` : atoms;
}

const cut = (text: string): string => (text.length > LIMIT ? `${text.slice(0, LIMIT)}…` : text);

/** Columns of a row of a zone's database. */
export function rowEvidence(zone: string, database: DatabaseWord, row: Row, columns: readonly string[]): Evidence {
  return {
    source: `${database} database of zone ${zone}`,
    ref: `${row.table} ${row.uuid}`,
    excerpt: cut(columns.map((column) => `${column}=${valueText(row, column)}`).join(' ')),
  };
}

/** Members of a map in a row. */
export function memberEvidence(
  zone: string,
  database: 'northbound' | 'southbound' | 'Open vSwitch',
  row: Row,
  column: string,
  keys: readonly string[],
): Evidence {
  const map = row.map(column);
  return {
    source: `${database} database of zone ${zone}`,
    ref: `${row.table} ${row.uuid}`,
    excerpt: cut(keys.map((key) => `${column}:${key}=${map.get(key) ?? '(none)'}`).join(' ')),
  };
}

/** A table that has no such row. */
export function absentRow(
  zone: string,
  database: 'northbound' | 'southbound' | 'Open vSwitch',
  table: string,
  wanted: string,
): Evidence {
  return { source: `${database} database of zone ${zone}`, ref: table, excerpt: `no row with ${wanted}` };
}

/** What a command printed on a node, or the line of it that matters. */
export function textEvidence({ from }: SeenText, ref: string, excerpt: string): Evidence {
  return { source: from, ref, excerpt: cut(excerpt.trim().replaceAll(/\s*\n\s*/g, ' ⏎ ')) || '(nothing)' };
}

const nameOf = (kind: string, { metadata: { namespace, name } }: KubeObject): string =>
  namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;

export function annotationEvidence(kind: string, object: KubeObject, annotation: string): Evidence {
  const value = object.metadata.annotations.get(annotation);
  return {
    source: nameOf(kind, object),
    ref: `annotation ${annotation}`,
    excerpt: value === undefined ? 'not set' : value === '' ? '(empty)' : cut(value),
  };
}

/** A member of an object; `excerpt` as the object has it. */
export function fieldEvidence(kind: string, object: KubeObject, field: string, excerpt: string): Evidence {
  return { source: nameOf(kind, object), ref: field, excerpt: cut(excerpt) };
}
