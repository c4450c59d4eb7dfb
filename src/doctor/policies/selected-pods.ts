import type { AdminPeer, AdminSubject } from '../../kube/model/admin-network-policy.js';
import type { Namespace } from '../../kube/model/namespace.js';
import { isCompleted } from '../../kube/model/pod.js';
import type { Pod } from '../../kube/model/pod.js';
import { selects } from '../../kube/model/selector.js';
import type { LabelSelector } from '../../kube/model/selector.js';
import { isNetworked } from '../pods/networked-pods.js';

/** Which pods of which namespaces; a name of a namespace stands for just that one. */
export interface PodChoice {
  readonly namespaces: LabelSelector | { readonly name: string };
  readonly pods: LabelSelector | undefined;
}

/** Pods and namespaces, for selectors. */
export class SelectablePods {
  readonly pods: readonly Pod[];
  readonly #labels: ReadonlyMap<string, ReadonlyMap<string, string>>;

  constructor(pods: readonly Pod[], namespaces: readonly Namespace[]) {
    this.pods = pods;
    this.#labels = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels]));
  }

  isChosen({ metadata }: Pod, choice: PodChoice): boolean {
    const { namespaces, pods } = choice;
    const labels = this.#labels.get(metadata.namespace);
    const inside =
      'name' in namespaces
        ? namespaces.name === metadata.namespace
        : labels !== undefined && selects(namespaces, labels);
    return inside && (pods === undefined || selects(pods, metadata.labels));
  }

  /** Every pod that a selector means and that has not ended, those on the network of their host included. */
  chosen(choice: PodChoice): readonly Pod[] {
    return this.pods.filter((pod) => !isCompleted(pod) && this.isChosen(pod, choice));
  }

  /** Those that have addresses of their own and stay. */
  networked(choice: PodChoice): readonly Pod[] {
    return this.pods.filter((pod) => isNetworked(pod) && this.isChosen(pod, choice));
  }

  namespacesChosen(selector: LabelSelector): readonly string[] {
    return [...this.#labels].filter(([, labels]) => selects(selector, labels)).map(([name]) => name);
  }
}

export const podName = ({ metadata }: Pod): string => `${metadata.namespace}/${metadata.name}`;

export const subjectChoice = ({ namespaces, pods }: AdminSubject): PodChoice => ({ namespaces, pods });

/** The pods that a peer of an admin policy means; undefined for nodes, networks and names. */
export const peerChoice = ({ namespaces, pods }: AdminPeer): PodChoice | undefined =>
  pods ?? (namespaces === undefined ? undefined : { namespaces, pods: undefined });
