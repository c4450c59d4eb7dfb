/**
 * What can go wrong between a client and a server, in the classes of `src/base/errors.ts`, so that callers may treat a
 * database like any other source. What the server refused carries RFC 7047's error name; nothing is told by message text.
 */
import {
  AccessError,
  ConflictError,
  InputError,
  NotFoundError,
  UnavailableError,
  type OvnctlError,
} from '../../base/errors.js';
import { isJsonObject } from '../wire/json.js';
import type { Json } from '../wire/json.js';
import type { Operation } from './operation.js';

/** A refusal as the server put it: RFC 7047 section 3.1 `<error>`, or the bare string of some requests. */
export interface Refusal {
  /** RFC 7047's name, for example `constraint violation`. */
  readonly rfc: string;
  readonly details?: string;
}

/** Which part of a transaction the server refused. */
export interface OperationFailure extends Refusal {
  readonly database: string;
  /** Undefined when every operation passed and the commit as a whole was refused. */
  readonly index: number | undefined;
  readonly operation: Operation | undefined;
}

/** The connection ended before the reply. `sent`: the request may have reached the server. */
export class ConnectionLostError extends UnavailableError {
  readonly sent: boolean;
  constructor(remote: string, sent: boolean, cause: unknown) {
    super('ovsdb.connection-lost', `${remote}: the connection ended before the reply`, { cause });
    this.sent = sent;
  }
}

/** Nothing came back in time. `sent`: the request may have reached the server. */
export class DeadlineError extends UnavailableError {
  readonly sent: boolean;
  constructor(remote: string, method: string, sent: boolean) {
    super('ovsdb.deadline', `${remote}: no reply to ${method} in time`);
    this.sent = sent;
  }
}

/** A transaction was sent and no reply came: it may have been committed or not. Never repeated by the client. */
export class UnknownFateError extends UnavailableError {
  readonly database: string;
  readonly operations: readonly Operation[];
  constructor(database: string, operations: readonly Operation[], cause: unknown) {
    super('ovsdb.fate-unknown', `${database}: a transaction was sent, but whether it was committed is unknown`, {
      cause,
      hints: ['read back what it should have changed before you repeat it'],
    });
    this.database = database;
    this.operations = operations;
  }
}

/** The server answered a request with an error. */
export class RequestRefusedError extends Error {
  readonly refusal: Refusal;
  readonly remote: string;
  constructor(remote: string, refusal: Refusal) {
    super(`${remote}: ${refusalText(refusal)}`);
    this.name = 'RequestRefusedError';
    this.remote = remote;
    this.refusal = refusal;
  }
}

/** The transaction would break a rule of the schema or met another state than it asserts. */
export class OperationConflictError extends ConflictError {
  readonly failure: OperationFailure;
  constructor(failure: OperationFailure) {
    super(codeOf(failure), messageOf(failure));
    this.failure = failure;
  }
}

/** The server's access control forbids the operation. */
export class OperationDeniedError extends AccessError {
  readonly failure: OperationFailure;
  constructor(failure: OperationFailure) {
    super(codeOf(failure), messageOf(failure));
    this.failure = failure;
  }
}

/** The server can't do it now. */
export class OperationUnavailableError extends UnavailableError {
  readonly failure: OperationFailure;
  constructor(failure: OperationFailure, hints: readonly string[] = []) {
    super(codeOf(failure), messageOf(failure), { hints });
    this.failure = failure;
  }
}

/** The operation itself is not one that the database's schema allows. */
export class OperationInputError extends InputError {
  readonly failure: OperationFailure;
  constructor(failure: OperationFailure) {
    super(codeOf(failure), messageOf(failure));
    this.failure = failure;
  }
}

const refusalText = ({ rfc, details }: Refusal): string => (details === undefined ? rfc : `${rfc}: ${details}`);
const codeOf = ({ rfc }: Refusal): string => `ovsdb.${rfc.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;

function messageOf(failure: OperationFailure): string {
  const { index, operation, database } = failure;
  const table = operation !== undefined && 'table' in operation ? ` on ${operation.table}` : '';
  const where = index === undefined ? 'commit' : `operation ${String(index)} (${operation?.op ?? 'unknown'}${table})`;
  return `${database}: ${where} refused: ${refusalText(failure)}`;
}

/** Reads an `<error>`; undefined when the value is none. */
export function readRefusal(json: Json | undefined): Refusal | undefined {
  if (typeof json === 'string') return { rfc: json };
  if (!isJsonObject(json)) return undefined;
  const { error, details } = json;
  if (typeof error !== 'string') return undefined;
  return typeof details === 'string' ? { rfc: error, details } : { rfc: error };
}

/** RFC 7047 sections 5.2 and 4.1.3, and the additions of ovsdb-server(7) section 3.1. */
export function operationError(failure: OperationFailure): OvnctlError {
  switch (failure.rfc) {
    case 'permission error':
      return new OperationDeniedError(failure);
    case 'not allowed':
      return new OperationUnavailableError(failure, ['this server is a read-only standby; connect to the active one']);
    case 'resources exhausted':
    case 'I/O error':
    case 'internal error':
    case 'cluster error':
    case 'canceled':
      return new OperationUnavailableError(failure);
    case 'referential integrity violation':
    case 'constraint violation':
    case 'aborted':
    case 'not owner':
    case 'timed out':
    case 'duplicate uuid':
      return new OperationConflictError(failure);
    default:
      return new OperationInputError(failure);
  }
}

/** The error for a request other than a transaction that the server refused. */
export function requestError(error: RequestRefusedError, what: string): OvnctlError {
  const { refusal, remote } = error;
  const message = `${remote}: ${what} refused: ${refusalText(refusal)}`;
  switch (refusal.rfc) {
    case 'unknown database':
      return new NotFoundError(codeOf(refusal), message, { cause: error });
    case 'permission error':
      return new AccessError(codeOf(refusal), message, { cause: error });
    case 'resources exhausted':
    case 'I/O error':
    case 'not allowed':
    case 'canceled':
      return new UnavailableError(codeOf(refusal), message, { cause: error });
    default:
      return new InputError(codeOf(refusal), message, { cause: error });
  }
}
