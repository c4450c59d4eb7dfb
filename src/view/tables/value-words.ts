/** Values as ovs-vsctl(8) "Database Values" writes them, so that what is printed can be typed again. In: values; out: text. */
import type { CellValue } from '../../usecase/tables/table-rows.js';
import { sanitise } from '../sanitise.js';

type Atom = string | number | boolean;

/** Words that mean something else without quotation marks. */
const RESERVED = new Set(['true', 'false']);

function atomWord(atom: Atom): string {
  if (typeof atom !== 'string') return String(atom);
  const isPlain = /^[A-Za-z_][\w.-]*$/.test(atom) && !RESERVED.has(atom);
  return isPlain || /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(atom) ? atom : sanitise(JSON.stringify(atom));
}

const isList = (value: CellValue): value is readonly Atom[] => Array.isArray(value);

/** Strings quoted where they need it, sets `[a, b]`, maps `{k=v}`. */
export function valueWords(value: CellValue): string {
  if (value === null) return '[]';
  if (typeof value !== 'object') return atomWord(value);
  if (isList(value)) return `[${value.map(atomWord).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, each]) => `${atomWord(key)}=${atomWord(each)}`)
    .join(', ')}}`;
}

/** Whether a value says nothing. */
export function isEmptyValue(value: CellValue): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}
