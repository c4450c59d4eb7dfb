import type { Fault } from '../faults.js';
import { pairs } from '../small-cluster.js';
import type { Rows, SmallCluster } from '../small-cluster.js';
import { BEAT } from '../small-hosts.js';

export const text =
  (path: string, content: string | undefined) =>
  (cluster: SmallCluster): void => {
    const { [path]: before, ...others } = cluster.texts;
    if (before === undefined && content === undefined) throw new Error(`there is no ${path}`);
    cluster.texts = content === undefined ? others : { ...others, [path]: content };
  };

/** As ovsdb-server 3.1 prints it. */
const member = (facts: {
  readonly status?: string;
  readonly role?: string;
  readonly leader?: string;
  /** Milliseconds since 12fa and 6054 said something. */
  readonly silent?: readonly [number, number];
  readonly cluster?: string;
}): string =>
  [
    'r1',
    'Name: OVN_Northbound',
    `Cluster ID: ${facts.cluster ?? '3b9e (3b9e64fd-75e2-4d2a-b3bb-0f63d7f1f7fc)'}`,
    'Server ID: 0107 (01072f21-1fd0-45df-8b29-dfed79f077cc)',
    'Address: ssl:172.18.0.2:9643',
    `Status: ${facts.status ?? 'cluster member'}`,
    `Role: ${facts.role ?? 'leader'}`,
    'Term: 1',
    `Leader: ${facts.leader ?? 'self'}`,
    'Vote: self',
    '',
    'Election timer: 1000',
    'Connections: (->raft) <-raft ->raft',
    'Disconnections: 0',
    'Servers:',
    '    0107 (0107 at ssl:172.18.0.2:9643) (self) next_index=2 match_index=4',
    `    raft (12fa at ssl:172.18.0.3:9643) next_index=5 match_index=4 last msg ${String(facts.silent?.[0] ?? 314)} ms ago`,
    `    raft (6054 at ssl:172.18.0.4:9643) next_index=5 match_index=4 last msg ${String(facts.silent?.[1] ?? 314)} ms ago`,
    '',
  ].join('\n');

/** The zone of both nodes, as in clusters with central databases. */
const central = (cluster: SmallCluster): void => {
  const [a] = [cluster.zones['a']];
  delete cluster.zones['a'];
  delete cluster.zones['b'];
  if (a !== undefined) cluster.zones['global'] = a;
};

const global = (cluster: SmallCluster, zone: string, database: 'nb' | 'sb') =>
  cluster.zones[zone]![database][database === 'nb' ? 'NB_Global' : 'SB_Global']!['global']!;

const many = (count: number): Rows[string] =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`many-${String(at)}`, { ip: '192.0.2.1' }]));

