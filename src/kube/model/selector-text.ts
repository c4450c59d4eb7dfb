import type { LabelSelector, Requirement } from './selector.js';

function requirementText({ key, operator, values }: Requirement): string | undefined {
  switch (operator) {
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    default:
      return undefined;
  }
}

/**
 * The selector as the API takes it in `labelSelector`; empty for one that selects everything, undefined for one with an
 * operator that the API does not know, which selects nothing.
 */
export function labelSelectorText(selector: LabelSelector): string | undefined {
  const requirements = selector.matchExpressions.map(requirementText);
  if (requirements.includes(undefined)) return undefined;
  return [...[...selector.matchLabels].map(([key, value]) => `${key}=${value}`), ...requirements].join(',');
}

/** Members that must have these values, like `spec.nodeName`; the API knows only a few members of each kind. */
export type FieldSelector = Readonly<Record<string, string>>;

/** The selector as the API takes it in `fieldSelector`. */
export function fieldSelectorText(selector: FieldSelector): string {
  return Object.entries(selector)
    .map(([field, value]) => `${field}=${value.replace(/[\\,=]/g, '\\$&')}`)
    .join(',');
}

/** Whether an object as it comes from the API has these members; absent ones are empty, as they are to the API. */
export function hasFields(object: unknown, selector: FieldSelector): boolean {
  return Object.entries(selector).every(([field, wanted]) => {
    let value = object;
    for (const key of field.split('.')) {
      value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
    }
    const text = typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';
    return text === wanted;
  });
}
