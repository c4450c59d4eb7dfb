import type { Northbound } from '../../ovn/northbound/northbound.js';
import { describeOwner } from '../../ovnk/owner/describe.js';
import { certainOwners } from '../../ovnk/owner/owner-of.js';
import { ownerObject } from '../../ovnk/owner.js';
import type { Owner, OwnerObject } from '../../ovnk/owner.js';
import type { Row } from '../../ovsdb/replica/row.js';

/** Who a row stands for, as an object and in words. */
export interface RowOwner extends OwnerObject {
  readonly network: string;
  readonly text: string;
}

/** Who northbound rows stand for; undefined where nothing tells. */
export function ownersIn(northbound: Northbound): (row: Row) => RowOwner | undefined {
  const ownerOf = certainOwners(northbound);
  return (row) => {
    const owner = ownerOf(row);
    return owner && rowOwner(owner);
  };
}

export function rowOwner(owner: Owner): RowOwner {
  return { ...ownerObject(owner), network: owner.network, text: describeOwner(owner) };
}

/** Whether the owner is the object that somebody names: `NAME`, `NAMESPACE/NAME`, or either behind `KIND/`. */
export function isObject(owner: RowOwner | undefined, word: string): boolean {
  if (owner === undefined) return false;
  const { kind, namespace, name } = owner;
  const plain = namespace === undefined ? name : `${namespace}/${name}`;
  return word === plain || word.toLowerCase() === `${kind}/${plain}`.toLowerCase();
}
