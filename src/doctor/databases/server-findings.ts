/** Faults of the programs around the databases: servers, northd, ovn-controller. */
import { defineFinding } from '../finding.js';
import { inNodePod, nodeLogs, restartPod } from '../nodes/node-pod.js';

interface AboutServer {
  readonly node: string;
  readonly database: 'northbound' | 'southbound';
}

const file = (database: AboutServer['database']): string => (database === 'northbound' ? 'ovnnb_db' : 'ovnsb_db');
const socket = (database: AboutServer['database']): string => `/var/run/ovn/${file(database)}.ctl`;
const schema = (database: AboutServer['database']): string =>
  database === 'northbound' ? 'OVN_Northbound' : 'OVN_Southbound';
/** Its container is called `nbdb` or `nb-ovsdb`. */
const container = (database: AboutServer['database']): string => (database === 'northbound' ? 'nb' : 'sb');
const ask = ({ node, database }: AboutServer): string =>
  inNodePod(node, `ovn-appctl -t ${socket(database)} cluster/status ${schema(database)}`);

export const NO_LEADER = defineFinding<AboutServer & { readonly status: string; readonly role: string }>({
  code: 'OVN2020',
  level: 'error',
  title: 'A database server knows no leader of its cluster',
  text: ({ node, database, status, role }) =>
    `The server of the ${database} database on node ${node} is ${role} (${status}) and knows no leader. Without one nothing can be ` +
    'written: changes to pods, services and policies have no effect.',
  remedy: (about) => [
    {
      text: 'See which members reach each other, on each node that has one. More than half of them must run and reach each other.',
      commands: [ask(about), nodeLogs(about.node, container(about.database))],
    },
    {
      text: 'If most members are lost for good, make one of the rest a cluster of its own, then let the others join it (ovsdb(7), cluster).',
      commands: [inNodePod(about.node, `ovsdb-tool db-cid /etc/ovn/${file(about.database)}.db`)],
    },
  ],
});

export const MEMBERS_LOST = defineFinding<
  AboutServer & { readonly lost: readonly string[]; readonly members: number; readonly more: number }
>({
  code: 'OVN2021',
  level: 'warning',
  title: 'A database cluster lacks members',
  text: ({ node, database, lost, members, more }) =>
    `The leader of the ${database} database's cluster, on node ${node}, does not reach ${lost.join(' and ')} of ${members} members. ` +
    (more > 0
      ? `It still works, and does so until ${more} more ${more === 1 ? 'is' : 'are'} lost.`
      : 'It still works, but one more lost member stops all writing.'),
  remedy: (about) => [
    {
      text: 'Bring the lost members back; a member that can never return has to be removed, so that it does not count any more.',
      commands: [
        ask(about),
        ...about.lost.map((member) =>
          inNodePod(
            about.node,
            `ovn-appctl -t ${socket(about.database)} cluster/kick ${schema(about.database)} ${member}`,
          ),
        ),
      ],
    },
  ],
});

export const NOT_ACTIVE = defineFinding<AboutServer & { readonly state: string }>({
  code: 'OVN2022',
  level: 'error',
  title: 'A database server is not active',
  text: ({ node, database, state }) =>
    `The server of the ${database} database on node ${node} is ${state}, and no other is active: it only copies another server, and ` +
    'takes no changes.',
  remedy: (about) => [
    {
      text: 'Make it active; it must have no other server to copy.',
      commands: [
        inNodePod(about.node, `ovn-appctl -t ${socket(about.database)} ovsdb-server/disconnect-active-ovsdb-server`),
      ],
    },
    restartPod(about.node, 'its servers start active'),
  ],
});

