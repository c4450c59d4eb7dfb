import { ConflictError } from '../../base/errors.js';
import { nameOfRow } from '../../manage/look-up.js';
import type { RowChange } from '../../manage/plan.js';
import { Northbound } from '../../ovn/northbound/northbound.js';
import { describeOwner } from '../../ovnk/owner/describe.js';
import { certainOwners } from '../../ovnk/owner/owner-of.js';
import { isUserObject } from '../../ovnk/owner.js';
import type { Owner } from '../../ovnk/owner.js';
import type { Database } from '../../ovsdb/replica/database.js';

/**
 * Refuses changes to rows that OVN-Kubernetes writes: it would write over them, or not, at its next start, and neither is
 * what anybody wants. With `override` the same sentences are cautions.
 */
export function guardOwners(database: Database, changes: readonly RowChange[], override: boolean): readonly string[] {
  const ownerOf = certainOwners(new Northbound(database));
  const sentences = new Set<string>();
  let advice: string | undefined;
  for (const { table, uuid, op, follows } of changes) {
    if (op === 'insert' || follows) continue;
    const row = database.table(table).get(uuid);
    if (row === undefined) continue;
    const owner = ownerOf(row);
    if (owner === undefined) continue;
    sentences.add(`${nameOfRow(row)} is written by OVN-Kubernetes: ${describeOwner(owner)}`);
    advice ??= instead(owner);
  }
  if (sentences.size === 0 || override) return [...sentences];
  const [first = '', ...others] = sentences;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  throw new ConflictError('manage.owned', `${first}${more}`, {
    hints: [
      ...(advice === undefined ? [] : [advice]),
      '--override-owner changes the rows all the same, until they are written again',
    ],
  });
}

function instead(owner: Owner): string | undefined {
  if (!isUserObject(owner)) return undefined;
  const object = describeOwner(owner).split(',')[0] ?? '';
  return `edit the object instead: ${object}`;
}
