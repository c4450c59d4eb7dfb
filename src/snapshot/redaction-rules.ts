/**
 * What never leaves a cluster in a snapshot, as data; `redact.ts` applies it. Names, labels, addresses and policies stay,
 * because they are what a network is diagnosed by.
 */

/** Objects of these kinds are left out altogether, wherever they turn up. */
export const FORBIDDEN_KINDS: ReadonlySet<string> = new Set([
  'Secret',
  'ServiceAccount',
  'TokenRequest',
  'TokenReview',
]);

/** What stands in the place of a value that was taken out. */
export const REDACTED = '(redacted)';

/** Members of `metadata` that only the API server needs. */
export const DROPPED_METADATA: readonly string[] = ['managedFields'];

/** Annotations that repeat the object or hold credentials: their value is taken out. OVN-Kubernetes' own never match. */
export const SECRET_ANNOTATIONS: readonly RegExp[] = [
  /^kubectl\.kubernetes\.io\/last-applied-configuration$/,
  /(?:^|[./_-])(?:token|secret|password|passwd|credential|private-?key|api-?key)s?(?:$|[./_-])/i,
];
/** Annotations that are kept whatever their name. */
export const KEPT_ANNOTATIONS = /^(?:k8s\.ovn\.org|k8s\.v1\.cni\.cncf\.io|network\.openshift\.io)\//;

/** Members that hold containers, in a pod's spec. */
export const CONTAINER_LISTS: readonly string[] = ['containers', 'initContainers', 'ephemeralContainers'];

/** Keys of a ConfigMap, options of a database and variables whose value is a secret. */
export const SECRET_NAMES = /(?:^|[._-])(?:psk|token|secret|password|passwd|passphrase|private-?key|api-?key)$/i;

/** Secrets inside a text, however it got there: `value` keeps what is around. */
export const SECRET_TEXTS: readonly { readonly name: string; readonly pattern: RegExp; readonly value: string }[] = [
  {
    name: 'private-key',
    pattern: /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g,
    value: REDACTED,
  },
  // A JSON web token, as service accounts have them.
  { name: 'token', pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, value: REDACTED },
  { name: 'token', pattern: /\b(Bearer\s+)[\w.~+/=-]{8,}/gi, value: `$1${REDACTED}` },
  { name: 'token', pattern: /\bsha256~[\w-]{20,}/g, value: REDACTED },
  // `--token=X`, `password: X`, `"client-secret": "X"`.
  {
    name: 'assignment',
    pattern:
      /((?:^|[\s"'-])(?:[\w-]*[-_])?(?:token|password|passwd|passphrase|psk|secret|private-?key|api-?key)["']?\s*[=:]\s*["']?)(?!\(redacted\)|\/|true\b|false\b)[^\s"',;]+/gim,
    value: `$1${REDACTED}`,
  },
  { name: 'url', pattern: /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/:@]+:[^\s/@]+@/gi, value: `$1${REDACTED}@` },
];