export const CLUSTERS_DIFFER = defineFinding<{
  readonly database: AboutServer['database'];
  readonly clusters: readonly { readonly id: string; readonly nodes: readonly string[] }[];
}>({
  code: 'OVN2023',
  level: 'error',
  title: 'Database servers of one zone belong to different clusters',
  text: ({ database, clusters }) =>
    `The servers of the ${database} database are members of different clusters: ` +
    `${clusters.map(({ id, nodes }) => `${nodes.join(', ')} of ${id}`).join('; ')}. Who talks to one does not see what is written to ` +
    'the other.',
  remedy: ({ database, clusters }) => [
    {
      text: 'Keep the cluster with most members. On each other node, move the database file away and restart the pod, so that it joins.',
      commands: clusters
        .slice(1)
        .flatMap(({ nodes }) => nodes)
        .map((node) => inNodePod(node, `mv /etc/ovn/${file(database)}.db /etc/ovn/old-${file(database)}.db`)),
    },
  ],
});

export const NORTHD_NOT_ACTIVE = defineFinding<{
  readonly nodes: readonly string[];
  readonly status: string;
}>({
  code: 'OVN2030',
  level: 'error',
  title: 'No northd is active',
  text: ({ nodes, status }) =>
    `northd on ${nodes.join(', ')} is ${status}, and no other is active: nothing that is written to the northbound database gets into ` +
    'flows.',
  remedy: ({ nodes }) =>
    nodes.flatMap((node) => [
      {
        text:
          'A paused one waits to be resumed; one in standby waits for the lock of another, which may be a process that hangs or a ' +
          'database server that is not active.',
        commands: [
          inNodePod(node, 'ovn-appctl -t ovn-northd status'),
          inNodePod(node, 'ovn-appctl -t ovn-northd resume'),
        ],
      },
      restartPod(node, 'northd starts anew'),
    ]),
});

export const NORTHD_STUCK = defineFinding<{ readonly zone: string; readonly seconds: number }>({
  code: 'OVN2031',
  level: 'error',
  title: 'northd does not keep up',
  text: ({ zone, seconds }) =>
    `In zone ${zone} the southbound database is ${seconds} seconds behind the northbound one: northd hangs, is overloaded, or does not ` +
    'reach one of them. Changes of that time are not in the flows.',
  remedy: ({ zone }) => [
    {
      text: 'See whether northd runs, and what it says about its load ("Unreasonably long poll interval").',
      commands: [inNodePod(zone, 'ovn-appctl -t ovn-northd status'), nodeLogs(zone, 'northd')],
    },
    restartPod(zone, 'northd computes everything anew'),
  ],
});

export const NORTHD_BEHIND = defineFinding<{ readonly zone: string; readonly asked: string; readonly done: string }>({
  code: 'OVN2032',
  level: 'warning',
  title: 'northd has not done the last rounds it was asked for',
  text: ({ zone, asked, done }) =>
    `In zone ${zone} round ${asked} of the northbound database was asked for, and the southbound one is of round ${done}.`,
  remedy: ({ zone }) => [
    {
      text: 'Wait for northd; if this does not return, it hangs or is overloaded.',
      commands: [inNodePod(zone, 'ovn-nbctl --timeout=30 --wait=sb sync'), nodeLogs(zone, 'northd')],
    },
  ],
});

export const ZONE_SILENT = defineFinding<{
  readonly zone: string;
  readonly seconds: number;
  readonly other: string;
}>({
  code: 'OVN2033',
  level: 'error',
  title: 'ovnkube of a zone no longer writes to its database',
  text: ({ zone, seconds, other }) =>
    `ovnkube of zone ${zone} last wrote its time to the northbound database ${seconds} seconds before that of zone ${other}; it does ` +
    'so every half minute. Nothing that changes in the cluster reaches the zone.',
  remedy: ({ zone }) => [
    {
      text: 'See whether ovnkube of the node runs and reaches its database.',
      commands: [nodeLogs(zone, 'ovnkube-controller')],
    },
    restartPod(zone, ''),
  ],
});

