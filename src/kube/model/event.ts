import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';

/** What somebody reported about an object (core/v1); kept by the API server for about an hour. */
export interface Event extends KubeObject {
  /** Normal or Warning. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly about: { readonly kind: string; readonly namespace: string; readonly name: string };
}

export function readEvent(object: Fields): Event {
  const about = object.inside('involvedObject');
  return {
    metadata: readMeta(object),
    type: object.text('type') ?? '',
    reason: object.text('reason') ?? '',
    message: object.text('message') ?? '',
    about: {
      kind: about.text('kind') ?? '',
      namespace: about.text('namespace') ?? '',
      name: about.text('name') ?? '',
    },
  };
}
