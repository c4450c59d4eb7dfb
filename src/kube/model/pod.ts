import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';
import { readProtocol } from './protocol.js';
import type { Protocol } from './protocol.js';

export interface ContainerPort {
  readonly name: string | undefined;
  readonly port: number;
  readonly protocol: Protocol;
}

export interface Container {
  readonly name: string;
  /** What the kubelet last said; undefined when it has not said anything yet. */
  readonly state: 'waiting' | 'running' | 'terminated' | undefined;
  /** Why it waits or has ended, like CrashLoopBackOff. */
  readonly reason: string | undefined;
  readonly ready: boolean;
  readonly restarts: number;
  /** How the container's present or previous run ended, with the end of its log where the pod asks for that. */
  readonly ended?: { readonly reason: string; readonly exitCode: number | undefined; readonly message: string };
}

/** The object that made a pod and replaces it, like a ReplicaSet. */
interface Controller {
  readonly kind: string;
  readonly name: string;
}

export interface Pod extends KubeObject {
  /** The owner that manages the pod; undefined for a pod made by hand. */
  readonly controller: Controller | undefined;
  /** Undefined until scheduled. */
  readonly nodeName: string | undefined;
  readonly hostNetwork: boolean;
  /** Pending, Running, Succeeded, Failed or Unknown; empty when nobody reported. */
  readonly phase: string;
  readonly ready: boolean;
  readonly podIPs: readonly string[];
  /** In the order of the spec, sidecars (init containers that keep running) behind. */
  readonly containers: readonly Container[];
  /** Of all containers, sidecars (init containers that keep running) included. */
  readonly ports: readonly ContainerPort[];
}

const readPort = (port: Fields): ContainerPort => ({
  name: port.text('name'),
  port: port.whole('containerPort') ?? 0,
  protocol: readProtocol(port),
});

function readContainers(spec: Fields, status: Fields): readonly Container[] {
  const statuses = new Map(
    [...status.list('containerStatuses', readState), ...status.list('initContainerStatuses', readState)].map(
      (state) => [state.name, state],
    ),
  );
  const sidecars = spec
    .list('initContainers', (container) => ({
      name: container.text('name') ?? '',
      staysUp: container.text('restartPolicy') === 'Always',
    }))
    .filter(({ staysUp }) => staysUp);
  return [...spec.list('containers', (container) => ({ name: container.text('name') ?? '' })), ...sidecars].map(
    ({ name }) => statuses.get(name) ?? { name, state: undefined, reason: undefined, ready: false, restarts: 0 },
  );
}

function readState(status: Fields): Container {
  const state = status.inside('state');
  const kind = (['running', 'waiting', 'terminated'] as const).find((key) => state.has(key));
  const end = state.optional('terminated') ?? status.inside('lastState').optional('terminated');
  return {
    name: status.text('name') ?? '',
    state: kind,
    reason: kind === undefined ? undefined : state.inside(kind).text('reason'),
    ready: status.flag('ready') ?? false,
    restarts: status.whole('restartCount') ?? 0,
    ...(end === undefined
      ? {}
      : {
          ended: {
            reason: end.text('reason') ?? '',
            exitCode: end.whole('exitCode'),
            message: end.text('message') ?? '',
          },
        }),
  };
}

function readController(object: Fields): Controller | undefined {
  const owners = object.inside('metadata').list('ownerReferences', (owner) => ({
    manages: owner.flag('controller') ?? false,
    kind: owner.required('kind'),
    name: owner.required('name'),
  }));
  const managing = owners.find(({ manages }) => manages);
  return managing === undefined ? undefined : { kind: managing.kind, name: managing.name };
}

export function readPod(object: Fields): Pod {
  const spec = object.inside('spec');
  const status = object.inside('status');
  const portsOf = (key: string) => spec.list(key, (container) => container.list('ports', readPort)).flat();
  return {
    metadata: readMeta(object),
    controller: readController(object),
    nodeName: spec.text('nodeName'),
    hostNetwork: spec.flag('hostNetwork') ?? false,
    phase: status.text('phase') ?? '',
    ready: status
      .list('conditions', (condition) => condition.text('type') === 'Ready' && condition.text('status') === 'True')
      .includes(true),
    podIPs: status.list('podIPs', (entry) => entry.text('ip') ?? '').filter((ip) => ip !== ''),
    containers: readContainers(spec, status),
    ports: [...portsOf('containers'), ...portsOf('initContainers')],
  };
}

/** Whether the pod has run to its end: its addresses are free and may belong to another pod by now. */
export function isCompleted(pod: Pod): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed';
}
