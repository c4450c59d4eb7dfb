import type { SnapshotSource } from '../../snapshot/source.js';

/** A source with connections behind it, to be closed by whoever opened it. */
export interface OpenedSource {
  readonly source: SnapshotSource;
  readonly close: () => void;
}
