/**
 * What is read through the pods of OVN-Kubernetes beside databases: routes and addresses of the hosts, ends of logs.
 *
 * In: the pods of its namespace. Out: texts, each read when asked. A node's facts are those its own pod sees, which runs in
 * the network namespace of the host.
 */
import { UnavailableError } from '../../base/errors.js';
import type { Pod } from '../../kube/model/pod.js';
import { hostPath, logPath } from '../../snapshot/layout.js';
import type { HostFact } from '../../snapshot/layout.js';
import type { LogLimits, SourceText } from '../../snapshot/source.js';
import type { KubeClient } from '../kube/api/client.js';
import { withDeadline } from '../kube/api/deadline.js';
import { runExec } from '../kube/exec/exec.js';
import { targetText } from '../kube/exec/refusal.js';
import type { ExecTarget } from '../kube/exec/refusal.js';
import { readText } from '../kube/transport/body.js';

const FACTS: Readonly<Record<HostFact, readonly string[]>> = {
  routes4: ['ip', '-j', '-4', 'route', 'show', 'default'],
  routes6: ['ip', '-j', '-6', 'route', 'show', 'default'],
  addresses: ['ip', '-j', 'addr'],
};

/** Containers of a node's pod that have iproute2, the one to prefer first. */
const HOST_CONTAINERS = ['ovnkube-controller', 'ovnkube-node', 'ovn-controller', 'nbdb', 'nb-ovsdb'];
/** A kubelet that does not answer is found out late. */
const LOG_MS = 60_000;
const LOGGED = /^(?:ovnkube-(?:controller|node|master|cluster-manager)|ovn-controller|(?:ovn-)?northd|ovn-ipsec)$/;

export function hostTexts(client: KubeClient, pods: readonly Pod[], signal: AbortSignal): readonly SourceText[] {
  const targets = new Map<string, ExecTarget>();
  for (const { metadata, nodeName, hostNetwork, containers } of pods) {
    if (nodeName === undefined || !hostNetwork || targets.has(nodeName)) continue;
    const container = HOST_CONTAINERS.find((name) =>
      containers.some((each) => each.name === name && each.state === 'running'),
    );
    if (container !== undefined)
      targets.set(nodeName, { namespace: metadata.namespace, pod: metadata.name, container });
  }
  return [...targets].flatMap(([node, target]) =>
    (Object.keys(FACTS) as HostFact[]).map((fact) => ({
      kind: 'host' as const,
      path: hostPath(node, fact),
      from: `${fact} of node ${node}`,
      node,
      read: () => hostFact(client, target, FACTS[fact], signal),
    })),
  );
}

/** The output of `ip -j`, which has to be JSON: BusyBox and old versions print something else. */
async function hostFact(
  client: KubeClient,
  target: ExecTarget,
  command: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { stdout, stderr, exitCode } = await runExec(client.connection, target, command, { signal });
  const subject = `${command.join(' ')} in ${targetText(target)}`;
  if (exitCode !== 0)
    throw new UnavailableError('host.command', `${subject}: ${stderr || `exit code ${String(exitCode)}`}`);
  const text = Buffer.from(stdout).toString('utf8');
  // Without a route ip prints nothing, or an empty list, depending on its version.
  if (text.trim() === '') return '[]\n';
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new UnavailableError('host.command', `${subject}: the output is not JSON`, { cause });
  }
  return text;
}

export function logTexts(client: KubeClient, pods: readonly Pod[], signal: AbortSignal): readonly SourceText[] {
  return pods.flatMap(({ metadata: { namespace, name }, nodeName, containers }) =>
    containers
      .filter((container) => LOGGED.test(container.name))
      .flatMap(({ name: container, restarts }) =>
        [false, ...(restarts > 0 ? [true] : [])].map((previous): SourceText => ({
          kind: 'log',
          path: logPath(namespace, name, container, previous),
          from: `${previous ? 'previous log' : 'log'} of ${targetText({ namespace, pod: name, container })}`,
          ...(nodeName === undefined ? {} : { node: nodeName }),
          read: (limits) => logText(client, { namespace, pod: name, container }, previous, limits, signal),
        })),
      ),
  );
}

async function logText(
  client: KubeClient,
  { namespace, pod, container }: ExecTarget,
  previous: boolean,
  { lines, since }: LogLimits,
  signal: AbortSignal,
): Promise<string> {
  const query = new URLSearchParams({ container, timestamps: 'true', tailLines: String(lines) });
  if (previous) query.set('previous', 'true');
  if (since !== undefined) query.set('sinceTime', new Date(since).toISOString().replace(/\.\d+Z$/, 'Z'));
  const asked = { verb: 'get', group: '', resource: 'pods/log', namespace, name: pod };
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
  const { access } = client.connection;
  const late = (): Error =>
    new UnavailableError('kube.timeout', `the log of ${targetText({ namespace, pod, container })}: not read in time`);
  return withDeadline(signal, access.requestTimeout ?? LOG_MS, late, async (limited) => {
    const answer = await client.stream({ asked, method: 'GET', path, query }, limited);
    if ('refusal' in answer) throw client.error(asked, answer.refusal);
    return readText(access.server, answer, limited);
  });
}
