import type { Cell } from '../../usecase/inspect/kind.js';

const NOTHING = '-';

/** A cell of a table; a dash where there is nothing to say. */
export function cellText(cell: Cell): string {
  switch (typeof cell) {
    case 'undefined':
      return NOTHING;
    case 'string':
      return cell === '' ? NOTHING : cell;
    case 'number':
      return String(cell);
    case 'boolean':
      return cell ? 'yes' : 'no';
    default: {
      const parts = Array.isArray(cell)
        ? (cell as readonly string[])
        : Object.entries(cell).map(([k, v]) => `${k}=${v}`);
      return parts.length === 0 ? NOTHING : parts.join(', ');
    }
  }
}
