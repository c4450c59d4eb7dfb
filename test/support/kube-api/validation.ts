import { invalid } from './model.js';
import type { Cause, Kind, KubeJson } from './model.js';

/** The part of a schema that recorded answers depend on. */
interface Schema {
  readonly fields: readonly string[];
  readonly required: readonly string[];
  readonly strings?: readonly string[];
}

const SPEC: Readonly<Record<string, Schema>> = {
  egressips: {
    fields: ['egressIPs', 'namespaceSelector', 'podSelector'],
    required: ['egressIPs', 'namespaceSelector'],
    strings: ['egressIPs'],
  },
  networkpolicies: { fields: ['podSelector', 'ingress', 'egress', 'policyTypes'], required: [] },
};

const specOf = ({ spec }: KubeJson): Readonly<Record<string, unknown>> =>
  typeof spec === 'object' && spec !== null ? (spec as Record<string, unknown>) : {};

/** Fields that the kind does not have, as `spec.nosuch`. */
export function unknownFields(kind: Kind, object: KubeJson): readonly string[] {
  const schema = SPEC[kind.plural];
  if (schema === undefined) return [];
  return Object.keys(specOf(object))
    .filter((field) => !schema.fields.includes(field))
    .map((field) => `spec.${field}`);
}

/** The object with its kind's defaults, and without the fields that the kind does not have. */
export function pruned(kind: Kind, object: KubeJson): KubeJson {
  const schema = SPEC[kind.plural];
  if (schema === undefined || object.spec === undefined) return object;
  const known = Object.entries(specOf(object)).filter(([field]) => schema.fields.includes(field));
  const spec = Object.fromEntries(known);
  if (kind.plural === 'networkpolicies' && spec['policyTypes'] === undefined) {
    const policyTypes = ['Ingress', ...(spec['egress'] === undefined ? [] : ['Egress'])];
    return { ...object, spec: { ...spec, ...withProtocols(spec['ingress']), policyTypes } };
  }
  return { ...object, spec };
}

/** A port without a protocol is one of TCP. */
function withProtocols(ingress: unknown): { readonly ingress?: readonly unknown[] } {
  if (!Array.isArray(ingress)) return {};
  const rules = ingress as readonly { readonly ports?: readonly object[] }[];
  return {
    ingress: rules.map((rule) => ({
      ...rule,
      ...(rule.ports === undefined ? {} : { ports: rule.ports.map((port) => ({ protocol: 'TCP', ...port })) }),
    })),
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const LABEL = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const BAD_NAME = (name: string): string =>
  `Invalid value: ${JSON.stringify(name)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;

/** Throws the server's 422 for an object that its kind does not allow. */
export function validate(kind: Kind, object: KubeJson): void {
  const { name = '' } = object.metadata;
  const causes: Cause[] = [];
  if (name === '') {
    causes.push({
      reason: 'FieldValueRequired',
      message: 'Required value: name or generateName is required',
      field: 'metadata.name',
    });
  } else if (!NAME.test(name)) {
    causes.push({ reason: 'FieldValueInvalid', message: BAD_NAME(name), field: 'metadata.name' });
  }
  const schema = SPEC[kind.plural];
  const spec = specOf(object);
  for (const field of schema?.required ?? []) {
    if (spec[field] === undefined || spec[field] === null) {
      causes.push({ reason: 'FieldValueRequired', message: 'Required value', field: `spec.${field}` });
    } else if (schema?.strings?.includes(field) === true && !Array.isArray(spec[field])) {
      causes.push(wrongType(`spec.${field}`, typeof spec[field], 'array'));
    }
  }
  for (const [index, value] of listOf(spec['egressIPs']).entries()) {
    if (typeof value === 'number') causes.push(wrongType(`spec.egressIPs[${String(index)}]`, 'integer', 'string'));
  }
  const selector = spec['namespaceSelector'] as { readonly matchExpressions?: unknown } | undefined;
  for (const [index, value] of listOf(selector?.matchExpressions).entries()) {
    const { values } = value as { readonly values?: unknown };
    const field = `spec.namespaceSelector.matchExpressions[${String(index)}].values`;
    if (values !== undefined && !Array.isArray(values)) causes.push(wrongType(field, typeof values, 'array'));
  }
  for (const value of Object.values(object.metadata.labels ?? {})) {
    if (LABEL.test(value)) continue;
    const message = `Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;
    causes.push({ reason: 'FieldValueInvalid', message, field: 'metadata.labels' });
  }
  if (causes.length > 0) throw invalid(kind, name, causes);
}

const wrongType = (field: string, is: string, wanted: string): Cause => ({
  reason: 'FieldValueTypeInvalid',
  message: `Invalid value: "${is}": ${field} in body must be of type ${wanted}: "${is}"`,
  field,
});
