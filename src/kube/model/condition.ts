import type { Fields } from './fields.js';

/** An entry of `status.conditions`. */
export interface Condition {
  readonly type: string;
  /** True, False or Unknown. */
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export const readConditions = (object: Fields): readonly Condition[] =>
  object.inside('status').list('conditions', (condition) => ({
    type: condition.text('type') ?? '',
    status: condition.text('status') ?? '',
    reason: condition.text('reason') ?? '',
    message: condition.text('message') ?? '',
  }));
