/**
 * `version`: which releases of everything are at work: ours, OVN-Kubernetes, OVN, Open vSwitch, the schemas, and how the
 * cluster is deployed.
 *
 * Input: a World and our own version; output: what the source says, nothing where it says nothing. Must not know flags or
 * formats.
 */
import type { LabelSelector } from '../kube/model/selector.js';
import type { Pod } from '../kube/model/pod.js';
import { detectDeployment } from '../ovnk/deployment.js';
import type { DeploymentShape } from '../ovnk/deployment.js';
import { whenHeld } from '../ovsdb/replica/not-held.js';
import type { World, Zone } from '../world/world.js';
import { unlessUnreadable } from '../world/unreadable.js';

export interface VersionReport {
  readonly client: ClientVersion;
  /** How OVN-Kubernetes is deployed, told from its pods. */
  readonly deployment?: { readonly shape: DeploymentShape; readonly namespace: string };
  /** Images that the pods of OVN-Kubernetes run, with how many of them do. */
  readonly images: readonly { readonly image: string; readonly pods: number }[];
  /** Sorted by name. */
  readonly zones: readonly ZoneVersions[];
}

export interface ClientVersion {
  readonly version: string;
  readonly node: string;
}

export interface ZoneVersions {
  readonly zone: string;
  /** Of OVN, as northd left it in the southbound database: release, schema, and counters of incompatible changes. */
  readonly northd?: string;
  /** The release in it. */
  readonly ovn?: string;
  readonly openVSwitch?: string;
  readonly schemas: {
    readonly northbound?: string;
    readonly southbound?: string;
    readonly openVSwitch?: string;
  };
}

export async function versionReport(world: World, client: ClientVersion): Promise<VersionReport> {
  const pods = world.kube.available ? await ovnPods(world) : [];
  const found = detectDeployment(pods);
  const zones = await Promise.all(world.zones.map(zoneVersions));
  return {
    client,
    ...(found.ok ? { deployment: { shape: found.value.shape, namespace: found.value.namespace } } : {}),
    images: imagesOf(pods),
    zones,
  };
}

/** Labels that pods of OVN-Kubernetes have had in any release. */
const SELECTORS: readonly LabelSelector[] = [
  requirement('app', ['ovnkube-node', 'ovnkube-master', 'ovnkube-control-plane']),
  requirement('name', [
    'ovnkube-node',
    'ovnkube-master',
    'ovnkube-db',
    'ovnkube-zone-controller',
    'ovnkube-control-plane',
  ]),
];

function requirement(key: string, values: readonly string[]): LabelSelector {
  return { matchLabels: new Map(), matchExpressions: [{ key, operator: 'In', values }] };
}

/** Those in the namespace of the pods with databases, where that is known: nobody may have to list more. */
async function ovnPods(world: World): Promise<readonly Pod[]> {
  const pods = new Map<string, Pod>();
  const places = world.zones.flatMap(({ place }) => place?.pods ?? []);
  const [namespace] = new Set(places.map((name) => name.split('/')[0] ?? ''));
  for (const labelSelector of SELECTORS) {
    const selection = { labelSelector, ...(namespace === undefined ? {} : { namespace }) };
    const listing = await unlessUnreadable(() => world.kube.list('pods', selection));
    for (const pod of listing?.items ?? []) pods.set(`${pod.metadata.namespace}/${pod.metadata.name}`, pod);
  }
  return [...pods.values()];
}

function imagesOf(pods: readonly Pod[]): VersionReport['images'] {
  const counts = new Map<string, number>();
  for (const { containers } of pods) {
    for (const image of new Set(containers.flatMap(({ image: of }) => of ?? []))) {
      counts.set(image, (counts.get(image) ?? 0) + 1);
    }
  }
  return [...counts].map(([image, count]) => ({ image, pods: count })).sort((a, b) => (a.image < b.image ? -1 : 1));
}

async function zoneVersions(zone: Zone): Promise<ZoneVersions> {
  const northbound = zone.hasNorthbound
    ? await unlessUnreadable(async () => (await zone.northbound()).database.schema?.version)
    : undefined;
  const southbound = zone.hasSouthbound
    ? await unlessUnreadable(() =>
        whenHeld(async () => {
          const { database } = await zone.southbound();
          const [global] = [...database.table('SB_Global').rows()];
          return { schema: database.schema?.version, northd: global?.map('options').get('northd_internal_version') };
        }),
      )
    : undefined;
  const openVSwitch = await unlessUnreadable(() =>
    whenHeld(async () => {
      const database = await zone.openVSwitch?.();
      const [global] = [...(database?.table('Open_vSwitch').rows() ?? [])];
      return { schema: database?.schema?.version, version: global?.optionalString('ovs_version') };
    }),
  );
  const northd = southbound?.northd;
  const ovn = northd?.split('-')[0];
  return {
    zone: zone.name,
    ...(northd === undefined ? {} : { northd }),
    ...(ovn === undefined ? {} : { ovn }),
    ...(openVSwitch?.version === undefined ? {} : { openVSwitch: openVSwitch.version }),
    schemas: {
      ...(northbound === undefined ? {} : { northbound }),
      ...(southbound?.schema === undefined ? {} : { southbound: southbound.schema }),
      ...(openVSwitch?.schema === undefined ? {} : { openVSwitch: openVSwitch.schema }),
    },
  };
}
