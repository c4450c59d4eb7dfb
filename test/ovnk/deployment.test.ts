import { describe, expect, it } from 'vitest';
import { Fields } from '../../src/kube/model/fields.js';
import { readPod } from '../../src/kube/model/pod.js';
import type { Pod } from '../../src/kube/model/pod.js';
import { detectDeployment } from '../../src/ovnk/deployment.js';
import type { Deployment } from '../../src/ovnk/deployment.js';

type State = 'running' | 'unready' | 'waiting' | 'terminated' | 'silent';

interface Made {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly node?: string | undefined;
  readonly phase?: string;
  readonly deleting?: boolean;
  /** States of containers that are not simply running. */
  readonly states?: Readonly<Record<string, State>>;
}

const STATES: Readonly<Record<Exclude<State, 'silent'>, object>> = {
  running: { state: { running: { startedAt: 'then' } }, ready: true, restartCount: 0 },
  unready: { state: { running: { startedAt: 'then' } }, ready: false, restartCount: 1 },
  waiting: { state: { waiting: { reason: 'CrashLoopBackOff' } }, ready: false, restartCount: 7 },
  terminated: { state: { terminated: { reason: 'Error', exitCode: 1 } }, ready: false, restartCount: 2 },
};

function pod(name: string, containers: readonly string[], made: Made = {}): Pod {
  const { namespace = 'openshift-ovn-kubernetes', labels, node, phase = 'Running', deleting, states = {} } = made;
  const containerStatuses = containers.flatMap((container) => {
    const state = states[container] ?? 'running';
    return state === 'silent' ? [] : [{ name: container, ...STATES[state] }];
  });
  const fields = Fields.of({
    metadata: { name, namespace, labels, ...(deleting === true && { deletionTimestamp: 'now' }) },
    spec: { nodeName: node, containers: containers.map((container) => ({ name: container })) },
    status: { phase, containerStatuses },
  });
  const read = readPod(fields);
  expect(fields.misfit).toBeUndefined();
  return read;
}

const UPSTREAM = 'ovn-kubernetes';
const IC_NODE = ['nb-ovsdb', 'sb-ovsdb', 'ovn-northd', 'ovnkube-controller', 'ovn-controller', 'ovs-metrics-exporter'];
const OPENSHIFT_NODE = [
  'ovn-controller',
  'ovn-acl-logging',
  'kube-rbac-proxy-node',
  'kube-rbac-proxy-ovn-metrics',
  'northd',
  'nbdb',
  'sbdb',
  'ovnkube-controller',
];
const OPENSHIFT_MASTER = ['northd', 'nbdb', 'kube-rbac-proxy', 'sbdb', 'ovnkube-master', 'ovn-dbchecker'];
const OPENSHIFT_OLD_NODE = ['ovn-controller', 'ovn-acl-logging', 'kube-rbac-proxy', 'ovnkube-node'];
const MICROSHIFT_MASTER = ['northd', 'nbdb', 'sbdb', 'ovnkube-cluster-manager', 'ovnkube-master'];

const upstream = (name: string, containers: readonly string[], made: Made = {}): Pod =>
  pod(name, containers, { namespace: UPSTREAM, ...made });
const node = (name: string, made: Made = {}): Pod =>
  pod(`ovnkube-node-${name}`, OPENSHIFT_NODE, { node: name, labels: { app: 'ovnkube-node' }, ...made });

function detected(pods: readonly Pod[], namespace?: string): Deployment {
  const found = detectDeployment(pods, namespace);
  if (!found.ok) throw new Error(found.error.kind);
  return found.value;
}

/** Zones in short: `zone[pod:north container,south container]`. */
const shown = ({ zones }: Deployment): readonly string[] =>
  zones.map(
    ({ name, pods }) =>
      `${name}[${pods.map((p) => `${p.name}:${p.northbound?.container ?? '-'},${p.southbound?.container ?? '-'}`).join(' ')}]`,
  );
const codes = ({ doubts }: Deployment): readonly string[] => doubts.map(({ code }) => code);

