import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeJson } from './model.js';
import type { Store } from './store.js';

/** Fills the store with what a snapshot folder has of the kinds that the server knows; returns how many objects. */
export function loadSnapshot(store: Store, folder: string): number {
  let count = 0;
  for (const { plural } of store.kinds) {
    const file = join(folder, 'k8s', `${plural}.json`);
    if (!existsSync(file)) continue;
    const { items } = JSON.parse(readFileSync(file, 'utf8')) as { readonly items: readonly KubeJson[] };
    for (const object of items) store.seed(plural, object);
    count += items.length;
  }
  return count;
}
