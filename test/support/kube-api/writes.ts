import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { parse as parseYaml } from 'yaml';
import {
  alreadyExists,
  apiVersionOf,
  badRequest,
  failure,
  invalidOptions,
  methodNotAllowed,
  modified,
  notFound,
  qualified,
  qualifiedKind,
  Refused,
  without,
} from './model.js';
import type { Kind, KubeJson } from './model.js';
import type { Call, Reply } from './call.js';
import { afterUpdate, applied } from './managed-fields.js';
import { jsonPatched, mergePatched } from './patches.js';
import { existing } from './reads.js';
import { inOrder } from './store.js';
import type { Store } from './store.js';
import { pruned, unknownFields, validate } from './validation.js';

const ACCEPTED = 'the body of the request was in an unknown format - accepted media types include: ';
const OBJECT_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const now = (): string => new Date().toISOString().replace(/\.\d+/, '');

const isDryRun = ({ query }: Call): boolean => query.get('dryRun') === 'All';
const managerOf = ({ query, agent }: Call): string => query.get('fieldManager') ?? agent;

function checkOptions(call: Call, options: string): void {
  const { query } = call;
  const dryRun = query.get('dryRun');
  if (dryRun !== null && dryRun !== 'All') {
    const message = `Unsupported value: [${JSON.stringify(dryRun)}]: supported values: "All"`;
    throw invalidOptions(options, 'dryRun', 'FieldValueNotSupported', message);
  }
  if ((query.get('fieldManager') ?? '').length > 128) {
    const message = 'Too long: may not be more than 128 bytes';
    throw invalidOptions(options, 'fieldManager', 'FieldValueTooLong', message);
  }
  const validation = query.get('fieldValidation') ?? '';
  if (!['', 'Ignore', 'Warn', 'Strict'].includes(validation)) {
    const message = `Unsupported value: "${validation}": supported values: "", "Ignore", "Strict", "Warn"`;
    throw invalidOptions(options, 'fieldValidation', 'FieldValueNotSupported', message);
  }
}

/** Warnings about fields that were dropped; with Strict they are a refusal. */
function fieldWarnings(call: Call, object: KubeJson): Readonly<Record<string, readonly string[]>> {
  const { target, query } = call;
  const { kind } = target;
  const unknown = unknownFields(kind, object).map((field) => `unknown field "${field}"`);
  if (unknown.length === 0 || query.get('fieldValidation') === 'Ignore') return {};
  if (query.get('fieldValidation') === 'Strict') {
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${unknown.join(', ')}`,
    );
  }
  return { warning: unknown.map((text) => `299 - "${text.replace(/["\\]/g, '\\$&')}"`) };
}

/** The object in a body of create or update. */
function readObject(call: Call): KubeJson {
  const { target, contentType, body } = call;
  const { kind } = target;
  const type = contentType === '' ? 'application/json' : (contentType.split(';')[0]?.trim() ?? '');
  if (!OBJECT_TYPES.includes(type)) {
    throw new Refused(415, failure(415, 'UnsupportedMediaType', `${ACCEPTED}${OBJECT_TYPES.join(', ')}`));
  }
  const unrecognised = (why: string): Refused =>
    badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${why}`);
  let value: unknown;
  try {
    value = type === 'application/yaml' ? parseYaml(body) : JSON.parse(body);
  } catch {
    throw unrecognised(
      `couldn't get version/kind; json parse error: unexpected end of JSON input (${body === '' ? '<empty>' : body})`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw unrecognised("couldn't get version/kind; json parse error: json: cannot unmarshal");
  }
  const object = { metadata: {}, ...value } as KubeJson;
  if (kind.custom && object.kind === undefined) throw unrecognised(`Object 'Kind' is missing in '${body}'`);
  if (object.apiVersion !== undefined && object.apiVersion !== apiVersionOf(kind)) {
    throw badRequest(
      kind.custom
        ? `the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersionOf(kind)})`
        : `${object.kind ?? ''} in version "${object.apiVersion}" cannot be handled as a ${kind.kind}: no kind matches`,
    );
  }
  const { namespace } = object.metadata;
  if (namespace !== undefined && namespace !== target.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return object;
}

function checkName(object: KubeJson, name: string): void {
  const given = object.metadata.name;
  if (given === undefined || given === name) return;
  throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}

