/**
 * A plan turned round. What was made goes, what went is made again (with another uuid, which everything that referred to it
 * is given), what changed gets its former value back.
 *
 * In: changes that were carried out, with real uuids. Out: changes that rest on the rows being as they were left. Must not
 * know whether they still are: the transaction finds that out.
 */
import { byOperation } from './plan.js';
import type { RowChange } from './plan.js';
import { renamed } from './renamed.js';

/** The changes that undo these. */
export function inverseOf(changes: readonly RowChange[]): readonly RowChange[] {
  const again = new Map<string, string>();
  for (const { op, uuid } of changes) if (op === 'delete') again.set(uuid, `new${again.size + 1}`);
  const turned = changes.map((change): RowChange => {
    const { op, before, after } = change;
    switch (op) {
      case 'insert':
        return { ...change, op: 'delete', before: after, after: before, follows: false };
      case 'delete':
        return {
          ...change,
          op: 'insert',
          uuid: again.get(change.uuid) ?? change.uuid,
          before: {},
          after: renamed(before, again),
          follows: false,
        };
      case 'update':
        return { ...change, before: after, after: renamed(before, again), follows: false };
    }
  });
  return turned.sort(byOperation);
}
