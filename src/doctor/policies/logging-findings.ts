/** Faults of the logging of policies (OVN-Kubernetes, annotation k8s.ovn.org/acl-logging). */
import { defineFinding } from '../finding.js';
import type { ObjectName } from '../finding.js';
import { rewriteRows } from './restart.js';

const annotate = ({ kind, name }: ObjectName): string =>
  `kubectl annotate --overwrite ${kind.toLowerCase()} ${name} 'k8s.ovn.org/acl-logging={"deny":"alert","allow":"notice"}'`;

export const LOGGING_UNREADABLE = defineFinding<{ readonly object: ObjectName; readonly why: string }>({
  code: 'OVN6050',
  level: 'error',
  title: 'Policy logging is off because its annotation is malformed',
  text: ({ object: { kind, name }, why }) =>
    `The annotation k8s.ovn.org/acl-logging of ${kind} ${name} ${why}: nothing of its policies is logged.`,
  remedy: ({ object }) => [
    { text: 'Write it as JSON; severities are alert, warning, notice, info and debug.', commands: [annotate(object)] },
  ],
});

export const SEVERITY_UNKNOWN = defineFinding<{
  readonly object: ObjectName;
  readonly key: string;
  readonly severity: string;
}>({
  code: 'OVN6051',
  level: 'warning',
  title: 'A severity of policy logging is unknown',
  text: ({ object: { kind, name }, key, severity }) =>
    `${kind} ${name} asks for "${severity}" as severity of "${key}", which is none: that part is not logged.`,
  remedy: ({ object }) => [
    { text: 'Severities are alert, warning, notice, info and debug.', commands: [annotate(object)] },
  ],
});

export const LOGGING_DIFFERS = defineFinding<{
  readonly object: ObjectName;
  readonly zone: string;
  readonly acl: string;
  readonly wanted: string;
  readonly has: string;
}>({
  code: 'OVN6052',
  level: 'error',
  title: 'A rule is not logged as asked',
  text: ({ object: { kind, name }, zone, acl, wanted, has }) =>
    `ACL ${acl} in zone ${zone} logs ${has}; by the annotation of ${kind} ${name} it should log ${wanted}.`,
  remedy: ({ object: { kind, name }, zone }) =>
    rewriteRows(zone, [`kubectl get ${kind.toLowerCase()} ${name} -o yaml`]),
});

export const LOGGING_WITHOUT_METER = defineFinding<{
  readonly zone: string;
  readonly acl: string;
  readonly meter: string;
}>({
  code: 'OVN6053',
  level: 'warning',
  title: 'A logged rule has no limit',
  text: ({ zone, acl, meter }) =>
    `ACL ${acl} in zone ${zone} is logged ${meter === '' ? 'without a meter' : `with meter ${meter} instead of acl-logging`}: a flood of packets becomes a flood of lines, which takes the CPU of ovn-controller.`,
  remedy: ({ zone }) => rewriteRows(zone, ['kubectl get namespaces -o yaml']),
});

export const LOGGING_RATE_DIFFERS = defineFinding<{
  readonly zone: string;
  readonly rate: number;
  readonly configured: number;
}>({
  code: 'OVN6054',
  level: 'warning',
  title: 'Logged rules are limited to another rate than configured',
  text: ({ zone, rate, configured }) =>
    `Meter acl-logging of zone ${zone} lets ${rate} packets a second be logged; ${configured} are configured.`,
  remedy: ({ zone }) => rewriteRows(zone, ['kubectl -n OVN-NAMESPACE get configmaps -o yaml']),
});

export const LOGGING_OF_NOTHING = defineFinding<{ readonly namespace: string }>({
  code: 'OVN6055',
  level: 'info',
  title: 'Policy logging is asked for where there is no policy',
  text: ({ namespace }) =>
    `Namespace ${namespace} has the annotation k8s.ovn.org/acl-logging, but neither a NetworkPolicy nor an EgressFirewall: nothing is ` +
    'logged. Admin network policies have an annotation of their own.',
  remedy: ({ namespace }) => [
    {
      text: 'Annotate the AdminNetworkPolicy if its rules are meant, in place of NAME; otherwise remove the annotation.',
      commands: [
        annotate({ kind: 'AdminNetworkPolicy', name: 'NAME' }),
        `kubectl annotate namespace ${namespace} k8s.ovn.org/acl-logging-`,
      ],
    },
  ],
});
