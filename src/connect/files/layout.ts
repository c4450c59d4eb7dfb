/**
 * What a way of laying files out comes to: which files are the databases of which zone, and where Kubernetes objects are.
 *
 * A layout is a function from a FileSource to a SnapshotLayout, or to undefined when the source is laid out otherwise;
 * `open-snapshot.ts` tries one after the other. Only listings are read to find that out, and as little else as possible.
 */
import type { DatabaseKind } from './databases.js';
import type { SourceFile } from './source.js';

export interface ZoneLayout {
  /** What the files' place says about the zone's name; undefined when it says nothing. */
  readonly name: string | undefined;
  /** For a zone that nothing else names. */
  readonly label: string;
  readonly databases: ReadonlyMap<DatabaseKind, SourceFile>;
}

/** Something that is not there or not whole although it should be. */
export interface LayoutGap {
  /** `snapshot.missing`, `snapshot.damaged`, `snapshot.manifest`, `kube.partial`, `kube.damaged`; or as a manifest says. */
  readonly code: string;
  readonly subject: string;
  readonly reason: string;
  readonly zone?: string;
  readonly database?: 'northbound' | 'southbound';
}

/** Objects of one kind. */
export interface ObjectList {
  readonly items: readonly unknown[];
  /** Why there may be more objects than these. */
  readonly gaps: readonly LayoutGap[];
}

/** Another file of the snapshot, and where it would be in a snapshot folder. */
export interface ExtraFile {
  readonly path: string;
  readonly file: SourceFile;
}

export interface SnapshotLayout {
  readonly kind: 'snapshot' | 'must-gather';
  readonly zones: readonly ZoneLayout[];
  /** Plural resource name → its objects, read when called. */
  readonly objects: ReadonlyMap<string, () => Promise<ObjectList>>;
  readonly gaps: readonly LayoutGap[];
  /** What the snapshot says about itself. */
  readonly manifest?: SourceFile;
  /** Facts from hosts, and logs; listed when called. */
  extras(): Promise<readonly ExtraFile[]>;
}
