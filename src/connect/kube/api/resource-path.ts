import type { Resource } from '../../../kube/model/resource.js';
import type { Asked } from './api-error.js';

/** The path of a resource: all of its objects, those of a namespace, or one object, with a subresource if given. */
export function resourcePath(
  { group, plural }: Resource,
  version: string,
  at: { readonly namespace?: string; readonly name?: string; readonly subresource?: string } = {},
): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const parts = [
    ...(at.namespace === undefined ? [] : ['namespaces', at.namespace]),
    plural,
    ...(at.name === undefined ? [] : [at.name]),
    ...(at.subresource === undefined ? [] : [at.subresource]),
  ];
  return `${root}/${parts.map(encodeURIComponent).join('/')}`;
}

/** The same in RBAC's words. */
export function askedOf(
  verb: string,
  { group, plural }: Resource,
  at: { readonly namespace?: string; readonly name?: string } = {},
): Asked {
  return { verb, group, resource: plural, ...at };
}
