import { InputError } from '../base/errors.js';
import type { KubeKinds, Plural } from '../kube/model/kinds.js';
import type { World } from './world.js';

/** All objects of a kind; a source without any Kubernetes object is an InputError `snapshot.no-kubernetes`. */
export async function kubeList<P extends Plural>(world: World, plural: P): Promise<readonly KubeKinds[P][]> {
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
  return (await world.kube.list(plural)).items;
}

/** The object of that name; undefined when there is none. Objects of cluster scope have an empty namespace. */
export async function kubeObject<P extends Plural>(
  world: World,
  plural: P,
  namespace: string,
  name: string,
): Promise<KubeKinds[P] | undefined> {
  const items = await kubeList(world, plural);
  return items.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
}
