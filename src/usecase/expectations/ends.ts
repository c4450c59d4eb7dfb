import { isCompleted } from '../../kube/model/pod.js';
import type { Pod } from '../../kube/model/pod.js';
import { selects } from '../../kube/model/selector.js';
import { workloadOf } from '../../kube/model/workload.js';
import { parseAddress } from '../../net/prefix.js';
import { kubeList, kubeObject } from '../../world/kube-look-up.js';
import type { World } from '../../world/world.js';
import type { End } from './expectation.js';

/** Whom the words of an end mean in this cluster, each in the words of the trace commands. */
export type Ends =
  | { readonly kind: 'inside' | 'service' | 'address'; readonly words: readonly string[] }
  /** There is a pod and a service of that name. */
  | { readonly kind: 'ambiguous' }
  | { readonly kind: 'nobody'; readonly reason: string };

/** Pods that have ended or run nowhere are not meant: they neither send nor answer. */
export async function endsOf(world: World, { text, meaning }: End): Promise<Ends> {
  switch (meaning.kind) {
    case 'address':
      return { kind: 'address', words: [text] };
    case 'node':
    case 'port':
      return { kind: 'inside', words: [text] };
    case 'pod':
      return { kind: 'inside', words: [`${meaning.namespace}/${meaning.name}`] };
    case 'service':
      return { kind: 'service', words: [`${meaning.namespace}/${meaning.name}`] };
    case 'object':
      return podOrService(world, meaning);
    case 'workload':
    case 'selector': {
      const pods = (await kubeList(world, 'pods', { namespace: meaning.namespace })).filter(isAlive);
      const members = pods.filter((pod) => {
        if (meaning.kind === 'selector') return selects(meaning.selector, pod.metadata.labels);
        const { kind, name } = workloadOf(pod);
        const isDirect = pod.controller?.kind === meaning.workload && pod.controller.name === meaning.name;
        return isDirect || (kind === meaning.workload && name === meaning.name);
      });
      if (members.length === 0) return { kind: 'nobody', reason: `no running pod is meant by "${text}"` };
      return { kind: 'inside', words: members.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort() };
    }
  }
}

const isAlive = (pod: Pod): boolean => pod.nodeName !== undefined && !isCompleted(pod);

async function podOrService(
  world: World,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<Ends> {
  const [pod, service] = [
    await kubeObject(world, 'pods', namespace, name),
    await kubeObject(world, 'services', namespace, name),
  ];
  if (pod !== undefined && service !== undefined) return { kind: 'ambiguous' };
  // A name that neither has is looked for as a pod, which says what there is instead.
  return { kind: service === undefined ? 'inside' : 'service', words: [`${namespace}/${name}`] };
}

/** Whether the address has that family. */
export function isOfFamily(text: string, family: '4' | '6' | 'both'): boolean {
  return family === 'both' || String(parseAddress(text)?.family) === family;
}
