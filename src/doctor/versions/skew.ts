/** Whether everything that should be of one release is: northd of the zones, Open vSwitch of the nodes, images of pods. */
import type { Pod } from '../../kube/model/pod.js';
import { isCompleted } from '../../kube/model/pod.js';
import { qualifiedName } from '../../kube/model/object-meta.js';
import type { Analyzer } from '../analyzer.js';
import { fieldEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import type { Sight } from '../sight.js';
import { northdVersions, outliers } from './northd-version.js';
import { IMAGES_DIFFER, OVN_DIFFERS, OVS_DIFFERS } from './version-findings.js';

export const versionsSkew: Analyzer = {
  id: 'versions/skew',
  area: 'versions',
  title: 'zones, nodes and pods run the same releases',
  inputs: ['kube.pods', 'ovs.Open_vSwitch', 'sb.SB_Global'],
  finds: [OVN_DIFFERS, OVS_DIFFERS, IMAGES_DIFFER],
  analyze: async (sight) => {
    const pods = await sight.objects('pods');
    const northd = outliers(await northdVersions(sight), ({ ovn }) => ovn).map(({ one, usual, count }) =>
      found(
        OVN_DIFFERS,
        { zone: one.zone, has: one.ovn, others: usual.ovn, count },
        { object: { kind: 'Zone', name: one.zone }, zone: one.zone, evidence: [one.evidence, usual.evidence] },
      ),
    );
    const switches = outliers(await switchVersions(sight), ({ version }) => version).map(({ one, usual, count }) =>
      found(
        OVS_DIFFERS,
        { zone: one.zone, has: one.version, others: usual.version, count },
        { object: { kind: 'Zone', name: one.zone }, zone: one.zone, evidence: [one.evidence, usual.evidence] },
      ),
    );
    return [...northd, ...switches, ...differentImages(pods)];
  },
};

async function switchVersions(sight: Sight) {
  const versions: { readonly zone: string; readonly version: string; readonly evidence: Evidence }[] = [];
  for (const zone of sight.zones) {
    const database = await zone.openVSwitch();
    const [global] = [...(database?.table('Open_vSwitch').rows() ?? [])];
    const version = global?.optionalString('ovs_version');
    if (global === undefined || version === undefined) continue;
    const evidence = rowEvidence(zone.name, 'Open vSwitch', global, ['ovs_version']);
    versions.push({ zone: zone.name, version, evidence });
  }
  return versions;
}

/** What OVN-Kubernetes calls its pods, in their labels. */
function workloadName({ metadata: { labels } }: Pod): string | undefined {
  const name = labels.get('app') ?? labels.get('name');
  return name?.startsWith('ovnkube') ? name : undefined;
}

function differentImages(pods: readonly Pod[]): readonly Finding[] {
  const groups = new Map<string, Map<string, Pod[]>>();
  for (const pod of pods) {
    const workload = workloadName(pod);
    if (workload === undefined || isCompleted(pod) || pod.metadata.deleting) continue;
    for (const { name, image } of pod.containers) {
      // A bare digest may be the same image under no name.
      if (image === undefined || image.startsWith('sha256:')) continue;
      const key = `${pod.metadata.namespace}\n${workload}\n${name}`;
      const images = groups.get(key) ?? new Map<string, Pod[]>();
      images.set(image, [...(images.get(image) ?? []), pod]);
      groups.set(key, images);
    }
  }
  return [...groups].flatMap(([key, byImage]): readonly Finding[] => {
    const [namespace = '', workload = '', container = ''] = key.split('\n');
    const images = [...byImage].sort(([, a], [, b]) => b.length - a.length);
    if (images.length < 2) return [];
    const evidence = images.flatMap(([image, [first]]) =>
      first === undefined ? [] : [fieldEvidence('Pod', first, `image of container ${container}`, image)],
    );
    const [one, ...more] = evidence;
    if (one === undefined) return [];
    return [
      found(
        IMAGES_DIFFER,
        {
          workload,
          container,
          images: images.map(([image, of]) => ({ image, pods: of.map(qualifiedName).sort() })),
        },
        { object: { kind: 'Container', namespace, name: `${workload}.${container}` }, evidence: [one, ...more] },
      ),
    ];
  });
}
