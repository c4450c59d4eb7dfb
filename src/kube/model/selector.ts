import type { Fields } from './fields.js';

/** One `matchExpressions` entry; `operator` is kept as written, so that an unknown one is not mistaken for another. */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** A label selector (meta/v1 LabelSelector): all labels and all requirements must hold; an empty one selects everything. */
export interface LabelSelector {
  readonly matchLabels: ReadonlyMap<string, string>;
  readonly matchExpressions: readonly Requirement[];
}

export function readSelector(fields: Fields): LabelSelector {
  return {
    matchLabels: fields.textMap('matchLabels'),
    matchExpressions: fields.list('matchExpressions', (expression) => ({
      key: expression.required('key'),
      operator: expression.required('operator'),
      values: expression.texts('values'),
    })),
  };
}

/** The selector under `key`; undefined when absent, which many APIs give another meaning than an empty one. */
export function readOptionalSelector(fields: Fields, key: string): LabelSelector | undefined {
  const selector = fields.optional(key);
  return selector && readSelector(selector);
}

function holds(requirement: Requirement, labels: ReadonlyMap<string, string>): boolean {
  const value = labels.get(requirement.key);
  switch (requirement.operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      // A missing label is "not in" any list (labels.Requirement of apimachinery).
      return value === undefined || !requirement.values.includes(value);
    default:
      // The API server admits only these four; an object that has another selects nothing rather than everything.
      return false;
  }
}

/** Whether an object with these labels is selected. */
export function selects(selector: LabelSelector, labels: ReadonlyMap<string, string>): boolean {
  for (const [key, value] of selector.matchLabels) {
    if (labels.get(key) !== value) return false;
  }
  return selector.matchExpressions.every((requirement) => holds(requirement, labels));
}
