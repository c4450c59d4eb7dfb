import type { Northbound } from '../../ovn/northbound/northbound.js';
import { describeOwner } from '../../ovnk/owner/describe.js';
import { labelledOwner } from '../../ovnk/owner/labelled.js';
import { ownerOf } from '../../ovnk/owner/owner-of.js';
import { ownerObject } from '../../ovnk/owner.js';
import type { Owner, OwnerObject } from '../../ovnk/owner.js';
import type { Row } from '../../ovsdb/replica/row.js';

/** Who a row stands for, as an object and in words. */
export interface RowOwner extends OwnerObject {
  readonly network: string;
  readonly text: string;
}

/**
 * Who northbound rows stand for; undefined where nothing tells. Names and forms mean something only where OVN-Kubernetes
 * has set up a cluster router; labels always do.
 */
export function ownersIn(northbound: Northbound): (row: Row) => RowOwner | undefined {
  const routers = northbound.database.table('Logical_Router');
  const isOvnKubernetes = [...routers.rows()].some(
    (row) => row.map('external_ids').get('k8s-cluster-router') === 'yes',
  );
  return (row) => {
    const owner = isOvnKubernetes ? ownerOf(northbound, row) : labelledOwner(row);
    return owner === undefined || owner.kind === 'Unrecognised' ? undefined : rowOwner(owner);
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
