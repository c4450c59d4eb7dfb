import type { VipKind } from '../../trace/endpoint/service-endpoint.js';
import type { CauseType, Protocol } from '../../trace/path/path-trace.js';
import type { LabelSelector } from '../../kube/model/selector.js';

/** What somebody expects of the network: one entry of an expectation file. */
export interface Expectation {
  readonly name: string;
  /** Where the entry begins in the file, from 1. */
  readonly position: Position;
  readonly from: End;
  readonly to: End;
  /** A number, or the name of a service's port. */
  readonly port?: string;
  readonly protocol?: Protocol;
  /** Each of them must be there and be as expected; those the ends have in common when not given. */
  readonly families?: readonly (4 | 6)[];
  readonly via?: VipKind;
  readonly expect: 'delivered' | 'dropped' | 'rejected';
  readonly reason?: ExpectedReason;
}

export interface ExpectedReason {
  readonly type?: CauseType;
  /** `KIND NAMESPACE/NAME` or `KIND NAME`. */
  readonly object?: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One end as the file has it, and what its form says it is; whether there is such a thing only the cluster knows. */
export interface End {
  /** As written. */
  readonly text: string;
  readonly position: Position;
  readonly meaning: Meaning;
}

export type Meaning =
  | { readonly kind: 'address' }
  /** `node/NAME` or `port/NAME`. */
  | { readonly kind: 'node' | 'port'; readonly name: string }
  /** `NAMESPACE/NAME`: a pod or a service, whichever there is. */
  | { readonly kind: 'object'; readonly namespace: string; readonly name: string }
  /** `pod/NAMESPACE/NAME`, `service/NAMESPACE/NAME`. */
  | { readonly kind: 'pod' | 'service'; readonly namespace: string; readonly name: string }
  /** `deployment/NAMESPACE/NAME` and the like. */
  | { readonly kind: 'workload'; readonly workload: string; readonly namespace: string; readonly name: string }
  /** `NAMESPACE/KEY=VALUE,…`; `NAMESPACE/*` has an empty selector. */
  | { readonly kind: 'selector'; readonly namespace: string; readonly selector: LabelSelector };
