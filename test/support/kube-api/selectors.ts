import { badRequest } from './model.js';
import type { Kind, KubeJson } from './model.js';

type Test = (object: KubeJson) => boolean;

const LABEL = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

/** The label selector of a query; throws the server's 400 for what is no selector. */
export function labelTest(text: string): Test {
  const tests = splitTop(text).map(labelRequirement);
  return (object) => tests.every((test) => test(object.metadata.labels ?? {}));
}

/** Splits at commas outside of parentheses. */
const splitTop = (text: string): string[] => (text === '' ? [] : text.split(/,(?![^(]*\))/));

function labelRequirement(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const set = /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => {
      const value = labels[key];
      return operator === 'in' ? value !== undefined && values.includes(value) : !values.includes(value ?? '\0');
    };
  }
  const word = /\s(?:in|notin)\s+\(?(\S*)/.exec(text);
  if (word !== null) {
    throw badRequest(
      text.includes('(')
        ? `unable to parse requirement: found '', expected: ',' or ')'`
        : `unable to parse requirement: found '${word[1] ?? ''}' expected: '('`,
    );
  }
  const [, key = '', operator = '', value = ''] = /^\s*(!?[^=!\s]+)\s*(==|=|!=)?\s*(.*?)\s*$/.exec(text) ?? [];
  if (value.startsWith('=')) throw badRequest("unable to parse requirement: found '=', expected: identifier");
  if (!LABEL.test(value)) throw badRequest(`unable to parse requirement: values[0][${key}]: Invalid value: "${value}"`);
  if (key.startsWith('!')) return (labels) => labels[key.slice(1)] === undefined;
  if (operator === '') return (labels) => labels[key] !== undefined;
  return (labels) => (labels[key] === value) === (operator !== '!=');
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'metadata.name',
    'metadata.namespace',
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: ['metadata.name', 'metadata.namespace', 'involvedObject.name', 'involvedObject.kind', 'reason', 'type'],
  nodes: ['metadata.name', 'spec.unschedulable'],
  namespaces: ['metadata.name', 'status.phase'],
};

/** The field selector of a query; a kind has few fields that it can be selected by. */
export function fieldTest(kind: Kind, text: string): Test {
  const known = (kind.custom ? undefined : FIELDS[kind.plural]) ?? ['metadata.name', 'metadata.namespace'];
  const tests = (text === '' ? [] : text.split(',')).map((part): Test => {
    const [, field = '', operator, value = ''] = /^(.*?)(==|!=|=)(.*)$/.exec(part) ?? [];
    if (operator === undefined) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`);
    return (object) => (fieldOf(object, field) === value) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

function fieldOf(object: KubeJson, field: string): string {
  let value: unknown = object;
  for (const key of field.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : field === 'spec.hostNetwork' ? 'false' : '';
}