describe('every shape of deployment', () => {
  it('upstream interconnect', () => {
    const found = detected([
      upstream('ovnkube-node-b', IC_NODE, { node: 'worker', labels: { name: 'ovnkube-node' } }),
      upstream('ovnkube-node-a', IC_NODE, { node: 'control-plane', labels: { name: 'ovnkube-node' } }),
      upstream('ovnkube-control-plane-x', ['ovnkube-cluster-manager'], { node: 'control-plane' }),
      upstream('ovs-node-x', ['ovs-daemons'], { node: 'worker' }),
    ]);
    expect(found).toMatchObject({ shape: 'interconnect', namespace: UPSTREAM, doubts: [] });
    expect(shown(found)).toEqual([
      'control-plane[ovnkube-node-a:nb-ovsdb,sb-ovsdb]',
      'worker[ovnkube-node-b:nb-ovsdb,sb-ovsdb]',
    ]);
    expect(found.zones[0]?.pods[0]?.containers.slice(0, 2)).toEqual(['nb-ovsdb', 'sb-ovsdb']);
  });

  it('OpenShift since 4.14, labels or none', () => {
    for (const labels of [{ app: 'ovnkube-node', 'ovn-db-pod': 'true' }, undefined]) {
      const found = detected([node('b', labels && { labels }), node('a', labels && { labels })]);
      expect(found).toMatchObject({ shape: 'openshift-interconnect', doubts: [] });
      expect(shown(found)).toEqual(['a[ovnkube-node-a:nbdb,sbdb]', 'b[ovnkube-node-b:nbdb,sbdb]']);
    }
  });

  it('OpenShift until 4.13: members of one RAFT cluster', () => {
    const masters = ['c', 'a', 'b'].map((name) =>
      pod(`ovnkube-master-${name}`, OPENSHIFT_MASTER, { node: `cp-${name}`, labels: { app: 'ovnkube-master' } }),
    );
    const nodes = ['cp-a', 'cp-b', 'cp-c', 'w1'].map((name) =>
      pod(`ovnkube-node-${name}`, OPENSHIFT_OLD_NODE, { node: name, labels: { app: 'ovnkube-node' } }),
    );
    const found = detected([...nodes, ...masters]);
    expect(found).toMatchObject({ shape: 'openshift-central', doubts: [] });
    expect(shown(found)).toEqual([
      'global[ovnkube-master-a:nbdb,sbdb ovnkube-master-b:nbdb,sbdb ovnkube-master-c:nbdb,sbdb]',
    ]);
    expect(found.zones[0]?.nodes).toEqual(['cp-a', 'cp-b', 'cp-c', 'w1']);
  });

  it('OpenShift until 4.13 on a single node is not MicroShift', () => {
    const found = detected([
      pod('ovnkube-master-a', OPENSHIFT_MASTER, { node: 'sno' }),
      pod('ovnkube-node-a', OPENSHIFT_OLD_NODE, { node: 'sno' }),
    ]);
    expect(found.shape).toBe('openshift-central');
  });

  it('MicroShift', () => {
    const found = detected([
      pod('ovnkube-master-x', MICROSHIFT_MASTER, { node: 'edge', labels: { app: 'ovnkube-master' } }),
      pod('ovnkube-node-x', ['ovn-controller'], { node: 'edge', labels: { app: 'ovnkube-node' } }),
    ]);
    expect(found).toMatchObject({ shape: 'microshift', doubts: [] });
    expect(shown(found)).toEqual(['global[ovnkube-master-x:nbdb,sbdb]']);
  });

  it('upstream central, one pod or a RAFT cluster', () => {
    const rest = [
      upstream('ovnkube-master-x', ['ovn-northd', 'ovnkube-master'], { node: 'cp' }),
      upstream('ovnkube-node-x', ['ovn-controller', 'ovnkube-node'], { node: 'w' }),
    ];
    const db = (name: string) =>
      upstream(name, ['nb-ovsdb', 'sb-ovsdb'], { node: 'cp', labels: { name: 'ovnkube-db' } });
    expect(detected([...rest, db('ovnkube-db-0')])).toMatchObject({ shape: 'central', doubts: [] });
    expect(shown(detected([...rest, db('ovnkube-db-1'), db('ovnkube-db-0')]))).toEqual([
      'global[ovnkube-db-0:nb-ovsdb,sb-ovsdb ovnkube-db-1:nb-ovsdb,sb-ovsdb]',
    ]);
  });

  it('upstream zones of several nodes', () => {
    const controller = ['nb-ovsdb', 'sb-ovsdb', 'ovn-northd', 'ovnkube-controller'];
    const found = detected([
      upstream('ovnkube-zone-controller-a', controller, { node: 'n1' }),
      upstream('ovnkube-zone-controller-b', controller, { node: 'n3' }),
      upstream('ovnkube-node-x', ['ovn-controller', 'ovnkube-node'], { node: 'n2' }),
    ]);
    expect(found.shape).toBe('zone-controllers');
    expect(found.zones.map(({ name }) => name)).toEqual(['n1', 'n3']);
  });
});

