/**
 * Where an OVN-Kubernetes cluster keeps its databases, told from the pods that run.
 *
 * In: pods of the cluster, whichever could be listed. Out: the shape of the deployment, and for each zone the pods and
 * containers to look for its databases in, with what seems wrong with them. Told by the containers' names, never by the
 * zone-name annotation, which newer releases no longer write. Must not know how pods are reached.
 */
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { isCompleted } from '../kube/model/pod.js';
import type { Container, Pod } from '../kube/model/pod.js';
import { qualifiedName } from '../kube/model/object-meta.js';

export type DeploymentShape =
  /** Upstream, databases on each node. */
  | 'interconnect'
  /** Upstream until 1.3, databases for a zone of several nodes. */
  | 'zone-controllers'
  /** Upstream until 1.3, databases for the whole cluster, in one pod or several that form a RAFT cluster. */
  | 'central'
  /** OpenShift since 4.14, databases on each node. */
  | 'openshift-interconnect'
  /** OpenShift until 4.13, a RAFT cluster on the control-plane nodes. */
  | 'openshift-central'
  | 'microshift';

export type DatabaseName = 'northbound' | 'southbound';

/** A container that serves a database. */
export interface DatabasePlace {
  readonly container: string;
  /** Why it can't serve just now. */
  readonly trouble: string | undefined;
}

/** A pod with databases; several of a zone are members of one RAFT cluster. */
export interface DatabasePod {
  readonly namespace: string;
  readonly name: string;
  readonly node: string | undefined;
  readonly northbound: DatabasePlace | undefined;
  readonly southbound: DatabasePlace | undefined;
  /** Running containers, those where the sockets are most likely to be seen first; all may see all of them. */
  readonly containers: readonly string[];
}

export interface DeploymentZone {
  /** What is known before the database is read: the node with interconnect, else `global`. `NB_Global.options:name` has it. */
  readonly name: string;
  /** Sorted; with zone controllers only the node that the databases are on is known. */
  readonly nodes: readonly string[];
  /** Sorted by name, at least one. */
  readonly pods: readonly DatabasePod[];
}

/** Something that makes the picture less than certain, for people. */
export interface Doubt {
  readonly code: 'mixed' | 'two-pods' | 'unscheduled' | 'no-databases';
  readonly message: string;
}

export interface Deployment {
  readonly shape: DeploymentShape;
  readonly namespace: string;
  /** Sorted by name. */
  readonly zones: readonly DeploymentZone[];
  readonly doubts: readonly Doubt[];
}

export type NoDeployment =
  /** None of the pods has databases. */
  | { readonly kind: 'none' }
  /** More than one namespace has pods with databases. */
  | { readonly kind: 'ambiguous'; readonly namespaces: readonly string[] };

/** Labels that pods with databases, or of nodes, have had in any release; to be tried in this order. */
export const OVN_POD_SELECTORS: readonly string[] = [
  'app in (ovnkube-node,ovnkube-master)',
  'name in (ovnkube-node,ovnkube-master,ovnkube-db,ovnkube-zone-controller)',
  'ovn-db-pod=true',
];

const NORTHBOUND = ['nbdb', 'nb-ovsdb'];
const SOUTHBOUND = ['sbdb', 'sb-ovsdb'];
const NODE_AGENT = 'ovn-controller';
/** Other containers of such pods, which mostly see the same sockets. */
const COMPANIONS = ['northd', 'ovn-northd', 'ovnkube-controller', 'ovnkube-master', NODE_AGENT, 'ovn-dbchecker'];
const CLUSTER_WIDE = 'global';

/** Finds the databases; `namespace` decides when several have some. */
export function detectDeployment(pods: readonly Pod[], namespace?: string): Result<Deployment, NoDeployment> {
  const alive = pods.filter((pod) => !isCompleted(pod));
  const candidates = alive.filter(
    (pod) => isDatabasePod(pod) && (namespace ?? pod.metadata.namespace) === pod.metadata.namespace,
  );
  const namespaces = [...new Set(candidates.map((pod) => pod.metadata.namespace))].sort();
  const [only] = namespaces;
  if (only === undefined) return err({ kind: 'none' });
  if (namespaces.length > 1) return err({ kind: 'ambiguous', namespaces });

  const doubts: Doubt[] = [];
  const scheduled = candidates.filter((pod) => pod.nodeName !== undefined);
  for (const pod of candidates.filter(({ nodeName }) => nodeName === undefined)) {
    doubts.push({ code: 'unscheduled', message: `pod ${qualifiedName(pod)} is not on any node yet` });
  }
  const nodePods = alive.filter((pod) => pod.metadata.namespace === only && isNodePod(pod));
  const onNodes = scheduled.filter(isNodePod);
  const elsewhere = scheduled.filter((pod) => !isNodePod(pod));
  // Unscheduled pods alone still tell what it will be.
  const perNode = onNodes.length > 0 || (elsewhere.length === 0 && candidates.some(isNodePod));
  if (onNodes.length > 0 && elsewhere.length > 0) {
    doubts.push({
      code: 'mixed',
      message:
        `databases are both on nodes (${names(onNodes)}) and in pods for several nodes (${names(elsewhere)}), as in the ` +
        `middle of an upgrade; those on nodes are used`,
    });
  }

  const zones = perNode ? nodeZones(onNodes, nodePods, doubts) : sharedZones(elsewhere, nodePods);
  return ok({
    shape: shapeOf(perNode ? candidates.filter(isNodePod) : candidates, perNode, nodePods),
    namespace: only,
    zones: [...zones].sort((a, b) => (a.name < b.name ? -1 : 1)),
    doubts,
  });
}

