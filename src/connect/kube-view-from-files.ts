import { decodeObject } from '../kube/model/kinds.js';
import type { KubeKinds, Plural } from '../kube/model/kinds.js';
import type { Coverage, Gap } from '../world/coverage.js';
import type { KubeView, Listing } from '../world/world.js';
import type { SnapshotFiles } from './files/open-snapshot.js';

/**
 * The Kubernetes objects of a snapshot. An absent list and an object of another shape are gaps, noted when the list is
 * first asked for; a list that is no JSON throws, because then the snapshot is damaged.
 */
export function kubeViewFromFiles(files: SnapshotFiles, coverage: Coverage): KubeView {
  const kept = new Map<Plural, Promise<Listing<KubeKinds[Plural]>>>();

  async function read<P extends Plural>(plural: P): Promise<Listing<KubeKinds[P]>> {
    const found = await files.kubernetes(plural);
    if (found === undefined) {
      const reason = `the snapshot has no k8s/${plural}.json`;
      return { items: [], gaps: [coverage.add({ code: 'kube.absent', subject: plural, reason })] };
    }
    const items: KubeKinds[P][] = [];
    const gaps: Gap[] = [];
    for (const [position, value] of found.entries()) {
      const decoded = decodeObject(plural, value, position);
      if (decoded.ok) items.push(decoded.value);
      else
        gaps.push(coverage.add({ code: 'kube.object', subject: decoded.error.object, reason: decoded.error.reason }));
    }
    return { items, gaps };
  }

  return {
    available: files.hasKubernetes,
    list<P extends Plural>(plural: P): Promise<Listing<KubeKinds[P]>> {
      let listing = kept.get(plural);
      if (listing === undefined) {
        listing = read(plural);
        kept.set(plural, listing);
      }
      // Kept under its own plural, so it holds objects of that kind.
      return listing as Promise<Listing<KubeKinds[P]>>;
    },
  };
}
