import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';

/** core/v1 Event: what a component said about an object. The API server keeps them for an hour, unless told otherwise. */
export interface KubeEvent extends KubeObject {
  readonly involved: { readonly kind: string; readonly namespace: string; readonly name: string };
  /** Normal or Warning. */
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** The component that said it. */
  readonly component: string;
  /** How often. */
  readonly count: number;
  /** RFC 3339; empty when not told. */
  readonly last: string;
}

export function readEvent(object: Fields): KubeEvent {
  const involved = object.inside('involvedObject');
  const series = object.optional('series');
  const text = (key: string): string => object.text(key) ?? '';
  return {
    metadata: readMeta(object),
    involved: {
      kind: involved.text('kind') ?? '',
      namespace: involved.text('namespace') ?? '',
      name: involved.text('name') ?? '',
    },
    type: text('type'),
    reason: text('reason'),
    message: text('message'),
    component: text('reportingComponent') || (object.inside('source').text('component') ?? ''),
    count: series?.whole('count') ?? object.whole('count') ?? 1,
    last: series?.text('lastObservedTime') ?? (text('lastTimestamp') || text('eventTime')),
  };
}
