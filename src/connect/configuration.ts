import type { Configuration } from '../world/hosts.js';
import { isRecord } from './files/record.js';

/** A ConfigMap as the API has it; what is no text in it is left out. */
export function configurationOf(object: unknown): Configuration {
  const metadata = isRecord(object) && isRecord(object['metadata']) ? object['metadata'] : {};
  const data = isRecord(object) && isRecord(object['data']) ? object['data'] : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    namespace: text(metadata['namespace']),
    name: text(metadata['name']),
    data: new Map(Object.entries(data).map(([key, value]) => [key, text(value)])),
  };
}
