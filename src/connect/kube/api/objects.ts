/**
 * Single objects: read, create, change, delete. Every change names its field manager and can be a dry run; a change that
 * meets another one is a ConflictError and nothing has happened. Objects are JSON as they are; what they mean is the caller's.
 */
import { ConflictError } from '../../../base/errors.js';
import type { Resource } from '../../../kube/model/resource.js';
import { describeAsked } from './api-error.js';
import type { Asked, Refusal } from './api-error.js';
import type { ApiRequest, KubeClient } from './client.js';
import { askedOf, resourcePath } from './resource-path.js';

/** One object; without a namespace when it is of cluster scope. */
export interface ObjectRef {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name: string;
}

export interface ChangeOptions {
  /** Who owns the fields that are set, as `managedFields` will say. */
  readonly fieldManager: string;
  /** The server does everything but keep it: defaults, validation, conflicts. */
  readonly dryRun?: boolean;
}

/** One operation of a JSON patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'test';
  /** JSON pointer, RFC 6901. */
  readonly path: string;
  readonly value?: unknown;
}

/** The object as it is now; undefined when there is none, NotFoundError `kube.no-such-kind` when there cannot be any. */
export async function getObject(client: KubeClient, ref: ObjectRef, signal: AbortSignal): Promise<unknown> {
  const asked = askedOfRef('get', ref);
  const answer = await client.attempt({ asked, method: 'GET', path: pathOf(ref) }, signal);
  if ('json' in answer) return answer.json;
  const { status, told } = answer.refusal;
  if (status === 404 && told !== undefined && told.name !== '') return undefined;
  throw client.error(asked, answer.refusal);
}

/** Changes what `patch` names; null deletes a member (RFC 7386). A `metadata.resourceVersion` in it guards against others. */
export function mergePatch(
  client: KubeClient,
  ref: ObjectRef,
  patch: unknown,
  options: ChangeOptions,
  signal: AbortSignal,
): Promise<unknown> {
  return client.json(patchRequest(ref, 'application/merge-patch+json', patch, options), signal);
}

/**
 * Applies the operations together or not at all. The server does not say why it could not (a `test` that fails, a path that
 * is not there, an operation it does not know are one and the same answer), so that is ConflictError `kube.patch-refused`.
 */
export async function jsonPatch(
  client: KubeClient,
  ref: ObjectRef,
  operations: readonly PatchOperation[],
  options: ChangeOptions,
  signal: AbortSignal,
): Promise<unknown> {
  const request = patchRequest(ref, 'application/json-patch+json', operations, options);
  const answer = await client.attempt(request, signal);
  if ('json' in answer) return answer.json;
  if (isPatchRefusal(answer.refusal)) {
    throw new ConflictError(
      'kube.patch-refused',
      `can't ${describeAsked(request.asked)}: the object is not as the change expects it`,
      { hints: ['it was changed meanwhile; run the command again: it starts from what the object is now'] },
    );
  }
  throw client.error(request.asked, answer.refusal);
}

/** An invalid object has causes, and details that name it; operations that do not apply have neither. */
const isPatchRefusal = ({ status, told }: Refusal): boolean =>
  status === 422 && told !== undefined && told.name === '' && told.causes.length === 0;

/** Declares the fields in `object` as ours; `force` takes them from whoever manages them. Creates what is not there. */
export function applyObject(
  client: KubeClient,
  ref: ObjectRef,
  object: unknown,
  options: ChangeOptions & { readonly force?: boolean },
  signal: AbortSignal,
): Promise<unknown> {
  // JSON is YAML.
  const request = patchRequest(ref, 'application/apply-patch+yaml', object, options);
  if (options.force === true) request.query?.set('force', 'true');
  return client.json(request, signal);
}

/** Makes the object; ConflictError `kube.exists` when there is one already. */
export function createObject(
  client: KubeClient,
  ref: ObjectRef,
  object: unknown,
  options: ChangeOptions,
  signal: AbortSignal,
): Promise<unknown> {
  const { resource, namespace } = ref;
  const place = namespace === undefined ? {} : { namespace };
  const request: ApiRequest = {
    asked: askedOf('create', resource, place),
    method: 'POST',
    path: resourcePath(resource, resource.versions[0], place),
    query: changeQuery(options),
    content: { type: 'application/json', text: JSON.stringify(object) },
  };
  return client.json(request, signal);
}

/** Deletes exactly the object that was read: another of the same name, or a changed one, is a ConflictError. */
export function deleteObject(
  client: KubeClient,
  ref: ObjectRef,
  seen: { readonly uid: string; readonly resourceVersion?: string },
  options: Pick<ChangeOptions, 'dryRun'>,
  signal: AbortSignal,
): Promise<unknown> {
  const body = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    preconditions: seen,
    ...(options.dryRun === true ? { dryRun: ['All'] } : {}),
  };
  const request: ApiRequest = {
    asked: askedOfRef('delete', ref),
    method: 'DELETE',
    path: pathOf(ref),
    content: { type: 'application/json', text: JSON.stringify(body) },
  };
  return client.json(request, signal);
}

const pathOf = ({ resource, namespace, name }: ObjectRef): string =>
  resourcePath(resource, resource.versions[0], { ...(namespace === undefined ? {} : { namespace }), name });

const askedOfRef = (verb: string, { resource, namespace, name }: ObjectRef): Asked =>
  askedOf(verb, resource, { ...(namespace === undefined ? {} : { namespace }), name });

/** Strict: a field that the server does not know is a mistake of ours, not something to drop with a warning. */
function changeQuery({ fieldManager, dryRun }: ChangeOptions): URLSearchParams {
  return new URLSearchParams({
    fieldManager,
    fieldValidation: 'Strict',
    ...(dryRun === true ? { dryRun: 'All' } : {}),
  });
}

function patchRequest(ref: ObjectRef, type: string, body: unknown, options: ChangeOptions): ApiRequest {
  return {
    asked: askedOfRef('patch', ref),
    method: 'PATCH',
    path: pathOf(ref),
    query: changeQuery(options),
    content: { type, text: JSON.stringify(body) },
  };
}
