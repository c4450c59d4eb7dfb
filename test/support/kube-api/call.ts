import type { Kind } from './model.js';

/** Who asks, and what RBAC would say. */
export interface User {
  readonly name: string;
  /** What the user may do; everything when absent. */
  readonly may?: (attempt: Attempt) => boolean;
}

export interface Attempt {
  readonly verb: string;
  readonly group: string;
  /** With its subresource. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** What the path of a request names. */
export interface Target {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** A request about a resource, admitted. */
export interface Call {
  readonly method: string;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
  /** What `managedFields` call the sender when the request does not say. */
  readonly agent: string;
}

export interface Reply {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}
