import { NotFoundError } from '../../base/errors.js';
import { nearestName } from '../../lflow/nearest-name.js';
import { qualifiedName } from '../../kube/model/object-meta.js';
import { isCompleted } from '../../kube/model/pod.js';
import type { ContainerPort, Pod } from '../../kube/model/pod.js';
import { workloadOf } from '../../kube/model/workload.js';
import type { Service } from '../../kube/model/service.js';
import type { Protocol } from '../../trace/path/path-trace.js';
import { kubeList } from '../../world/kube-look-up.js';
import type { World } from '../../world/world.js';
import type { MatrixRequest, MatrixSource, MatrixTarget } from './matrix-document.js';

/** Lines and columns of a matrix: who is in the namespaces that were asked for, in order of namespace and name. */

interface Group extends MatrixSource {
  readonly members: readonly Pod[];
}

export async function sourcesOf(
  world: World,
  { from, by }: MatrixRequest,
  notes: Set<string>,
): Promise<readonly MatrixSource[]> {
  const groups = await groupsIn(world, from, by, notes);
  if (groups.length === 0) throw nobody(from, 'no pod that could send anything');
  return groups.map(({ id, kind, namespace, name, pods }) => ({ id, kind, namespace, name, pods }));
}

export async function targetsOf(
  world: World,
  request: MatrixRequest,
  notes: Set<string>,
): Promise<readonly MatrixTarget[]> {
  const { to, by, services } = request;
  const workloads = (await groupsIn(world, to, by, notes)).flatMap((group) => workloadTargets(group, request, notes));
  const served = services ? (await listIn(world, 'services', to)).flatMap((each) => serviceTargets(each, request)) : [];
  if (workloads.length + served.length === 0) throw nobody(to, 'no pod or service with such a port');
  return [...workloads, ...served];
}

function nobody(namespaces: readonly string[], what: string): NotFoundError {
  const where = namespaces.length === 0 ? 'the cluster' : `namespace ${namespaces.join(', ')}`;
  return new NotFoundError('matrix.nobody', `${where} has ${what}`);
}

async function groupsIn(
  world: World,
  namespaces: readonly string[],
  by: MatrixRequest['by'],
  notes: Set<string>,
): Promise<readonly Group[]> {
  const groups = new Map<string, Group>();
  for (const pod of await listIn(world, 'pods', namespaces)) {
    const absent = whyAbsent(pod);
    if (absent !== undefined) {
      notes.add(`pod ${qualifiedName(pod)} is left out: ${absent}`);
      continue;
    }
    const { namespace, name: podName } = pod.metadata;
    const { kind, name } = by === 'pod' ? { kind: 'Pod', name: podName } : workloadOf(pod);
    const id = kind === 'Pod' ? `${namespace}/${name}` : `${namespace}/${name}[${kind}]`;
    const { pods = [], members = [] } = groups.get(id) ?? {};
    groups.set(id, { id, kind, namespace, name, pods: [...pods, podName], members: [...members, pod] });
  }
  return [...groups.values()];
}

function whyAbsent(pod: Pod): string | undefined {
  if (isCompleted(pod)) return `it has finished (${pod.phase})`;
  return pod.nodeName === undefined ? 'it runs on no node' : undefined;
}

