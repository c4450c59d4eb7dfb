/** RFC 7047 section 5.2: what a transaction is made of, and what comes back. Values are in the notation of section 5.1. */
import type { Json, JsonObject } from '../wire/json.js';

type Comparison = '<' | '<=' | '==' | '!=' | '>=' | '>' | 'includes' | 'excludes';
type Mutator = '+=' | '-=' | '*=' | '/=' | '%=' | 'insert' | 'delete';

/** A row matches when all its conditions hold. Booleans are an extension of ovsdb-server(7). */
export type Condition = readonly [column: string, comparison: Comparison, value: Json] | boolean;
type Mutation = readonly [column: string, mutator: Mutator, value: Json];

export type Operation =
  | {
      readonly op: 'insert';
      readonly table: string;
      readonly row: JsonObject;
      readonly 'uuid-name'?: string;
      readonly uuid?: string;
    }
  | {
      readonly op: 'select';
      readonly table: string;
      readonly where: readonly Condition[];
      readonly columns?: readonly string[];
    }
  | { readonly op: 'update'; readonly table: string; readonly where: readonly Condition[]; readonly row: JsonObject }
  | {
      readonly op: 'mutate';
      readonly table: string;
      readonly where: readonly Condition[];
      readonly mutations: readonly Mutation[];
    }
  | { readonly op: 'delete'; readonly table: string; readonly where: readonly Condition[] }
  | {
      readonly op: 'wait';
      readonly table: string;
      readonly where: readonly Condition[];
      readonly columns: readonly string[];
      readonly until: '==' | '!=';
      readonly rows: readonly JsonObject[];
      /** Milliseconds to wait for it to become true; 0 checks once. */
      readonly timeout?: number;
    }
  | { readonly op: 'commit'; readonly durable: boolean }
  | { readonly op: 'abort' }
  | { readonly op: 'comment'; readonly comment: string }
  | { readonly op: 'assert'; readonly lock: string };

/** Which members are there depends on the operation: rows of a select, uuid of an insert, count of update, mutate, delete. */
export interface OperationResult {
  readonly rows?: readonly JsonObject[];
  readonly uuid?: string;
  readonly count?: number;
}

/** Whether repeating the transaction can't change more than sending it once. An assertion is about the session's lock. */
export function isRepeatable(operations: readonly Operation[]): boolean {
  return operations.every(({ op }) => op === 'select' || op === 'wait' || op === 'comment' || op === 'abort');
}
