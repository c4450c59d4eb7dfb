/**
 * The World: everything one question is asked of. Databases of every zone, Kubernetes objects, and an honest list of
 * what could not be read.
 *
 * A World comes from a snapshot, from database files or from a live cluster; engines cannot tell which. Databases and
 * lists are read when first asked for and then kept, so a question costs what it touches. This floor has the shape only:
 * src/connect makes Worlds. It must not know files, connections or commands.
 */
import type { KubeKinds, Plural } from '../kube/model/kinds.js';
import type { Northbound } from '../ovn/northbound/northbound.js';
import type { Southbound } from '../ovn/southbound/southbound.js';
import type { Coverage, Gap } from './coverage.js';

/** Where the data comes from, for the document's metadata. */
export interface WorldSource {
  /** `snapshot`: with Kubernetes objects; `databases`: database files alone. */
  readonly kind: 'snapshot' | 'databases';
  /** As the user gave it. */
  readonly path: string;
}

/** The part of a cluster that one pair of databases describes; with interconnect, one node. */
export interface Zone {
  readonly name: string;
  readonly hasNorthbound: boolean;
  readonly hasSouthbound: boolean;
  /** Throws OvnctlError when the zone has no such database or it can't be used at all. */
  northbound(): Promise<Northbound>;
  southbound(): Promise<Southbound>;
}

/** The objects of a kind, as far as they could be read. */
export interface Listing<T> {
  readonly items: readonly T[];
  /** Why the list is absent or not whole; none when it is complete. */
  readonly gaps: readonly Gap[];
}

export interface KubeView {
  /** False when the source has no Kubernetes objects at all. */
  readonly available: boolean;
  list<P extends Plural>(plural: P): Promise<Listing<KubeKinds[P]>>;
}

export interface World {
  readonly source: WorldSource;
  /** Sorted by name. */
  readonly zones: readonly Zone[];
  readonly kube: KubeView;
  /** Grows while the World is read. */
  readonly coverage: Coverage;
}
