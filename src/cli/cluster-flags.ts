/** Which cluster to read and as whom: the flags of kubectl, with kubectl's names and meanings. */
import * as Flags from '@oclif/core/flags';
import { UsageError } from '../base/errors.js';
import type { ClusterOptions } from '../connect/kube/kubeconfig/options.js';

const group = { helpGroup: 'CLUSTER' } as const;

export const clusterFlags = {
  kubeconfig: Flags.string({
    ...group,
    summary: 'Kubeconfig to use instead of KUBECONFIG and ~/.kube/config',
    helpValue: 'FILE',
  }),
  context: Flags.string({ ...group, summary: 'Context of the kubeconfig', helpValue: 'NAME' }),
  cluster: Flags.string({ ...group, summary: 'Cluster of the kubeconfig', helpValue: 'NAME' }),
  user: Flags.string({ ...group, summary: 'User of the kubeconfig', helpValue: 'NAME' }),
  server: Flags.string({ ...group, summary: 'Address of the API server', helpValue: 'URL' }),
  token: Flags.string({ ...group, summary: 'Bearer token; replaces every credential of the kubeconfig' }),
  as: Flags.string({ ...group, summary: 'User to impersonate', helpValue: 'USER' }),
  'as-group': Flags.string({
    ...group,
    summary: 'Group to impersonate, with --as; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'GROUP',
  }),
  'request-timeout': Flags.string({
    ...group,
    summary: 'Time one request may take, like 30s or 1m; 0 is no limit',
    helpValue: 'DURATION',
  }),
  'insecure-skip-tls-verify': Flags.boolean({ ...group, summary: "Do not check the server's certificate" }),
};

export const ovnNamespaceFlag = {
  'ovn-namespace': Flags.string({
    ...group,
    summary: 'Namespace that OVN-Kubernetes runs in',
    helpValue: 'NAMESPACE',
  }),
};

/** The flags as oclif parsed them. */
interface ClusterFlags {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly cluster: string | undefined;
  readonly user: string | undefined;
  readonly server: string | undefined;
  readonly token: string | undefined;
  readonly as: string | undefined;
  readonly 'as-group': readonly string[] | undefined;
  readonly 'request-timeout': string | undefined;
  readonly 'insecure-skip-tls-verify': boolean;
}

/** What the flags say about the cluster; throws UsageError for a duration that is none. */
export function clusterOptions(flags: ClusterFlags): ClusterOptions {
  const { kubeconfig, context, cluster, user, server, token, as } = flags;
  const given = Object.entries({ kubeconfig, context, cluster, user, server, token, as });
  const groups = flags['as-group'];
  const timeout = flags['request-timeout'];
  return {
    ...Object.fromEntries(given.filter(([, value]) => value !== undefined)),
    ...(groups === undefined || groups.length === 0 ? {} : { asGroups: groups }),
    ...(timeout === undefined ? {} : { requestTimeout: milliseconds(timeout) }),
    ...(flags['insecure-skip-tls-verify'] ? { insecureSkipTlsVerify: true } : {}),
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration of Go (`1m30s`), or whole seconds, as kubectl takes both. */
function milliseconds(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smh]))+$/.test(text)) {
    throw new UsageError('usage.duration', `--request-timeout ${text} is not a duration`, {
      hints: ['it looks like 30s, 1m30s or 500ms; 0 is no limit'],
    });
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[smh])/g)];
  return Math.round(parts.reduce((sum, [, number = '0', unit = 's']) => sum + Number(number) * (UNITS[unit] ?? 0), 0));
}
