import type { Fields } from './fields.js';

/** What we read of `metadata`, the same for every kind. */
export interface ObjectMeta {
  readonly name: string;
  /** Empty for objects of cluster scope. */
  readonly namespace: string;
  readonly uid: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** The object waits for its finalizers, or its grace period runs. */
  readonly deleting: boolean;
}

export interface KubeObject {
  readonly metadata: ObjectMeta;
}

export function readMeta(object: Fields): ObjectMeta {
  const metadata = object.inside('metadata');
  return {
    name: metadata.required('name'),
    namespace: metadata.text('namespace') ?? '',
    uid: metadata.text('uid'),
    labels: metadata.textMap('labels'),
    annotations: metadata.textMap('annotations'),
    deleting: metadata.has('deletionTimestamp'),
  };
}

/** `namespace/name`, or the bare name of an object of cluster scope. */
export function qualifiedName(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return namespace === '' ? name : `${namespace}/${name}`;
}
