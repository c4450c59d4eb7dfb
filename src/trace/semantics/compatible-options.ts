import type { Address } from '../../net/prefix.js';

/** What the user of `ovn-trace` may say about what the simulation can't know. */
export interface CompatibleOptions {
  /** States for the conntrack actions in the order they run; when they are used up, established. */
  readonly ct: readonly bigint[];
  /** Backend to prefer, once. */
  readonly lbDst: { readonly address: Address; readonly port?: number } | undefined;
  readonly selectId: number | undefined;
}

/** A wish of the user, honoured once. */
export interface Preferred {
  lbDst: CompatibleOptions['lbDst'];
}
