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

export interface Pod extends KubeObject {
  /** Undefined until scheduled. */
  readonly nodeName: string | undefined;
  readonly hostNetwork: boolean;
  /** Pending, Running, Succeeded, Failed or Unknown; empty when nobody reported. */
  readonly phase: string;
  readonly ready: boolean;
  readonly podIPs: readonly string[];
  /** Of all containers, sidecars (init containers that keep running) included. */
  readonly ports: readonly ContainerPort[];
}

const readPort = (port: Fields): ContainerPort => ({
  name: port.text('name'),
  port: port.whole('containerPort') ?? 0,
  protocol: readProtocol(port),
});

export function readPod(object: Fields): Pod {
  const spec = object.inside('spec');
  const status = object.inside('status');
  const portsOf = (key: string) => spec.list(key, (container) => container.list('ports', readPort)).flat();
  return {
    metadata: readMeta(object),
    nodeName: spec.text('nodeName'),
    hostNetwork: spec.flag('hostNetwork') ?? false,
    phase: status.text('phase') ?? '',
    ready: status
      .list('conditions', (condition) => condition.text('type') === 'Ready' && condition.text('status') === 'True')
      .includes(true),
    podIPs: status.list('podIPs', (entry) => entry.text('ip') ?? '').filter((ip) => ip !== ''),
    ports: [...portsOf('containers'), ...portsOf('initContainers')],
  };
}

/** Whether the pod has run to its end: its addresses are free and may belong to another pod by now. */
export function isCompleted(pod: Pod): boolean {
  return pod.phase === 'Succeeded' || pod.phase === 'Failed';
}
