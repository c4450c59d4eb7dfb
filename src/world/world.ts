/**
 * The World: everything one question is asked of. Databases of every zone, Kubernetes objects, and an honest list of
 * what could not be read.
 *
 * A World comes from a snapshot, from database files or from a live cluster; engines cannot tell which. Databases and
 * lists are read when first asked for and then kept, so a question costs what it touches. This floor has the shape only:
 * src/connect makes Worlds. It must not know files, connections or commands.
 */
import type { KubeKinds, Plural } from '../kube/model/kinds.js';
import type { FieldSelector } from '../kube/model/selector-text.js';
import type { LabelSelector } from '../kube/model/selector.js';
import type { Northbound } from '../ovn/northbound/northbound.js';
import type { Southbound } from '../ovn/southbound/southbound.js';
import type { Coverage, Gap } from './coverage.js';
import type { Hosts } from './hosts.js';

/** Where the data comes from, for the document's metadata. */
export interface WorldSource {
  /**
   * `snapshot`: with Kubernetes objects; `must-gather`: the part of a cluster one holds; `databases`: database files alone;
   * `remotes`: database servers; `cluster`: a live one; `logs`: nothing but text.
   */
  readonly kind: 'snapshot' | 'must-gather' | 'databases' | 'remotes' | 'cluster' | 'logs';
  /** As the user gave it, or the cluster as its configuration calls it. */
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

/** Which objects of a kind are wanted; without members, all of them. A cluster sends no others. */
export interface ObjectSelection {
  readonly namespace?: string;
  readonly labelSelector?: LabelSelector;
  /** Members that must have these values; ask only for those that the API can select by, like `spec.nodeName` of pods. */
  readonly fieldSelector?: FieldSelector;
}

export interface KubeView {
  /** False when the source has no Kubernetes objects at all. */
  readonly available: boolean;
  /** A cluster that does not have the kind has none of its objects, and that is no gap; a refusal is an AccessError. */
  list<P extends Plural>(plural: P, selection?: ObjectSelection): Promise<Listing<KubeKinds[P]>>;
  /** The object of that name, undefined when there is none; the namespace of one of cluster scope is empty. */
  get<P extends Plural>(plural: P, namespace: string, name: string): Promise<KubeKinds[P] | undefined>;
}

export interface World {
  readonly source: WorldSource;
  /** Sorted by name. */
  readonly zones: readonly Zone[];
  readonly kube: KubeView;
  /** Facts of the hosts; absent where the source can have none. */
  readonly hosts?: Hosts;
  /** Grows while the World is read. */
  readonly coverage: Coverage;
}