export const OUT_OF_PROPORTION = defineFinding<{
  readonly zone: string;
  readonly database: 'northbound' | 'southbound';
  readonly table: string;
  readonly rows: number;
  readonly usual: number;
}>({
  code: 'OVN2040',
  level: 'warning',
  title: 'A zone has far more rows of a table than the others',
  text: ({ zone, database, table, rows, usual }) =>
    `Zone ${zone} has ${rows} rows of ${table} in its ${database} database, other zones about ${usual}. What nobody removes any more ` +
    'makes northd and ovn-controller slow.',
  remedy: ({ zone, database, table }) => [
    {
      text: 'See what most of them belong to.',
      commands: [
        inNodePod(
          zone,
          `${database === 'northbound' ? 'ovn-nbctl' : 'ovn-sbctl'} --no-leader-only --columns=external_ids list ${table}`,
        ),
      ],
    },
    restartPod(zone, 'ovnkube removes what it does not know when it starts'),
  ],
});

export const NEIGHBOURS_PILE_UP = defineFinding<{ readonly zone: string; readonly rows: number }>({
  code: 'OVN2041',
  level: 'warning',
  title: 'Learned neighbours pile up',
  text: ({ zone, rows }) =>
    `Zone ${zone} has ${rows} rows of MAC_Binding, and no router of it forgets neighbours by age: each of them is a flow on the node, ` +
    'and stale ones send packets to nobody.',
  remedy: ({ zone }) => [
    {
      text: 'Let the gateway router forget neighbours that were not seen for five minutes, as newer releases of OVN-Kubernetes do.',
      commands: [inNodePod(zone, `ovn-nbctl set Logical_Router GR_${zone} options:mac_binding_age_threshold=300`)],
    },
  ],
});

export const CONTROLLER_DISCONNECTED = defineFinding<{ readonly node: string; readonly status: string }>({
  code: 'OVN2050',
  level: 'error',
  title: 'ovn-controller has no connection to its database',
  text: ({ node, status }) =>
    `ovn-controller on node ${node} is ${status}: it works with the flows of before, new pods on the node get no network, and ` +
    'changes have no effect there.',
  remedy: ({ node }) => [
    {
      text: 'See where it wants to connect to, and what it says.',
      commands: [
        inNodePod(node, 'ovs-vsctl get Open_vSwitch . external_ids:ovn-remote'),
        nodeLogs(node, 'ovn-controller'),
      ],
    },
  ],
});

export const WRONG_REMOTE = defineFinding<{ readonly node: string; readonly remote: string }>({
  code: 'OVN2051',
  level: 'error',
  title: 'ovn-controller is told to use a database of another node',
  text: ({ node, remote }) =>
    `Node ${node} has databases of its own, but ovn-controller on it is told to connect to ${remote}, as in a cluster with central ` +
    'databases: it does not see what ovnkube and northd of the node write.',
  remedy: ({ node }) => [
    {
      text: 'Point it to the database of the node.',
      commands: [
        inNodePod(node, 'ovs-vsctl set Open_vSwitch . external_ids:ovn-remote=unix:/var/run/ovn/ovnsb_db.sock'),
      ],
    },
    restartPod(node, 'it writes the setting itself when it starts'),
  ],
});

export const CONTROLLER_BEHIND = defineFinding<{
  readonly node: string;
  readonly asked: string;
  readonly done: string;
}>({
  code: 'OVN2052',
  level: 'warning',
  title: 'ovn-controller has not done the last rounds it was asked for',
  text: ({ node, asked, done }) =>
    `The southbound database of node ${node} is of round ${asked}, and ovn-controller has finished round ${done}: it hangs, is ` +
    'overloaded, or does not reach Open vSwitch.',
  remedy: ({ node }) => [
    {
      text: 'Wait for it; if this does not return, see what it says.',
      commands: [inNodePod(node, 'ovn-nbctl --timeout=30 --wait=hv sync'), nodeLogs(node, 'ovn-controller')],
    },
  ],
});
