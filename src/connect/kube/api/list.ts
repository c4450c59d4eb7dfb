/**
 * Lists in pages. In: a resource and a selection. Out: every object, decoded page by page so that only what we read of it is
 * kept, or undefined where the cluster has no such kind. A list that expires while we read it (410) is begun anew once; if it
 * expires again the rest is read as it is by then, and the answer says so.
 */
import { UnavailableError } from '../../../base/errors.js';
import { Fields } from '../../../kube/model/fields.js';
import type { Resource } from '../../../kube/model/resource.js';
import type { Refusal } from './api-error.js';
import type { KubeClient } from './client.js';
import { askedOf, resourcePath } from './resource-path.js';

/** Which objects; without members, all of them. The selectors are in the API's own notation. */
export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** Where a watch can go on. */
  readonly resourceVersion: string;
  /** The version of the resource the objects are of. */
  readonly version: string;
  /** Why some objects may be missing or twice; undefined for a consistent list. */
  readonly inconsistent: string | undefined;
}

const PAGE = 500;

/** All objects, or undefined when the cluster does not know the resource; `position` counts from 0 over all pages. */
export async function listAll<T>(
  client: KubeClient,
  resource: Resource,
  selection: Selection,
  decode: (object: unknown, position: number) => T,
  signal: AbortSignal,
  pageSize = PAGE,
): Promise<Listed<T> | undefined> {
  for (const version of resource.versions) {
    const listed = await listVersion(client, resource, version, selection, decode, signal, pageSize);
    if (listed !== undefined) return listed;
  }
  return undefined;
}

async function listVersion<T>(
  client: KubeClient,
  resource: Resource,
  version: string,
  selection: Selection,
  decode: (object: unknown, position: number) => T,
  signal: AbortSignal,
  pageSize: number,
): Promise<Listed<T> | undefined> {
  const { namespace } = selection;
  const asked = askedOf('list', resource, namespace === undefined ? {} : { namespace });
  const path = resourcePath(resource, version, namespace === undefined ? {} : { namespace });
  let items: T[] = [];
  let token = '';
  let restarted = false;
  let inconsistent: string | undefined;
  for (;;) {
    const query = queryOf(selection, { limit: String(pageSize), ...(token === '' ? {} : { continue: token }) });
    const answer = await client.attempt({ asked, method: 'GET', path, query }, signal);
    if ('json' in answer) {
      const page = readPage(answer.json, client.connection.access.server.host);
      for (const object of page.items) items.push(decode(object, items.length));
      if (page.token === '') return { items, resourceVersion: page.resourceVersion, version, inconsistent };
      token = page.token;
      continue;
    }
    const { refusal } = answer;
    if (isUnknownResource(refusal)) return undefined;
    if (refusal.status !== 410 || token === '') throw client.error(asked, refusal);
    if (!restarted) {
      restarted = true;
      items = [];
      token = '';
      client.events.note(`the list of ${resource.plural} expired while it was read; it is read anew`);
      continue;
    }
    inconsistent = `the list changed faster than it could be read: ${resource.plural} may be missing or be there twice`;
    const rest = refusal.told?.continueToken ?? '';
    if (rest === '' || rest === token) {
      return { items, resourceVersion: '', version, inconsistent: `only the first ${String(items.length)} were read` };
    }
    token = rest;
  }
}

/** A path that no resource is behind: plain text for groups of CRDs, a Status about no object for built-in groups. */
export function isUnknownResource({ status, told }: Refusal): boolean {
  return status === 404 && (told?.name ?? '') === '';
}

export function queryOf(
  { labelSelector, fieldSelector }: Selection,
  more: Readonly<Record<string, string>>,
): URLSearchParams {
  return new URLSearchParams({
    ...(labelSelector === undefined || labelSelector === '' ? {} : { labelSelector }),
    ...(fieldSelector === undefined || fieldSelector === '' ? {} : { fieldSelector }),
    ...more,
  });
}

interface Page {
  readonly items: readonly unknown[];
  readonly token: string;
  readonly resourceVersion: string;
}

function readPage(json: unknown, server: string): Page {
  const list = Fields.of(json);
  const metadata = list.inside('metadata');
  const items = list.value('items');
  const page: Page = {
    // Go writes an empty list as null in some places.
    items: Array.isArray(items) ? (items as unknown[]) : [],
    token: metadata.text('continue') ?? '',
    resourceVersion: metadata.text('resourceVersion') ?? '',
  };
  const isList = (list.text('kind') ?? '').endsWith('List') && (items === undefined || Array.isArray(items));
  if (isList && list.misfit === undefined) return page;
  throw new UnavailableError('kube.not-an-api', `API server ${server}: a list was asked for, something else came`);
}
