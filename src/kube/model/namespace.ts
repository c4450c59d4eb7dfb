import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';

/** Everything we ask of a namespace is in its labels and annotations. */
export type Namespace = KubeObject;

export function readNamespace(object: Fields): Namespace {
  return { metadata: readMeta(object) };
}
