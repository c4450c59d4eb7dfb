/** Faults of releases that do not go together. */
import { defineFinding } from '../finding.js';

interface Differs {
  readonly zone: string;
  readonly has: string;
  readonly others: string;
  readonly count: number;
}

const rollout = {
  text: 'If an upgrade runs, let it end; if not, see what holds it up, and start the pods anew that stayed behind.',
  commands: [
    'kubectl -n OVN-NAMESPACE rollout status daemonset/ovnkube-node --timeout=1s',
    'kubectl -n OVN-NAMESPACE get pods -o wide',
  ],
};

const restart = (zone: string) => ({
  text: `Start the OVN-Kubernetes pod of zone ${zone} anew.`,
  commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${zone} -l app=ovnkube-node`],
});

export const OVN_DIFFERS = defineFinding<Differs>({
  code: 'OVN9501',
  level: 'warning',
  title: 'Zones run different releases of OVN',
  text: ({ zone, has, others, count }) =>
    `northd of zone ${zone} is OVN ${has}, that of ${String(count)} other zones ${others}. Zones of different releases work side by side during ` +
    'an upgrade only, and may treat the same packet differently.',
  remedy: ({ zone }) => [rollout, restart(zone)],
});

export const OVS_DIFFERS = defineFinding<Differs>({
  code: 'OVN9502',
  level: 'info',
  title: 'Nodes run different releases of Open vSwitch',
  text: ({ zone, has, others, count }) =>
    `The node of zone ${zone} runs Open vSwitch ${has}, ${String(count)} others ${others}. Open vSwitch comes with the operating system: the ` +
    'node was upgraded alone, or left out.',
  remedy: ({ zone }) => [
    {
      text: 'Compare the operating systems of the nodes.',
      commands: [
        'kubectl get nodes -o custom-columns=NAME:.metadata.name,OS:.status.nodeInfo.osImage,KERNEL:.status.nodeInfo.kernelVersion',
        `kubectl debug node/${zone} -it --image=BUSYBOX -- chroot /host ovs-vsctl --version`,
      ],
    },
  ],
});

export const IMAGES_DIFFER = defineFinding<{
  readonly workload: string;
  readonly container: string;
  readonly images: readonly { readonly image: string; readonly pods: readonly string[] }[];
}>({
  code: 'OVN9503',
  level: 'warning',
  title: 'Pods of OVN-Kubernetes run different images',
  text: ({ workload, container, images }) =>
    `Container ${container} of ${workload} runs ${images
      .map(({ image, pods }) => `${image} in ${pods.length > 3 ? `${String(pods.length)} pods` : pods.join(', ')}`)
      .join(' and ')}: an upgrade is under way or has stopped half-way.`,
  remedy: () => [rollout],
});

export const SCHEMA_OLDER = defineFinding<{
  readonly zone: string;
  readonly has: string;
  readonly needs: string;
  readonly ovn: string;
}>({
  code: 'OVN9510',
  level: 'error',
  title: 'A southbound database has an older schema than northd needs',
  text: ({ zone, has, needs, ovn }) =>
    `The southbound database of zone ${zone} has schema ${has}, but northd (OVN ${ovn}) was made for ${needs}: what it writes into columns that are ` +
    'not there is lost, or it does not write at all.',
  remedy: ({ zone }) => [
    {
      text: 'Start the pod with the databases anew: the server converts a database to the schema that comes with it.',
      commands: restart(zone).commands,
    },
    {
      text: 'If the schema stays, convert it by hand in the container of the southbound database.',
      commands: [
        'kubectl -n OVN-NAMESPACE exec POD -c sb-ovsdb -- ovsdb-client convert unix:/var/run/ovn/ovnsb_db.sock /usr/share/ovn/ovn-sb.ovsschema',
      ],
    },
  ],
});

export const SCHEMAS_DIFFER = defineFinding<Differs & { readonly database: 'northbound' | 'southbound' }>({
  code: 'OVN9511',
  level: 'warning',
  title: 'Zones have databases of different schemas',
  text: ({ zone, has, others, count, database }) =>
    `The ${database} database of zone ${zone} has schema ${has}, that of ${String(count)} other zones ${others}.`,
  remedy: ({ zone }) => [rollout, restart(zone)],
});

export const FEATURE_NOT_THERE = defineFinding<{
  readonly zone: string;
  readonly what: string;
  readonly since: string;
  readonly has: string;
  readonly rows: number;
  readonly effect: string;
}>({
  code: 'OVN9520',
  level: 'error',
  title: 'The configuration uses what this OVN does not have',
  text: ({ zone, what, since, has, rows, effect }) =>
    `Zone ${zone} runs OVN ${has}, but ${String(rows)} rows of its northbound database use ${what}, which came with ${since}: ${effect}.`,
  remedy: ({ zone }) => [
    {
      text: 'Upgrade OVN in the zone: images of OVN-Kubernetes and OVN belong together. See what runs there.',
      commands: [
        `ovnctl version`,
        `kubectl -n OVN-NAMESPACE get pods --field-selector spec.nodeName=${zone} -o jsonpath='{.items[*].spec.containers[*].image}'`,
      ],
    },
  ],
});