export const SERVER_FAULTS: readonly Fault[] = [
  {
    analyzer: 'databases/health',
    name: 'no leader',
    change: text(
      'hosts/a/northbound.txt',
      member({
        status: 'disconnected from the cluster (election timeout)',
        role: 'candidate',
        leader: 'unknown',
        silent: [6329, 8332],
      }),
    ),
    finds: ['OVN2020=Node/a'],
    says: ['election timeout', 'candidate', 'Leader: unknown'],
  },
  {
    analyzer: 'databases/health',
    name: 'a lost member of three',
    change: text('hosts/a/southbound.txt', member({ silent: [314, 5119] })),
    finds: ['OVN2021=Node/a'],
    says: ['6054 of 3 members', 'one more lost member'],
  },
  {
    analyzer: 'databases/health',
    name: 'a leader that hears from all, and a follower that hears only from it',
    change: (cluster) => {
      text('hosts/a/northbound.txt', member({}))(cluster);
      text('hosts/b/northbound.txt', member({ role: 'follower', leader: '0107', silent: [90_000, 90_000] }))(cluster);
    },
    finds: [],
  },
  {
    analyzer: 'databases/health',
    name: 'a server that only copies another',
    change: text('hosts/b/northbound.txt', 'state: backup\nconnecting: tcp:192.0.2.1:6641\n'),
    finds: ['OVN2022=Node/b'],
    says: ['is backup'],
  },
  {
    analyzer: 'databases/health',
    name: 'a standby beside an active one',
    change: (cluster) => {
      central(cluster);
      text('hosts/b/northbound.txt', 'state: backup\nreplicating: tcp:172.18.0.2:6641\n')(cluster);
    },
    finds: [],
  },
  {
    analyzer: 'databases/health',
    name: 'members of two clusters',
    change: (cluster) => {
      central(cluster);
      text('hosts/a/northbound.txt', member({}))(cluster);
      text('hosts/b/northbound.txt', member({ cluster: 'beef (beef…)' }))(cluster);
    },
    finds: ['OVN2023=Database/northbound'],
    says: ['3b9e', 'beef'],
  },
  {
    analyzer: 'databases/health',
    name: 'one cluster for each node is no mistake where each is a zone',
    change: (cluster) => {
      text('hosts/a/northbound.txt', member({}))(cluster);
      text('hosts/b/northbound.txt', member({ cluster: 'beef (beef…)' }))(cluster);
    },
    finds: [],
  },
  {
    analyzer: 'databases/health',
    name: 'a status that is none, and one that is not there',
    change: (cluster) => {
      text('hosts/a/northbound.txt', 'segmentation fault')(cluster);
      text('hosts/b/southbound.txt', undefined)(cluster);
    },
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'databases/northd',
    name: 'paused',
    change: text('hosts/a/northd.txt', 'Status: paused\n'),
    finds: ['OVN2030=Node/a'],
    says: ['is paused'],
  },
  {
    analyzer: 'databases/northd',
    name: 'one of two on standby, in a zone of both',
    change: (cluster) => {
      central(cluster);
      text('hosts/a/northd.txt', 'Status: standby\n')(cluster);
    },
    finds: [],
  },
  {
    analyzer: 'databases/northd',
    name: 'both on standby',
    change: (cluster) => {
      central(cluster);
      text('hosts/a/northd.txt', 'Status: standby\n')(cluster);
      text('hosts/b/northd.txt', 'Status: standby\n')(cluster);
    },
    finds: ['OVN2030=Node/a'],
    says: ['on a, b is standby'],
  },
  {
    analyzer: 'databases/northd',
    name: 'the heartbeat does not get through',
    change: (cluster) => {
      global(cluster, 'b', 'sb')['options'] = pairs({ e2e_timestamp: String(BEAT - 130) });
    },
    finds: ['OVN2031=Zone/b'],
    says: ['130 seconds behind', String(BEAT - 130)],
  },
  {
    analyzer: 'databases/northd',
    name: 'a heartbeat that is half a minute late',
    change: (cluster) => {
      global(cluster, 'b', 'sb')['options'] = pairs({ e2e_timestamp: String(BEAT - 60) });
    },
    finds: [],
  },
  {
    analyzer: 'databases/northd',
    name: 'two rounds behind',
    change: (cluster) => {
      global(cluster, 'a', 'nb')['nb_cfg'] = 6;
    },
    finds: ['OVN2032=Zone/a'],
    says: ['round 6', 'round 4'],
  },
  {
    analyzer: 'databases/northd',
    name: 'a round that is under way',
    change: (cluster) => {
      global(cluster, 'a', 'nb')['nb_cfg'] = 5;
    },
    finds: [],
  },
  {
    analyzer: 'databases/northd',
    name: 'ovnkube of a zone fell silent',
    change: (cluster) => {
      for (const database of ['nb', 'sb'] as const) {
        global(cluster, 'b', database)['options'] = pairs({ e2e_timestamp: String(BEAT - 700) });
      }
    },
    finds: ['OVN2033=Zone/b'],
    says: ['700 seconds before that of zone a'],
  },
  {
    analyzer: 'databases/scale',
    name: 'many times more rows than the others',
    change: ({ zones }) => {
      const empty = (): Rows => ({});
      zones['c'] = { nb: empty(), sb: empty(), ovs: empty() };
      zones['a']!.nb['NAT'] = many(10_000);
    },
    finds: ['OVN2040=Zone/a:NAT'],
    says: ['10000 rows of NAT'],
  },
  {
    analyzer: 'databases/scale',
    name: 'many rows, but nothing to compare with, or others have as many',
    change: ({ zones }) => {
      zones['a']!.nb['NAT'] = many(10_000);
    },
    finds: [],
  },
  {
    analyzer: 'databases/scale',
    name: 'neighbours that nobody forgets',
    change: ({ zones }) => {
      zones['a']!.sb['MAC_Binding'] = many(10_000);
    },
    finds: ['OVN2041=Zone/a'],
    says: ['10000 rows of MAC_Binding'],
  },
  {
    analyzer: 'databases/scale',
    name: 'neighbours that are forgotten in time',
    change: ({ zones }) => {
      zones['a']!.sb['MAC_Binding'] = many(10_000);
      zones['a']!.nb['Logical_Router']!['lr-gateway']!['options'] = pairs({ mac_binding_age_threshold: '300' });
    },
    finds: [],
  },
  {
    analyzer: 'databases/connection',
    name: 'not connected',
    change: text('hosts/b/ovn-controller.txt', 'not connected\n'),
    finds: ['OVN2050=Node/b'],
    says: ['ovn-controller on node b is not connected'],
  },
  {
    analyzer: 'databases/connection',
    name: 'no word of ovn-controller',
    change: text('hosts/b/ovn-controller.txt', undefined),
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'databases/connection',
    name: 'told to use the databases of before the migration',
    change: ({ zones }) => {
      zones['a']!.ovs['Open_vSwitch']!['vswitch']!['external_ids'] = pairs({
        'system-id': 'chassis-a',
        'ovn-remote': 'ssl:172.18.0.2:9642',
      });
    },
    finds: ['OVN2051=Node/a'],
    says: ['ssl:172.18.0.2:9642'],
  },
  {
    analyzer: 'databases/connection',
    name: 'central databases are where they are',
    change: (cluster) => {
      cluster.zones['a']!.ovs['Open_vSwitch']!['vswitch']!['external_ids'] = pairs({
        'ovn-remote': 'ssl:192.0.2.1:9642',
      });
      central(cluster);
    },
    finds: [],
  },
  {
    analyzer: 'databases/connection',
    name: 'rounds behind',
    change: ({ zones }) => {
      zones['a']!.sb['Chassis_Private']!['private']!['nb_cfg'] = 1;
    },
    finds: ['OVN2052=Node/a'],
    says: ['round 4', 'round 1'],
  },
];