/** A new object with what the server gives it. */
function born(call: Call, object: KubeJson): KubeJson {
  const { kind, namespace } = call.target;
  const { generateName, ...given } = object.metadata;
  const name = given.name ?? (generateName === undefined ? '' : `${generateName}${randomUUID().slice(0, 5)}`);
  return inOrder(kind, {
    ...pruned(kind, object),
    metadata: {
      ...given,
      ...(generateName === undefined ? {} : { generateName }),
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: randomUUID(),
      ...(kind.plural === 'configmaps' || kind.plural === 'namespaces' ? {} : { generation: 1 }),
      creationTimestamp: now(),
    },
  });
}

function checkNamespace(store: Store, call: Call, name: string): void {
  const { kind, namespace } = call.target;
  if (namespace === undefined) return;
  const namespaces = store.kind('namespaces');
  const found = store.get(namespaces, undefined, namespace);
  if (found === undefined) throw notFound(namespaces, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const causes = [
    {
      reason: 'NamespaceTerminating',
      message: `namespace ${namespace} is being terminated`,
      field: 'metadata.namespace',
    },
  ];
  const message = `${qualified(kind)} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`;
  const group = kind.group === '' ? {} : { group: kind.group };
  throw new Refused(403, failure(403, 'Forbidden', message, { name, ...group, kind: kind.plural, causes }));
}

export function createReply(store: Store, call: Call): Reply {
  const { kind, namespace, name, subresource } = call.target;
  if (subresource !== undefined || (name !== undefined && !kind.custom)) throw methodNotAllowed();
  if (kind.namespaced && namespace === undefined) throw methodNotAllowed();
  checkOptions(call, 'CreateOptions');
  const given = readObject(call);
  const headers = fieldWarnings(call, given);
  const object = born(call, name === undefined ? given : { ...given, metadata: { ...given.metadata, name } });
  const wanted = object.metadata.name ?? '';
  validate(kind, object);
  checkNamespace(store, call, wanted);
  const known = store.get(kind, namespace, wanted);
  if (known !== undefined) throw alreadyExists(kind, wanted, known.metadata.deletionTimestamp !== undefined);
  const owned = afterUpdate(kind, undefined, object, managerOf(call));
  return { status: 201, body: isDryRun(call) ? inOrder(kind, owned) : store.put(kind, owned), headers };
}

/** Keeps a changed object unless nothing has changed; counts generations by the spec, which for a CR is all but metadata. */
function keep(store: Store, call: Call, before: KubeJson, after: KubeJson, manager: string): KubeJson {
  const { kind } = call.target;
  const content = (object: KubeJson): object => without(object, 'metadata');
  const plain = (metadata: KubeJson['metadata']): object => without(metadata, 'managedFields');
  const sameContent = isDeepStrictEqual(content(inOrder(kind, after)), content(before));
  if (sameContent && isDeepStrictEqual(plain(after.metadata), plain(before.metadata)) && manager === '') return before;
  if (sameContent && isDeepStrictEqual(after.metadata, before.metadata)) return before;
  const { generation } = before.metadata;
  const next = {
    ...after,
    metadata: { ...after.metadata, ...(generation === undefined || sameContent ? {} : { generation: generation + 1 }) },
  };
  const owned = manager === '' ? next : afterUpdate(kind, before, next, manager);
  if (isDryRun(call)) return inOrder(kind, owned);
  const kept = store.put(kind, owned);
  // The last finalizer is gone: so is the object.
  if (kept.metadata.deletionTimestamp !== undefined && (kept.metadata.finalizers ?? []).length === 0) {
    store.remove(kind, kept);
  }
  return kept;
}

export function updateReply(store: Store, call: Call): Reply {
  const { kind, name } = call.target;
  if (name === undefined) {
    if (kind.custom) throw badRequest('name must be provided');
    throw methodNotAllowed();
  }
  checkOptions(call, 'UpdateOptions');
  const given = readObject(call);
  checkName(given, name);
  const headers = fieldWarnings(call, given);
  const before = existing(store, call.target);
  const { uid, resourceVersion } = given.metadata;
  if (uid !== undefined && uid !== before.metadata.uid) {
    const message = `Operation cannot be fulfilled on ${qualified(kind)} "${name}": StorageError: invalid object, Code: 4, Key: /registry/${kind.group}/${kind.plural}/${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid ?? ''}`;
    throw new Refused(409, failure(409, 'Conflict', message, { name, group: kind.group, kind: kind.plural }));
  }
  if (resourceVersion === undefined && kind.custom) {
    const message = 'Invalid value: 0: must be specified for an update';
    const causes = [{ reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' }];
    throw new Refused(
      422,
      failure(422, 'Invalid', `${qualified(kind)} "${name}" is invalid: metadata.resourceVersion: ${message}`, {
        name,
        group: kind.group,
        kind: kind.plural,
        causes,
      }),
    );
  }
  if (resourceVersion !== undefined && resourceVersion !== before.metadata.resourceVersion) throw modified(kind, name);
  const after = withServerMetadata(pruned(kind, given), before);
  validate(kind, after);
  return { status: 200, body: keep(store, call, before, after, managerOf(call)), headers };
}

/** What a client cannot change. */
function withServerMetadata(given: KubeJson, before: KubeJson): KubeJson {
  const { uid, creationTimestamp, generation, resourceVersion, managedFields, deletionTimestamp, namespace, name } =
    before.metadata;
  const fixed = {
    uid,
    creationTimestamp,
    generation,
    resourceVersion,
    managedFields,
    deletionTimestamp,
    namespace,
    name,
  };
  const kept = Object.fromEntries(Object.entries(fixed).filter(([, value]) => value !== undefined));
  return { ...given, metadata: { ...given.metadata, ...kept } };
}

const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  apply: 'application/apply-patch+yaml',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export function patchReply(store: Store, call: Call): Reply {
  const { kind, name } = call.target;
  const type = call.contentType.split(';')[0]?.trim() ?? '';
  if (name === undefined) throw methodNotAllowed();
  if (type === PATCH_TYPES.apply) return applyReply(store, call, name);
  if (type === PATCH_TYPES.strategic ? kind.custom : type !== PATCH_TYPES.json && type !== PATCH_TYPES.merge) {
    const types = [PATCH_TYPES.json, PATCH_TYPES.merge, PATCH_TYPES.apply].join(', ');
    throw kind.custom
      ? new Refused(415, failure(415, 'UnsupportedMediaType', `${ACCEPTED}${types}`))
      : new Refused(415, failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}));
  }
  checkOptions(call, 'PatchOptions');
  if (call.query.has('force')) {
    throw invalidOptions(
      'PatchOptions',
      'force',
      'FieldValueForbidden',
      'Forbidden: may not be specified for non-apply patch',
    );
  }
  const before = existing(store, call.target);
  const patch = parsePatch(call.body);
  if (type !== PATCH_TYPES.json && (typeof patch !== 'object' || patch === null || Array.isArray(patch))) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${typeof patch} into Go value of type map[string]interface {}`,
    );
  }
  const changed = type === PATCH_TYPES.json ? jsonPatched(before, patch) : mergePatched(before, patch);
  const patched = changed as KubeJson;
  checkName(patched, name);
  if (patched.metadata.resourceVersion !== before.metadata.resourceVersion) throw modified(kind, name);
  const headers = fieldWarnings(call, patched);
  const after = withServerMetadata(pruned(kind, withoutEmptyMaps(patched)), before);
  validate(kind, after);
  return { status: 200, body: keep(store, call, before, after, managerOf(call)), headers };
}

/** A map of labels that has become empty is not kept. */
function withoutEmptyMaps(object: KubeJson): KubeJson {
  const metadata = Object.fromEntries(
    Object.entries(object.metadata).filter(
      ([, value]) => !(typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length === 0),
    ),
  );
  return { ...object, metadata };
}

function parsePatch(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('error decoding patch: unexpected end of JSON input');
  }
}

function applyReply(store: Store, call: Call, name: string): Reply {
  const { kind, namespace } = call.target;
  const manager = call.query.get('fieldManager') ?? '';
  if (manager === '') {
    const message = 'Required value: is required for apply patch';
    throw invalidOptions('PatchOptions', 'fieldManager', 'FieldValueRequired', message);
  }
  checkOptions(call, 'PatchOptions');
  const patch = { metadata: {}, ...(parseYaml(call.body) as object) } as KubeJson;
  if (patch.kind === undefined || patch.apiVersion === undefined) throw badRequest('invalid object type: /, Kind=');
  checkName(patch, name);
  if (patch.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil');
  const [unknown] = unknownFields(kind, patch);
  if (unknown !== undefined) {
    const message = `failed to create typed patch object (${namespace ?? ''}/${name}; ${patch.apiVersion}, Kind=${kind.kind}): .${unknown}: field not declared in schema`;
    throw new Refused(500, failure(500, '', message));
  }
  const before = store.get(kind, namespace, name);
  const { resourceVersion } = patch.metadata;
  if (resourceVersion !== undefined && resourceVersion !== before?.metadata.resourceVersion) throw modified(kind, name);
  if (before === undefined) {
    checkNamespace(store, call, name);
    const object = born(call, { ...patch, metadata: { ...patch.metadata, name } });
    validate(kind, object);
    const owned = { ...object, metadata: { ...object.metadata, ...ownership(kind, patch, manager) } };
    return { status: 201, body: isDryRun(call) ? owned : store.put(kind, owned) };
  }
  const after = applied(kind, before, patch, manager, call.query.get('force') === 'true');
  validate(kind, after);
  const sameOwners = isDeepStrictEqual(
    (after.metadata.managedFields ?? []).map((each) => without(each, 'time')),
    (before.metadata.managedFields ?? []).map((each) => without(each, 'time')),
  );
  const { managedFields } = before.metadata;
  const kept =
    sameOwners && managedFields !== undefined ? { ...after, metadata: { ...after.metadata, managedFields } } : after;
  return { status: 200, body: keep(store, call, before, kept, '') };
}

const ownership = (kind: Kind, patch: KubeJson, manager: string): Pick<KubeJson['metadata'], 'managedFields'> => ({
  managedFields: applied(kind, undefined, patch, manager, false).metadata.managedFields ?? [],
});

export function deleteReply(store: Store, call: Call): Reply {
  const { kind, name } = call.target;
  if (name === undefined) {
    if (kind.plural === 'namespaces') throw methodNotAllowed();
    throw badRequest('the loopback server deletes no collections');
  }
  const options = deleteOptions(call);
  const object = existing(store, call.target);
  const { uid, resourceVersion, finalizers = [] } = object.metadata;
  checkPrecondition(kind, name, 'UID', options.preconditions?.uid, uid);
  checkPrecondition(kind, name, 'ResourceVersion', options.preconditions?.resourceVersion, resourceVersion);
  const dryRun = isDryRun(call) || options.dryRun?.includes('All') === true;
  if (kind.plural === 'namespaces' && name === 'default') {
    const message = `namespaces "${name}" is forbidden: this namespace may not be deleted`;
    throw new Refused(403, failure(403, 'Forbidden', message, { name, kind: kind.plural }));
  }
  const stays =
    finalizers.length > 0 || kind.plural === 'namespaces' || kind.plural === 'pods'
      ? terminating(kind, object)
      : undefined;
  if (stays !== undefined) {
    const status = options.orphanDependents === false ? 202 : 200;
    return { status, body: dryRun || stays === object ? inOrder(kind, stays) : store.put(kind, stays) };
  }
  if (!dryRun) store.remove(kind, object);
  const details = {
    name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
    ...(uid === undefined ? {} : { uid }),
  };
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

/** What is deleted but not gone yet; deleting it once more changes nothing. */
function terminating(kind: Kind, object: KubeJson): KubeJson {
  if (object.metadata.deletionTimestamp !== undefined) return object;
  const { generation } = object.metadata;
  const next = generation === undefined ? {} : { generation: generation + 1 };
  if (kind.plural === 'namespaces') {
    const metadata = { ...object.metadata, deletionTimestamp: now() };
    return { ...object, metadata, status: { phase: 'Terminating' } };
  }
  const metadata = { ...object.metadata, ...next, deletionTimestamp: now(), deletionGracePeriodSeconds: 0 };
  return { ...object, metadata };
}

interface DeleteOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
  readonly orphanDependents?: boolean;
}

function deleteOptions(call: Call): DeleteOptions {
  if (call.body === '') return {};
  try {
    return JSON.parse(call.body) as DeleteOptions;
  } catch {
    throw badRequest("couldn't get version/kind; json parse error: unexpected end of JSON input");
  }
}

function checkPrecondition(
  kind: Kind,
  name: string,
  what: string,
  wanted: string | undefined,
  is: string | undefined,
): void {
  if (wanted === undefined || wanted === is) return;
  const end =
    what === 'UID'
      ? '. The object might have been deleted and then recreated'
      : '. The object might have been modified';
  const message = `Operation cannot be fulfilled on ${qualifiedKind(kind)} "${name}": the ${what} in the precondition (${wanted}) does not match the ${what} in record (${is ?? ''})${end}`;
  const group = kind.group === '' ? {} : { group: kind.group };
  throw new Refused(409, failure(409, 'Conflict', message, { name, ...group, kind: kind.kind }));
}
