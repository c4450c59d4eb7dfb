import { selects } from '../kube/model/selector.js';
import { hasFields } from '../kube/model/selector-text.js';
import type { KubeKinds, Plural } from '../kube/model/kinds.js';
import type { KubeObject } from '../kube/model/object-meta.js';
import type { KubeView, Listing, ObjectSelection } from './world.js';

/** A decoded object beside what it was decoded from: fields are selected on the latter. */
export interface KeptObject<T> {
  readonly object: T;
  readonly raw: unknown;
}

export interface KeptList<T> {
  readonly items: readonly KeptObject<T>[];
  readonly gaps: Listing<T>['gaps'];
}

/**
 * A KubeView over whole lists, for sources that have nothing smaller: `read` is called once for each kind, and selections
 * are made here as the API would make them.
 */
export function viewOfLists(
  available: boolean,
  read: <P extends Plural>(plural: P) => Promise<KeptList<KubeKinds[P]>>,
): KubeView {
  const kept = new Map<Plural, Promise<KeptList<KubeObject>>>();

  function whole<P extends Plural>(plural: P): Promise<KeptList<KubeKinds[P]>> {
    let list = kept.get(plural);
    if (list === undefined) {
      list = read(plural);
      kept.set(plural, list);
    }
    // Kept under its own plural, so it holds objects of that kind.
    return list as Promise<KeptList<KubeKinds[P]>>;
  }

  return {
    available,
    async list(plural, selection) {
      const { items, gaps } = await whole(plural);
      const wanted = selection === undefined ? items : items.filter((item) => isSelected(item, selection));
      return { items: wanted.map(({ object }) => object), gaps };
    },
    async get(plural, namespace, name) {
      const { items } = await whole(plural);
      return items.find(({ object: { metadata } }) => metadata.name === name && metadata.namespace === namespace)
        ?.object;
    },
  };
}

function isSelected({ object, raw }: KeptObject<KubeObject>, selection: ObjectSelection): boolean {
  const { namespace, labelSelector, fieldSelector } = selection;
  const { metadata } = object;
  return (
    (namespace === undefined || metadata.namespace === namespace) &&
    (labelSelector === undefined || selects(labelSelector, metadata.labels)) &&
    (fieldSelector === undefined || hasFields(raw, fieldSelector))
  );
}
