import { Fields } from '../../../kube/model/fields.js';

/** One reason among several, like one field of an invalid object or one conflicting manager. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** The API server's own account of a failure (kind Status, v1). */
export interface Status {
  /** Machine-readable, like `Forbidden`; empty where the server gives none, which it does for some 500s. */
  readonly reason: string;
  readonly message: string;
  readonly code: number | undefined;
  /** The object it is about: empty for a collection, and for paths that no resource is behind. */
  readonly name: string;
  readonly causes: readonly StatusCause[];
  readonly retryAfterSeconds: number | undefined;
  /** With 410: the token that goes on with the list as it is now. */
  readonly continueToken: string | undefined;
}

/** Undefined for anything that is no Status: plain text, other kinds, damaged JSON. */
export function decodeStatus(value: unknown): Status | undefined {
  const object = Fields.of(value);
  const details = object.inside('details');
  const status: Status = {
    reason: object.text('reason') ?? '',
    message: object.text('message') ?? '',
    code: object.whole('code'),
    name: details.text('name') ?? '',
    causes: details.list('causes', (cause) => ({
      reason: cause.text('reason') ?? '',
      message: cause.text('message') ?? '',
      field: cause.text('field') ?? '',
    })),
    retryAfterSeconds: details.whole('retryAfterSeconds'),
    continueToken: object.inside('metadata').text('continue'),
  };
  return object.text('kind') === 'Status' && object.misfit === undefined ? status : undefined;
}

/** The Status in a body, if there is one. */
export function parseStatus(text: string): Status | undefined {
  // The other bodies of failures are one line of plain text.
  if (!text.startsWith('{')) return undefined;
  try {
    return decodeStatus(JSON.parse(text));
  } catch {
    return undefined;
  }
}