describe('what may be wrong', () => {
  const place = (found: Deployment) => found.zones[0]?.pods[0];

  it.each([
    ['waiting', 'container nbdb is waiting (CrashLoopBackOff), restarts so far: 7'],
    ['terminated', 'container nbdb is terminated (Error), restarts so far: 2'],
    ['unready', 'container nbdb runs but is not ready, restarts so far: 1'],
    ['silent', 'container nbdb has not been started; the pod is Running'],
  ] as const)('a database container that is %s', (state, trouble) => {
    const found = place(detected([node('a', { states: { nbdb: state } })]));
    expect(found?.northbound).toEqual({ container: 'nbdb', trouble });
    expect(found?.southbound?.trouble).toBeUndefined();
    expect(found?.containers.includes('nbdb')).toBe(state === 'unready');
    expect(found?.containers).toContain('sbdb');
  });

  it('a pod that is only just created', () => {
    const states = Object.fromEntries(OPENSHIFT_NODE.map((name) => [name, 'silent' as const]));
    const found = place(detected([node('a', { states, phase: 'Pending' })]));
    expect(found).toMatchObject({
      containers: [],
      southbound: { trouble: expect.stringContaining('Pending') as string },
    });
  });

  it('a pod that no node has taken yet', () => {
    const found = detected([node('a'), node('b', { node: undefined, phase: 'Pending' })]);
    expect(codes(found)).toEqual(['unscheduled']);
    expect(found.zones.map(({ name }) => name)).toEqual(['a']);
  });

  it('two pods on a node: the one that stays', () => {
    const old = pod('ovnkube-node-0', OPENSHIFT_NODE, { node: 'a', deleting: true });
    const found = detected([old, node('a')]);
    expect(shown(found)).toEqual(['a[ovnkube-node-a:nbdb,sbdb]']);
    expect(found.doubts).toEqual([
      {
        code: 'two-pods',
        message:
          'node a has several pods with databases; openshift-ovn-kubernetes/ovnkube-node-a is used, not openshift-ovn-kubernetes/ovnkube-node-0',
      },
    ]);
  });

  it('a pod that leaves is used when there is no other', () => {
    expect(place(detected([node('a', { deleting: true })]))?.northbound?.trouble).toBe('the pod is being deleted');
  });

  it('a node whose pod has no databases', () => {
    const found = detected([node('a'), pod('ovnkube-node-dpu', ['ovn-controller', 'ovnkube-node'], { node: 'dpu' })]);
    expect(codes(found)).toEqual(['no-databases']);
    expect(found.zones.map(({ name }) => name)).toEqual(['a']);
  });

  it('a pod that lacks one of the containers', () => {
    const containers = OPENSHIFT_NODE.filter((name) => name !== 'sbdb');
    const found = detected([pod('ovnkube-node-a', containers, { node: 'a', labels: { app: 'ovnkube-node' } })]);
    expect(shown(found)).toEqual(['a[ovnkube-node-a:nbdb,-]']);
  });

  it('an upgrade under way', () => {
    const master = pod('ovnkube-master-a', OPENSHIFT_MASTER, { node: 'cp' });
    const found = detected([master, node('w')]);
    expect(found.shape).toBe('openshift-interconnect');
    expect(codes(found)).toContain('mixed');
  });

  it('pods that have ended are passed over', () => {
    expect(detectDeployment([node('a', { phase: 'Failed' })])).toEqual({ ok: false, error: { kind: 'none' } });
  });

  it('a container called nbdb in a pod of somebody else', () => {
    const shop = pod('db', ['nbdb'], { namespace: 'shop', node: 'a' });
    expect(detected([shop, node('a')]).namespace).toBe('openshift-ovn-kubernetes');
  });

  it('two namespaces, until one is chosen', () => {
    const pods = [node('a'), upstream('ovnkube-node-x', IC_NODE, { node: 'a' })];
    expect(detectDeployment(pods)).toEqual({
      ok: false,
      error: { kind: 'ambiguous', namespaces: ['openshift-ovn-kubernetes', UPSTREAM].sort() },
    });
    expect(detected(pods, UPSTREAM).shape).toBe('interconnect');
    expect(detectDeployment(pods, 'elsewhere')).toEqual({ ok: false, error: { kind: 'none' } });
  });
});
