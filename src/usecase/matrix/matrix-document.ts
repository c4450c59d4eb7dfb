import type { Protocol } from '../../trace/path/path-trace.js';
import type { CommonVerdict, Counts, Reason } from '../tally.js';

/**
 * What `trace matrix` answers: the `data` of `kind: ConnectivityMatrix`. Everything here is plain JSON, in a fixed order:
 * cells by source, then by target.
 */
export interface ConnectivityMatrix {
  readonly request: MatrixRequest;
  readonly sources: readonly MatrixSource[];
  readonly targets: readonly MatrixTarget[];
  readonly cells: readonly MatrixCell[];
  readonly summary: MatrixSummary;
  /** What was left out or decided on its own, one sentence each. */
  readonly notes: readonly string[];
}

export interface MatrixRequest {
  /** Namespaces of the sources; all of them when empty. */
  readonly from: readonly string[];
  /** Namespaces of the targets; all of them when empty. */
  readonly to: readonly string[];
  /** Ports of the targets, numbers or names; those that they declare when empty. */
  readonly ports: readonly string[];
  readonly protocol?: Protocol;
  readonly family: 'ipv4' | 'ipv6' | 'both';
  readonly services: boolean;
  /** Whether pods of one workload share a line. */
  readonly by: 'workload' | 'pod';
}

/** A line of the matrix. */
export interface MatrixSource {
  /** Unique: `shop/web[Deployment]`, `shop/client` for a pod on its own. */
  readonly id: string;
  /** Deployment, StatefulSet, DaemonSet, Pod, … */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Names of its pods. */
  readonly pods: readonly string[];
}

/** A column of the matrix: a workload or a service at one port. */
export interface MatrixTarget {
  /** Unique: `shop/web[Deployment]:8080/tcp`, `shop/web[Service]:80/tcp`, `shop/client/icmp`. */
  readonly id: string;
  /** Service, or the kind of the workload. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly protocol: Protocol;
  /** Absent for ICMP. */
  readonly port?: number;
  /** Names of the pods of a workload. */
  readonly pods?: readonly string[];
}

export interface MatrixCell {
  /** Id of the source. */
  readonly source: string;
  /** Id of the target. */
  readonly target: string;
  readonly verdict: CommonVerdict;
  readonly counts: Counts;
  /** Why paths were not delivered, the most frequent reason first. */
  readonly reasons: readonly Reason[];
  /** Why there is nothing to send, when the verdict is `none`. */
  readonly why?: string;
  /** What the tracer decided or assumed on its own, one sentence each. */
  readonly notes?: readonly string[];
}

export interface MatrixSummary {
  readonly cells: Readonly<Record<CommonVerdict, number>>;
  /** Paths that were traced. */
  readonly paths: number;
}
