/** Shapes of the loopback API server: what an object has, what kinds there are, and how a request is refused. */

export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: Readonly<Record<string, unknown>>;
}

export interface Metadata {
  name?: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  managedFields?: ManagedFields[];
}

/** An object as it is stored. */
export interface KubeJson {
  apiVersion?: string;
  kind?: string;
  metadata: Metadata;
  spec?: unknown;
  status?: unknown;
  [member: string]: unknown;
}

export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Defined by a CRD: keys in alphabetical order, items with kind, other texts of errors. */
  readonly custom: boolean;
  readonly shortNames?: readonly string[];
}

const builtIn = (group: string, plural: string, kind: string, namespaced: boolean): Kind => ({
  group,
  version: 'v1',
  plural,
  kind,
  namespaced,
  custom: false,
});
const custom = (group: string, version: string, plural: string, kind: string, namespaced: boolean): Kind => ({
  group,
  version,
  plural,
  kind,
  namespaced,
  custom: true,
});

/** Served whether or not there are objects. */
export const BUILT_IN: readonly Kind[] = [
  builtIn('', 'pods', 'Pod', true),
  builtIn('', 'services', 'Service', true),
  builtIn('', 'nodes', 'Node', false),
  builtIn('', 'namespaces', 'Namespace', false),
  builtIn('', 'configmaps', 'ConfigMap', true),
  builtIn('', 'secrets', 'Secret', true),
  builtIn('', 'events', 'Event', true),
  builtIn('', 'endpoints', 'Endpoints', true),
  builtIn('', 'serviceaccounts', 'ServiceAccount', true),
  builtIn('apps', 'daemonsets', 'DaemonSet', true),
  builtIn('apps', 'deployments', 'Deployment', true),
  builtIn('certificates.k8s.io', 'certificatesigningrequests', 'CertificateSigningRequest', false),
  builtIn('discovery.k8s.io', 'endpointslices', 'EndpointSlice', true),
  builtIn('networking.k8s.io', 'networkpolicies', 'NetworkPolicy', true),
];

const OVN = 'k8s.ovn.org';
const ADMIN = 'policy.networking.k8s.io';

/** What OVN-Kubernetes brings along, of what we read. */
export const OVN_KINDS: readonly Kind[] = [
  custom(OVN, 'v1', 'egressips', 'EgressIP', false),
  custom(OVN, 'v1', 'egressfirewalls', 'EgressFirewall', true),
  custom(OVN, 'v1', 'egressqoses', 'EgressQoS', true),
  custom(OVN, 'v1', 'egressservices', 'EgressService', true),
  custom(OVN, 'v1', 'adminpolicybasedexternalroutes', 'AdminPolicyBasedExternalRoute', false),
  custom(OVN, 'v1', 'userdefinednetworks', 'UserDefinedNetwork', true),
  custom(OVN, 'v1', 'clusteruserdefinednetworks', 'ClusterUserDefinedNetwork', false),
  custom(ADMIN, 'v1alpha1', 'adminnetworkpolicies', 'AdminNetworkPolicy', false),
  custom(ADMIN, 'v1alpha1', 'baselineadminnetworkpolicies', 'BaselineAdminNetworkPolicy', false),
  custom('k8s.cni.cncf.io', 'v1', 'network-attachment-definitions', 'NetworkAttachmentDefinition', true),
];

/** The object without some members. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}

export const apiVersionOf = ({ group, version }: Kind): string => (group === '' ? version : `${group}/${version}`);

/** `egressips.k8s.ovn.org`, the way texts of errors name a resource. */
export const qualified = ({ group, plural }: Kind): string => (group === '' ? plural : `${plural}.${group}`);

/** `EgressIP.k8s.ovn.org`, the way texts of invalid objects name a kind. */
export const qualifiedKind = ({ group, kind }: Kind): string => (group === '' ? kind : `${kind}.${group}`);

/** What the server answers instead of doing what it was asked: a Status, or plain text. */
export class Refused extends Error {
  readonly status: number;
  readonly body: object | string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: object | string, headers: Readonly<Record<string, string>> = {}) {
    super(`status ${String(status)}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly Cause[];
  readonly uid?: string;
}

/** A Status with the members in the server's own order. */
export function failure(
  code: number,
  reason: string,
  message: string,
  details?: Details,
  metadata: object = {},
): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata,
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

export const badRequest = (message: string): Refused => new Refused(400, failure(400, 'BadRequest', message));

export const unknownPath = (): Refused =>
  new Refused(404, '404 page not found\n', { 'x-content-type-options': 'nosniff' });

export const unknownResource = (): Refused =>
  new Refused(404, failure(404, 'NotFound', 'the server could not find the requested resource', {}));

export const methodNotAllowed = (): Refused =>
  new Refused(
    405,
    failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {}),
  );

const about = (kind: Kind, name: string): Details => ({
  name,
  ...(kind.group === '' ? {} : { group: kind.group }),
  kind: kind.plural,
});

export const notFound = (kind: Kind, name: string): Refused =>
  new Refused(404, failure(404, 'NotFound', `${qualified(kind)} "${name}" not found`, about(kind, name)));

export const alreadyExists = (kind: Kind, name: string, deleting: boolean): Refused =>
  new Refused(
    409,
    failure(
      409,
      'AlreadyExists',
      `${deleting ? 'object is being deleted: ' : ''}${qualified(kind)} "${name}" already exists`,
      about(kind, name),
    ),
  );

export const modified = (kind: Kind, name: string): Refused =>
  new Refused(
    409,
    failure(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualified(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      about(kind, name),
    ),
  );

export function invalid(kind: Kind, name: string, causes: readonly Cause[]): Refused {
  const texts = causes.map(({ field, message }) => `${field ?? ''}: ${message}`);
  const said = texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`;
  return new Refused(
    422,
    failure(422, 'Invalid', `${qualifiedKind(kind)} "${name}" is invalid: ${said}`, {
      ...(name === '' ? {} : { name }),
      ...(kind.group === '' ? {} : { group: kind.group }),
      kind: kind.kind,
      causes,
    }),
  );
}

/** Options of a request that do not go together. */
export function invalidOptions(options: string, field: string, reason: string, message: string): Refused {
  return new Refused(
    422,
    failure(422, 'Invalid', `${options}.meta.k8s.io "" is invalid: ${field}: ${message}`, {
      group: 'meta.k8s.io',
      kind: options,
      causes: [{ reason, message, field }],
    }),
  );
}
