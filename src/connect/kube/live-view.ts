/**
 * The Kubernetes objects of a live cluster. In: a client. Out: a KubeView that asks the API server for what is asked of it,
 * once, and keeps only the slices we read. A kind that the cluster does not have is empty, with a note; an object of another
 * shape and a list that changed while it was read are gaps; a refusal is a gap and an AccessError with the rule that would
 * allow it: whoever can go on without the objects does.
 */
import { AccessError } from '../../base/errors.js';
import { decodeObject } from '../../kube/model/kinds.js';
import type { DecodeError, KubeKinds, Plural } from '../../kube/model/kinds.js';
import { RESOURCES } from '../../kube/model/resource.js';
import { fieldSelectorText, labelSelectorText } from '../../kube/model/selector-text.js';
import type { Result } from '../../base/result.js';
import type { Coverage, Gap } from '../../world/coverage.js';
import type { KubeView, Listing, ObjectSelection } from '../../world/world.js';
import type { KubeClient } from './api/client.js';
import { isUnknownResource, listAll } from './api/list.js';
import type { Selection } from './api/list.js';
import { askedOf, resourcePath } from './api/resource-path.js';

/** A view of the cluster as it is when first asked; `signal` ends whatever is under way. */
export function liveKubeView(client: KubeClient, coverage: Coverage, signal: AbortSignal): KubeView {
  const lists = new Map<string, Promise<Listing<KubeKinds[Plural]>>>();
  const objects = new Map<string, Promise<KubeKinds[Plural] | undefined>>();
  const whole = new Map<Plural, Listing<KubeKinds[Plural]>>();

  const misfit = ({ object, reason }: DecodeError): Gap =>
    coverage.add({ code: 'kube.object', subject: object, reason });

  const refused = (plural: Plural, error: unknown): never => {
    if (error instanceof AccessError) coverage.add({ code: error.code, subject: plural, reason: error.message });
    throw error;
  };

  async function read<P extends Plural>(plural: P, selection: Selection): Promise<Listing<KubeKinds[P]>> {
    const resource = RESOURCES[plural];
    const items: KubeKinds[P][] = [];
    const gaps: Gap[] = [];
    const listed = await listAll<Result<KubeKinds[P], DecodeError>>(
      client,
      resource,
      selection,
      (object, position) => decodeObject(plural, object, position),
      signal,
    ).catch((error: unknown) => refused(plural, error));
    if (listed === undefined) {
      client.events.note(`the cluster has no ${resource.plural}.${resource.group}`);
      return { items, gaps };
    }
    for (const decoded of listed.items) {
      if (decoded.ok) items.push(decoded.value);
      else gaps.push(misfit(decoded.error));
    }
    if (listed.inconsistent !== undefined) {
      gaps.push(coverage.add({ code: 'kube.inconsistent', subject: plural, reason: listed.inconsistent }));
    }
    return { items, gaps };
  }

  async function readOne<P extends Plural>(
    plural: P,
    namespace: string,
    name: string,
  ): Promise<KubeKinds[P] | undefined> {
    const resource = RESOURCES[plural];
    const at = { ...(resource.namespaced ? { namespace } : {}), name };
    const asked = askedOf('get', resource, at);
    for (const version of resource.versions) {
      const answer = await client.attempt({ asked, method: 'GET', path: resourcePath(resource, version, at) }, signal);
      if ('json' in answer) {
        const decoded = decodeObject(plural, answer.json, 0);
        if (decoded.ok) return decoded.value;
        misfit(decoded.error);
        return undefined;
      }
      const { refusal } = answer;
      if (isUnknownResource(refusal)) continue;
      if (refusal.status === 404) return undefined;
      refused(plural, client.error(asked, refusal));
    }
    client.events.note(`the cluster has no ${resource.plural}.${resource.group}`);
    return undefined;
  }

  return {
    available: true,
    async list<P extends Plural>(plural: P, selection?: ObjectSelection): Promise<Listing<KubeKinds[P]>> {
      const wanted = selectionText(selection ?? {});
      if (wanted === undefined) return { items: [], gaps: [] };
      const listing = await once(lists, `${plural} ${JSON.stringify(wanted)}`, () => read(plural, wanted));
      if (Object.keys(wanted).length === 0) whole.set(plural, listing);
      // Kept under its own plural, so it holds objects of that kind.
      return listing as Listing<KubeKinds[P]>;
    },
    async get<P extends Plural>(plural: P, namespace: string, name: string): Promise<KubeKinds[P] | undefined> {
      // A whole list that was read without gaps knows every name.
      const known = whole.get(plural);
      const object =
        known?.gaps.length === 0
          ? known.items.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace)
          : await once(objects, `${plural} ${namespace}/${name}`, () => readOne(plural, namespace, name));
      return object as KubeKinds[P] | undefined;
    },
  };
}

/** Keeps what was read; a failure is not kept, so that it can be tried again. */
function once<T>(kept: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = read();
  kept.set(key, made);
  made.catch(() => kept.delete(key));
  return made;
}

/** In the API's notation; undefined when nothing can be selected. */
function selectionText({ namespace, labelSelector, fieldSelector }: ObjectSelection): Selection | undefined {
  const labels = labelSelector && labelSelectorText(labelSelector);
  if (labelSelector !== undefined && labels === undefined) return undefined;
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined || labels === '' ? {} : { labelSelector: labels }),
    ...(fieldSelector === undefined ? {} : { fieldSelector: fieldSelectorText(fieldSelector) }),
  };
}
