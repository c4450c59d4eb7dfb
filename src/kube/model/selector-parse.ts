import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { LabelSelector, Requirement } from './selector.js';

const KEY = String.raw`(?:[A-Za-z0-9][-A-Za-z0-9.]*\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?`;
const VALUE = String.raw`(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?`;
const FORMS: readonly (readonly [RegExp, (key: string, values: string) => Requirement])[] = [
  [new RegExp(`^(${KEY})\\s*==?\\s*(${VALUE})$`), (key, value) => ({ key, operator: 'In', values: [value] })],
  [new RegExp(`^(${KEY})\\s*!=\\s*(${VALUE})$`), (key, value) => ({ key, operator: 'NotIn', values: [value] })],
  [
    new RegExp(`^(${KEY})\\s+in\\s*\\(\\s*(${VALUE}(?:\\s*,\\s*${VALUE})*)\\s*\\)$`),
    (key, values) => ({ key, operator: 'In', values: values.split(/\s*,\s*/) }),
  ],
  [
    new RegExp(`^(${KEY})\\s+notin\\s*\\(\\s*(${VALUE}(?:\\s*,\\s*${VALUE})*)\\s*\\)$`),
    (key, values) => ({ key, operator: 'NotIn', values: values.split(/\s*,\s*/) }),
  ],
  [new RegExp(`^(${KEY})$`), (key) => ({ key, operator: 'Exists', values: [] })],
  [new RegExp(`^!\\s*(${KEY})$`), (key) => ({ key, operator: 'DoesNotExist', values: [] })],
];

/**
 * A label selector as kubectl takes it with `-l`: `app=web,tier in (a, b),!canary` (apimachinery, labels.Parse). The error
 * is the part that says nothing.
 */
export function parseLabelSelector(text: string): Result<LabelSelector, string> {
  const matchExpressions: Requirement[] = [];
  // Commas inside parentheses separate values.
  for (const part of text.split(/,(?![^(]*\))/)) {
    const requirement = requirementOf(part.trim());
    if (requirement === undefined) return err(part.trim());
    matchExpressions.push(requirement);
  }
  return ok({ matchLabels: new Map(), matchExpressions });
}

function requirementOf(text: string): Requirement | undefined {
  for (const [form, make] of FORMS) {
    const [matched, key = '', values = ''] = form.exec(text) ?? [];
    if (matched !== undefined) return make(key, values);
  }
  return undefined;
}
