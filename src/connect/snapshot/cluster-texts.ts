/**
 * What is read through the pods of OVN-Kubernetes beside databases: facts of the hosts, ends of logs.
 *
 * In: the pods of its namespace. Out: texts, each read when asked. A node's facts are those its own pod sees, which runs in
 * the network namespace of the host.
 */
import { UnavailableError } from '../../base/errors.js';
import type { Pod } from '../../kube/model/pod.js';
import { hostPath, logPath } from '../../snapshot/layout.js';
import type { LogLimits, SourceText } from '../../snapshot/source.js';
import { HOST_FACTS } from '../../world/host-facts.js';
import type { HostFact } from '../../world/host-facts.js';
import type { KubeClient } from '../kube/api/client.js';
import { withDeadline } from '../kube/api/deadline.js';
import { runExec } from '../kube/exec/exec.js';
import { targetText } from '../kube/exec/refusal.js';
import type { ExecTarget } from '../kube/exec/refusal.js';
import { readText } from '../kube/transport/body.js';
import { batchAnswers, batchScript } from './host-batch.js';
import type { Answer } from './host-batch.js';
import { HOST_COMMANDS, withoutKeys } from './host-commands.js';
import { Slots } from './slots.js';

/** A kubelet that does not answer is found out late. */
const LOG_MS = 60_000;
const LOGGED = /^(?:ovnkube-(?:controller|node|master|cluster-manager)|ovn-controller|(?:ovn-)?northd|ovn-ipsec)$/;

/** How many nodes are asked at the same time. */
const NODES_AT_ONCE = 10;
/** Every command has its own limit; the sum of what is likely. */
const BATCH_MS = 60_000;

/**
 * The facts of every node, each through the pod that is best for it. The first that is read asks its pod for all that it can
 * tell, in one exec.
 */
export function hostTexts(client: KubeClient, pods: readonly Pod[], signal: AbortSignal): readonly SourceText[] {
  const slots = new Slots(NODES_AT_ONCE);
  return [...placesOf(pods)].flatMap(([node, places]) =>
    places.flatMap(({ target, facts }) => {
      let asked: Promise<ReadonlyMap<string, Answer>> | undefined;
      const ask = (): Promise<ReadonlyMap<string, Answer>> =>
        (asked ??= slots.use(async () => {
          const command = ['sh', '-c', batchScript(facts)];
          const result = await runExec(client.connection, target, command, { signal, timeoutMs: BATCH_MS });
          return batchAnswers(result.stdout, result.stderr);
        }));
      return facts.map((fact) => ({
        kind: 'host' as const,
        path: hostPath(node, fact),
        from: `${fact} of node ${node}`,
        node,
        read: async () => textOf(fact, target, (await ask()).get(fact)),
      }));
    }),
  );
}

interface Place {
  readonly target: ExecTarget;
  readonly facts: readonly HostFact[];
}

/** Which pod to ask for which facts, by node. */
function placesOf(pods: readonly Pod[]): ReadonlyMap<string, readonly Place[]> {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (pod.nodeName === undefined || !pod.hostNetwork || pod.metadata.deleting) continue;
    byNode.set(pod.nodeName, [...(byNode.get(pod.nodeName) ?? []), pod]);
  }
  const places = new Map<string, readonly Place[]>();
  for (const [node, own] of byNode) {
    const found = new Map<string, { target: ExecTarget; facts: HostFact[] }>();
    for (const fact of Object.keys(HOST_FACTS) as HostFact[]) {
      const target = targetIn(own, HOST_COMMANDS[fact].containers);
      if (target === undefined) continue;
      // Containers of a pod see the same sockets: one that is asked anyway can tell this too.
      const known = found.get(target.pod);
      if (known === undefined) found.set(target.pod, { target, facts: [fact] });
      else known.facts.push(fact);
    }
    places.set(node, [...found.values()]);
  }
  return places;
}

function targetIn(pods: readonly Pod[], containers: readonly string[]): ExecTarget | undefined {
  for (const container of containers) {
    const pod = pods.find((each) =>
      each.containers.some(({ name, state }) => name === container && state === 'running'),
    );
    if (pod !== undefined) return { namespace: pod.metadata.namespace, pod: pod.metadata.name, container };
  }
  return undefined;
}

/** undefined for what does not exist on the node. */
function textOf(fact: HostFact, target: ExecTarget, answer: Answer | undefined): string | undefined {
  const subject = `${fact} in ${targetText(target)}`;
  const failed = (why: string, cause?: unknown): Error =>
    new UnavailableError('host.command', `${subject}: ${why}`, cause === undefined ? {} : { cause });
  if (answer === undefined) throw failed('no answer');
  if (answer.kind === 'absent') return undefined;
  if (answer.kind === 'failed') throw failed(answer.stderr || `exit code ${String(answer.exitCode)}`);
  const text = withoutKeys(fact, answer.text);
  if (HOST_FACTS[fact] !== 'json') return text;
  // Without a route ip prints nothing, or an empty list, depending on its version.
  if (text.trim() === '') return '[]\n';
  try {
    JSON.parse(text);
  } catch (cause) {
    throw failed('the output is not JSON', cause);
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
