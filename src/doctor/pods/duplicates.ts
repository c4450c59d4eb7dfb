/** Addresses that more than one pod has in the same network. */
import { formatAddress, parsePrefix } from '../../net/prefix.js';
import type { Pod } from '../../kube/model/pod.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { bare, isNetworked, networksOf, POD_NETWORKS } from './networked-pods.js';
import { DUPLICATE_ADDRESS } from './pod-findings.js';

export const podsDuplicates: Analyzer = {
  id: 'pods/duplicates',
  area: 'pods',
  title: 'no two pods have the same address in a network',
  inputs: ['kube.pods'],
  finds: [DUPLICATE_ADDRESS],
  analyze: async (sight) => {
    const pods = (await sight.objects('pods')).filter(isNetworked);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const holders = new Map<string, { readonly what: 'IP' | 'MAC'; readonly address: string; readonly pods: Pod[] }>();
    const hold = (attachment: string, what: 'IP' | 'MAC', address: string, pod: Pod): void => {
      const key = `${attachment}\n${address}`;
      const known = holders.get(key);
      if (known === undefined) holders.set(key, { what, address, pods: [pod] });
      else if (!known.pods.includes(pod)) known.pods.push(pod);
    };
    for (const pod of pods) {
      for (const { attachment, mac, addresses } of networksOf(pod)) {
        if (mac !== '') hold(attachment, 'MAC', mac.toLowerCase(), pod);
        for (const address of addresses) {
          const prefix = parsePrefix(bare(address));
          hold(attachment, 'IP', prefix === undefined ? address : formatAddress(prefix), pod);
        }
      }
    }
    return [...holders.values()].flatMap(({ what, address, pods: sharing }): readonly Finding[] => {
      const [first, ...others] = sharing;
      if (first === undefined || others.length === 0) return [];
      const { namespace, name } = first.metadata;
      const names = others.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
      return [
        found(
          DUPLICATE_ADDRESS,
          { namespace, pod: name, what, address, others: names },
          {
            object: { kind: 'Pod', namespace, name },
            evidence: [
              annotationEvidence('Pod', first, POD_NETWORKS),
              ...others.map((pod) => annotationEvidence('Pod', pod, POD_NETWORKS)),
            ],
          },
        ),
      ];
    });
  },
};
