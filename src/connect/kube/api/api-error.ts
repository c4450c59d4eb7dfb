/**
 * What an answer of 400 and above means to the user. In: what was asked, the status and, where the server sent one, its
 * Status. Out: an OvnctlError of the right class, told by status, reason and causes; the server's message is shown and never
 * looked into. Which failures are worth another try is decided in client.ts, before it comes to this.
 */
import type { OvnctlError } from '../../../base/errors.js';
import {
  AccessError,
  BugError,
  ConflictError,
  InputError,
  NotFoundError,
  UnavailableError,
} from '../../../base/errors.js';
import { allowingHints } from '../../../kube/rbac/rule.js';
import type { ClusterAccess } from '../kubeconfig/cluster-access.js';
import type { Status } from './status.js';

/** One request in RBAC's words, for messages and hints. */
export interface Asked {
  readonly verb: string;
  readonly group: string;
  /** With its subresource, like `pods/exec`. */
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

export interface Refusal {
  readonly status: number;
  /** The server's Status; undefined when it answered something else. */
  readonly told: Status | undefined;
  /** The body where it is plain text. */
  readonly text: string;
}

/** `list pods in namespace shop`, `get egressips.k8s.ovn.org eip-shop`. */
export function describeAsked({ verb, group, resource, namespace, name }: Asked): string {
  const what = group === '' ? resource : `${resource}.${group}`;
  const object = name === undefined ? what : `${what} ${name}`;
  return `${verb} ${object}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}

/** The error for a request that the server refused or could not serve. */
export function apiError(access: ClusterAccess, asked: Asked, refusal: Refusal): OvnctlError {
  const { status, told } = refusal;
  const what = describeAsked(asked);
  const said = saying(refusal);
  const server = `API server ${access.server.host}`;
  switch (status) {
    case 401:
      return new AccessError('kube.unauthorized', `${server} does not know who we are: can't ${what}`, {
        hints: [
          `check the credentials of ${access.name}: a token or certificate may have expired, or be for another cluster`,
        ],
      });
    case 403:
      return forbidden(access, asked, refusal);
    case 404:
      if (told !== undefined && told.name !== '') {
        return new NotFoundError('kube.not-found', `there is no ${objectOf(asked, told.name)}`);
      }
      return new NotFoundError('kube.no-such-kind', `${server} has no ${resourceOf(asked)}: can't ${what}`, {
        hints: ['is OVN-Kubernetes installed there, with its custom resource definitions?'],
      });
    case 409:
      return conflict(what, refusal);
    case 410:
      return new UnavailableError('kube.expired', `${server} no longer has the state that was asked for: ${what}`);
    case 413:
      return new InputError('kube.too-large', `${server} does not take objects of that size: can't ${what}${said}`);
    case 400:
    case 422:
      return new InputError('kube.invalid', `${server} refuses to ${what}${said}`, { hints: causesOf(told) });
    case 406:
    case 415:
      return new BugError(`the API server does not speak the media type we used to ${what}${said}`);
    case 429:
      return new UnavailableError('kube.busy', `${server} has too much to do: can't ${what}${said}`, {
        hints: ['try again later'],
      });
    default:
      return unexpected(server, what, refusal, said);
  }
}

function unexpected(server: string, what: string, { status }: Refusal, said: string): OvnctlError {
  if (status >= 300 && status < 400) {
    return new UnavailableError('kube.not-an-api', `${server} sends us elsewhere: can't ${what}`, {
      hints: ['is the server in the kubeconfig an API server, or the login page before it?'],
    });
  }
  return new UnavailableError('kube.server-error', `${server} failed to ${what} (status ${String(status)})${said}`);
}

const resourceOf = ({ group, resource }: Asked): string => (group === '' ? resource : `${resource}.${group}`);

const objectOf = (asked: Asked, name: string): string =>
  `${resourceOf(asked)} ${asked.namespace === undefined ? '' : `${asked.namespace}/`}${name}`;

/** The server's own words behind a colon; kubelet and proxies answer in plain text. */
function saying({ told, text }: Refusal): string {
  const words = (told?.message ?? text).trim();
  return words === '' ? '' : `: ${words.slice(0, 500)}`;
}

const causesOf = (told: Status | undefined): readonly string[] =>
  (told?.causes ?? []).map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));

/** RBAC's refusals have no causes; admission's do (a namespace that is being deleted, for one), and no rule helps there. */
function forbidden(access: ClusterAccess, asked: Asked, refusal: Refusal): OvnctlError {
  const causes = causesOf(refusal.told);
  const message = `not allowed to ${describeAsked(asked)}${scopeOf(asked)}`;
  if (causes.length > 0) return new AccessError('kube.refused', `${message}${saying(refusal)}`, { hints: causes });
  const { impersonation } = access;
  return new AccessError('kube.forbidden', `${message}${saying(refusal)}`, {
    hints: [
      ...allowingHints(asked),
      ...(impersonation === undefined
        ? []
        : [`the request was made as ${impersonation.user}: that has to be allowed too (verb impersonate)`]),
    ],
  });
}

const scopeOf = ({ namespace, name }: Asked): string =>
  namespace === undefined && name === undefined ? ' at the cluster scope' : '';

/** 409 is one of: somebody changed the object meanwhile, somebody else owns a field, the object exists already. */
function conflict(what: string, refusal: Refusal): ConflictError {
  const { told } = refusal;
  const said = saying(refusal);
  if (told?.reason === 'AlreadyExists') {
    return new ConflictError('kube.exists', `can't ${what}: the object exists already${said}`);
  }
  const owners = (told?.causes ?? []).filter(({ reason }) => reason === 'FieldManagerConflict');
  if (owners.length > 0) {
    return new ConflictError('kube.field-conflict', `can't ${what}: somebody else manages these fields${said}`, {
      hints: owners.map(({ field, message }) => `${field}: ${message}`),
    });
  }
  return new ConflictError('kube.conflict', `can't ${what}: the object was changed meanwhile${said}`, {
    hints: ['run the command again: it starts from what the object is now'],
  });
}