/** Both databases, or one in a pod that is labelled as OVN-Kubernetes': a container called nbdb may be anybody's. */
function isDatabasePod(pod: Pod): boolean {
  const hasNorth = containerOf(pod, NORTHBOUND) !== undefined;
  const hasSouth = containerOf(pod, SOUTHBOUND) !== undefined;
  if (hasNorth && hasSouth) return true;
  const { labels } = pod.metadata;
  const isLabelled =
    labels.get('ovn-db-pod') === 'true' || ['app', 'name'].some((key) => labels.get(key)?.startsWith('ovnkube-'));
  return (hasNorth || hasSouth) && isLabelled;
}

const isNodePod = (pod: Pod): boolean => containerOf(pod, [NODE_AGENT]) !== undefined;

function shapeOf(candidates: readonly Pod[], perNode: boolean, nodePods: readonly Pod[]): DeploymentShape {
  const has = (name: string): boolean => candidates.some((pod) => containerOf(pod, [name]) !== undefined);
  const isOpenShift = has('nbdb') || has('sbdb');
  if (perNode) return isOpenShift ? 'openshift-interconnect' : 'interconnect';
  if (!isOpenShift) return has('ovnkube-controller') ? 'zone-controllers' : 'central';
  // MicroShift runs the roles of controller and node in one process, which leaves ovn-controller alone in the node's pod.
  const isBare =
    nodePods.length > 0 && nodePods.every(({ containers }) => containers.every(({ name }) => name === NODE_AGENT));
  return isBare && !has('ovn-dbchecker') ? 'microshift' : 'openshift-central';
}

function nodeZones(pods: readonly Pod[], nodePods: readonly Pod[], doubts: Doubt[]): readonly DeploymentZone[] {
  const zones: DeploymentZone[] = [];
  for (const [node, rivals] of byNode(pods)) {
    const [best, ...others] = [...rivals].sort(better);
    if (best === undefined) continue;
    if (others.length > 0) {
      doubts.push({
        code: 'two-pods',
        message: `node ${node} has several pods with databases; ${qualifiedName(best)} is used, not ${names(others)}`,
      });
    }
    zones.push({ name: node, nodes: [node], pods: [databasePod(best)] });
  }
  const known = new Set(zones.map(({ name }) => name));
  for (const [node, lacking] of byNode(nodePods)) {
    if (known.has(node)) continue;
    doubts.push({
      code: 'no-databases',
      message: `node ${node} has no databases: ${names(lacking)} has no such container`,
    });
  }
  return zones;
}

function sharedZones(pods: readonly Pod[], nodePods: readonly Pod[]): readonly DeploymentZone[] {
  if (pods.length === 0) return [];
  const members = [...pods].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  if (members.some((pod) => containerOf(pod, ['ovnkube-controller']) !== undefined)) {
    return members.map((pod) => {
      const node = pod.nodeName ?? '';
      return { name: node, nodes: [node], pods: [databasePod(pod)] };
    });
  }
  const nodes = [...new Set(nodePods.flatMap(({ nodeName }) => nodeName ?? []))].sort();
  // Pods that leave are members no more, unless nothing else is there.
  const staying = members.filter(({ metadata }) => !metadata.deleting);
  return [{ name: CLUSTER_WIDE, nodes, pods: (staying.length > 0 ? staying : members).map(databasePod) }];
}

function databasePod(pod: Pod): DatabasePod {
  const north = containerOf(pod, NORTHBOUND);
  const south = containerOf(pod, SOUTHBOUND);
  const running = [north, south, ...COMPANIONS.map((name) => containerOf(pod, [name]))]
    .filter((container) => container?.state === 'running')
    .flatMap((container) => container?.name ?? []);
  const { name, namespace } = pod.metadata;
  const place = (container: Container | undefined): DatabasePlace | undefined =>
    container && { container: container.name, trouble: troubleOf(pod, container) };
  return {
    namespace,
    name,
    node: pod.nodeName,
    northbound: place(north),
    southbound: place(south),
    containers: running,
  };
}

function troubleOf(pod: Pod, { name, state, reason, ready, restarts }: Container): string | undefined {
  const why = reason === undefined ? '' : ` (${reason})`;
  const again = restarts === 0 ? '' : `, restarts so far: ${String(restarts)}`;
  if (pod.metadata.deleting) return 'the pod is being deleted';
  if (state === undefined)
    return `container ${name} has not been started; the pod is ${pod.phase || 'in an unknown state'}`;
  if (state !== 'running') return `container ${name} is ${state}${why}${again}`;
  if (!ready) return `container ${name} runs but is not ready${again}`;
  return undefined;
}

const containerOf = (pod: Pod, wanted: readonly string[]): Container | undefined =>
  pod.containers.find(({ name }) => wanted.includes(name));

function byNode(pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (pod.nodeName !== undefined) groups.set(pod.nodeName, [...(groups.get(pod.nodeName) ?? []), pod]);
  }
  return groups;
}

/** The pod that stays and serves before one that does not. */
function better(a: Pod, b: Pod): number {
  const rank = (pod: Pod): number => {
    const serving = [...NORTHBOUND, ...SOUTHBOUND].filter(
      (name) => containerOf(pod, [name])?.state === 'running',
    ).length;
    return (pod.metadata.deleting ? 0 : 4) + serving;
  };
  return rank(b) - rank(a) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

const names = (pods: readonly Pod[]): string => pods.map(qualifiedName).sort().join(', ');
