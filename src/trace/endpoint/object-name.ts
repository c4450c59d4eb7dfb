import { InputError, NotFoundError, UsageError } from '../../base/errors.js';
import { nearestName } from '../../lflow/nearest-name.js';
import type { KubeObject } from '../../kube/model/object-meta.js';
import { kubeList, kubeObject } from '../../world/kube-look-up.js';
import { unlessUnreadable } from '../../world/unreadable.js';
import type { Listing, World } from '../../world/world.js';

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** Names of Kubernetes objects: DNS subdomains (RFC 1123), of which a namespace is a single label. */
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** `NAMESPACE/NAME`, or `NAME` in the given namespace; anything else is a UsageError `endpoint.name`. */
export function parseObjectName(text: string, namespace?: string): ObjectName {
  const parts = text.split('/');
  const [first = '', second] = parts;
  const name = second === undefined ? { namespace: namespace ?? '', name: first } : { namespace: first, name: second };
  if (parts.length > 2 || !NAME.test(name.name) || (second !== undefined && !NAME.test(name.namespace))) {
    throw new UsageError('endpoint.name', `"${text}" is not NAMESPACE/NAME`);
  }
  if (name.namespace === '') {
    throw new UsageError('endpoint.name', `"${text}" does not say in which namespace`, {
      hints: [`Write NAMESPACE/${text}, or give -n NAMESPACE.`],
    });
  }
  return name;
}

const MAX_LISTED = 12;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).join(', ');
  return names.length > MAX_LISTED ? `${shown} and ${names.length - MAX_LISTED} more` : shown;
}

/** An object that the source may well have, but that could not be read, is not "not found". */
function unreadObject(
  world: World,
  plural: string,
  wanted: ObjectName,
  { items, gaps }: Listing<KubeObject>,
): InputError | undefined {
  const shown = `${plural} ${wanted.namespace}/${wanted.name}`;
  const isRead = items.some(({ metadata }) => metadata.namespace === wanted.namespace);
  const gap = gaps.find(({ code, subject }) => {
    if (code === 'kube.object') return subject === shown;
    // A list of some namespaces is whole for those.
    return code !== 'kube.partial' || !isRead;
  });
  if (gap === undefined) return undefined;
  const what = gap.code === 'kube.absent' ? plural : shown;
  return new InputError('snapshot.unread-object', `${world.source.path}: ${what} can't be read: ${gap.reason}`);
}

const OTHER = {
  Pod: 'For a pod use "trace pod-to-pod".',
  Service: 'For a service use "trace pod-to-service".',
} as const;

/** Who was asked for as a pod may be a service, and the other way round. */
async function otherKind(
  world: World,
  kind: 'Pod' | 'Service',
  { namespace, name }: ObjectName,
): Promise<'Pod' | 'Service' | undefined> {
  const other = kind === 'Pod' ? 'Service' : 'Pod';
  const plural = other === 'Pod' ? 'pods' : 'services';
  const found = await unlessUnreadable(() => kubeObject(world, plural, namespace, name));
  return found === undefined ? undefined : other;
}

/** The error for an object that is not there, with the names that are. */
export async function objectNotFound(
  world: World,
  kind: 'Pod' | 'Service',
  wanted: ObjectName,
): Promise<NotFoundError | InputError> {
  const plural = kind === 'Pod' ? 'pods' : 'services';
  const listing: Listing<KubeObject> = await world.kube.list(plural);
  const all = listing.items;
  const unread = unreadObject(world, plural, wanted, listing);
  if (unread !== undefined) return unread;
  const code = `endpoint.no-${kind.toLowerCase()}`;
  const text = `there is no ${kind} ${wanted.namespace}/${wanted.name}`;
  const names = all
    .filter(({ metadata }) => metadata.namespace === wanted.namespace)
    .map(({ metadata }) => metadata.name)
    .sort();
  const nearest = nearestName(wanted.name, names);
  const other = await otherKind(world, kind, wanted);
  if (other !== undefined) return new NotFoundError(code, `${text}, but a ${other}`, { hints: [OTHER[other]] });
  if (names.length > 0) {
    const meant = nearest === undefined ? [] : [`Did you mean ${wanted.namespace}/${nearest}?`];
    return new NotFoundError(code, text, { hints: [...meant, `In namespace ${wanted.namespace}: ${listed(names)}.`] });
  }
  // The lists that the snapshot has may not include namespaces; then the objects' own namespaces tell.
  const declaring = await unlessUnreadable(() => kubeList(world, 'namespaces'));
  if (declaring === undefined) return new NotFoundError(code, text);
  const declared = declaring.map(({ metadata }) => metadata.name);
  const namespaces = [...new Set([...declared, ...all.map(({ metadata }) => metadata.namespace)])].sort();
  if (namespaces.includes(wanted.namespace)) {
    return new NotFoundError(code, `${text}: namespace ${wanted.namespace} has no ${kind} at all`);
  }
  const near = nearestName(wanted.namespace, namespaces);
  const hint = near === undefined ? `Namespaces: ${listed(namespaces)}.` : `Did you mean ${near}/${wanted.name}?`;
  return new NotFoundError(code, `${text}: there is no namespace ${wanted.namespace}`, { hints: [hint] });
}
