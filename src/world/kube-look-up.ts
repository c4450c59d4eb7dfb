import { InputError, UsageError } from '../base/errors.js';
import type { KubeKinds, Plural } from '../kube/model/kinds.js';
import type { ObjectSelection, World } from './world.js';

/** The objects of a kind; a source without any Kubernetes object is an InputError `snapshot.no-kubernetes`. */
export async function kubeList<P extends Plural>(
  world: World,
  plural: P,
  selection?: ObjectSelection,
): Promise<readonly KubeKinds[P][]> {
  needObjects(world);
  return (await world.kube.list(plural, selection)).items;
}

function needObjects(world: World): void {
  if (!world.kube.available && world.source.kind === 'remotes') {
    throw new UsageError(
      'source.no-kubernetes',
      "database servers have no Kubernetes objects, so pods and services can't be looked up by name",
      {
        hints: [
          'take them from a cluster with --kubeconfig FILE or --context NAME, or from a snapshot with --from PATH',
          'with databases alone, `ovnctl trace packet DATAPATH MICROFLOW` works',
        ],
      },
    );
  }
  if (!world.kube.available) {
    throw new InputError(
      'snapshot.no-kubernetes',
      `${world.source.path} has no Kubernetes objects, so pods and services can't be looked up by name`,
      {
        hints: [
          `Expected are lists like ${world.source.path}/k8s/pods.json, as \`kubectl get pods -A -o json\` prints them.`,
          'With databases alone, `ovnctl trace packet DATAPATH MICROFLOW` still works.',
        ],
      },
    );
  }
}

/** The object of that name; undefined when there is none. Objects of cluster scope have an empty namespace. */
export async function kubeObject<P extends Plural>(
  world: World,
  plural: P,
  namespace: string,
  name: string,
): Promise<KubeKinds[P] | undefined> {
  needObjects(world);
  return world.kube.get(plural, namespace, name);
}
