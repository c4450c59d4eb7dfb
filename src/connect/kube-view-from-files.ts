import { decodeObject } from '../kube/model/kinds.js';
import type { KubeKinds, Plural } from '../kube/model/kinds.js';
import type { Coverage, Gap } from '../world/coverage.js';
import { viewOfLists } from '../world/kept-lists.js';
import type { KeptList, KeptObject } from '../world/kept-lists.js';
import type { KubeView } from '../world/world.js';
import type { SnapshotFiles } from './files/open-snapshot.js';

/**
 * The Kubernetes objects of a snapshot. An absent list and an object of another shape are gaps, noted when the list is
 * first asked for; a list that is no JSON throws, because then the snapshot is damaged.
 */
export function kubeViewFromFiles(files: SnapshotFiles, coverage: Coverage): KubeView {
  return viewOfLists(files.hasKubernetes, async <P extends Plural>(plural: P): Promise<KeptList<KubeKinds[P]>> => {
    const found = await files.kubernetes(plural);
    if (found === undefined) {
      const reason =
        files.layout === 'must-gather' ? `the must-gather has no ${plural}` : `the snapshot has no k8s/${plural}.json`;
      return { items: [], gaps: [coverage.add({ code: 'kube.absent', subject: plural, reason })] };
    }
    const items: KeptObject<KubeKinds[P]>[] = [];
    const gaps: Gap[] = found.gaps.map((gap) => coverage.add(gap));
    for (const [position, raw] of found.items.entries()) {
      const decoded = decodeObject(plural, raw, position);
      if (decoded.ok) items.push({ object: decoded.value, raw });
      else
        gaps.push(coverage.add({ code: 'kube.object', subject: decoded.error.object, reason: decoded.error.reason }));
    }
    return { items, gaps };
  });
}