/** The objects of these namespaces (of all when there are none), sorted; NotFoundError for a namespace that does not exist. */
async function listIn(world: World, plural: 'pods', namespaces: readonly string[]): Promise<readonly Pod[]>;
async function listIn(world: World, plural: 'services', namespaces: readonly string[]): Promise<readonly Service[]>;
async function listIn(
  world: World,
  plural: 'pods' | 'services',
  namespaces: readonly string[],
): Promise<readonly (Pod | Service)[]> {
  const found: (Pod | Service)[] = [];
  if (namespaces.length === 0) found.push(...(await kubeList(world, plural)));
  for (const namespace of namespaces) {
    const objects = await kubeList(world, plural, { namespace });
    if (objects.length === 0) await requireNamespace(world, namespace);
    found.push(...objects);
  }
  return found.sort((a, b) => order(a.metadata.namespace, b.metadata.namespace) || natural(a, b));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** web-2 before web-10. */
function natural(a: Pod | Service, b: Pod | Service): number {
  const parts = (text: string): readonly string[] => text.split(/(\d+)/);
  const [left, right] = [parts(a.metadata.name), parts(b.metadata.name)];
  for (const [at, part] of left.entries()) {
    const other = right[at];
    if (other === undefined) return 1;
    const difference = at % 2 === 1 ? Number(part) - Number(other) || part.length - other.length : order(part, other);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

async function requireNamespace(world: World, namespace: string): Promise<void> {
  const declared = (await kubeList(world, 'namespaces')).map(({ metadata }) => metadata.name);
  const pods = (await kubeList(world, 'pods')).map(({ metadata }) => metadata.namespace);
  const known = [...new Set([...declared, ...pods])].sort();
  if (known.includes(namespace)) return;
  const near = nearestName(namespace, known);
  throw new NotFoundError('matrix.no-namespace', `there is no namespace ${namespace}`, {
    hints: [near === undefined ? `Namespaces: ${known.join(', ')}.` : `Did you mean ${near}?`],
  });
}

const protocolOf = ({ protocol }: { readonly protocol: ContainerPort['protocol'] }): Protocol =>
  protocol === 'TCP' ? 'tcp' : protocol === 'UDP' ? 'udp' : 'sctp';

interface Socket {
  readonly protocol: Protocol;
  readonly port?: number;
}

function workloadTargets(group: Group, request: MatrixRequest, notes: Set<string>): readonly MatrixTarget[] {
  const { id, kind, namespace, name, pods } = group;
  const sockets = socketsOf(group, request);
  if (sockets.length === 0) {
    const wanted = request.ports.length === 0 ? 'no port' : `no port ${request.ports.join(' or ')}`;
    const over = request.protocol === undefined ? '' : ` over ${request.protocol}`;
    notes.add(`${id} declares ${wanted}${over} and is no target: a port by number or protocol icmp would make it one`);
  }
  return sockets.map((socket) => ({ id: `${id}${socketText(socket)}`, kind, namespace, name, ...socket, pods }));
}

const socketText = ({ port, protocol }: Socket): string =>
  port === undefined ? `/${protocol}` : `:${port}/${protocol}`;

/** Ports by number are taken as they are; names, and no port at all, mean what the containers declare. */
function socketsOf({ members }: Group, { ports, protocol }: MatrixRequest): readonly Socket[] {
  if (protocol === 'icmp') return [{ protocol }];
  const declared = members.flatMap((pod) => pod.ports);
  const sockets = new Map<string, Socket>();
  const add = (socket: Socket): void => void sockets.set(socketText(socket), socket);
  const fits = (port: ContainerPort): boolean => protocol === undefined || protocolOf(port) === protocol;
  for (const wanted of ports) {
    if (/^\d+$/.test(wanted)) add({ port: Number(wanted), protocol: protocol ?? 'tcp' });
    for (const port of declared) if (port.name === wanted && fits(port)) add(socketOf(port));
  }
  if (ports.length === 0) for (const port of declared) if (fits(port)) add(socketOf(port));
  return [...sockets.values()].sort((a, b) => (a.port ?? 0) - (b.port ?? 0) || order(a.protocol, b.protocol));
}

const socketOf = (port: ContainerPort): Socket => ({ port: port.port, protocol: protocolOf(port) });

function serviceTargets(service: Service, { ports, protocol }: MatrixRequest): readonly MatrixTarget[] {
  const { namespace, name } = service.metadata;
  if (service.type === 'ExternalName') return [];
  return service.ports
    .filter((port) => protocol === undefined || protocolOf(port) === protocol)
    .filter(({ port, name: called }) => ports.length === 0 || ports.includes(String(port)) || ports.includes(called))
    .map((port) => {
      const socket = { port: port.port, protocol: protocolOf(port) };
      return { id: `${namespace}/${name}[Service]${socketText(socket)}`, kind: 'Service', namespace, name, ...socket };
    });
}
