import type { Fault } from '../faults.js';
import { owned, uuids } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

const fault = (name: string, change: Fault['change'], finds: readonly string[], says: Fault['says'] = []): Fault => ({
  analyzer: 'policies/admin',
  name,
  change,
  finds,
  says,
});

interface Parts {
  readonly name?: string;
  readonly spec?: Record<string, unknown>;
  readonly status?: unknown;
  readonly rows?: boolean;
}

/** An AdminNetworkPolicy with its rows in both zones. */
const policy =
  ({ name = 'guard', spec = {}, status, rows = true }: Parts = {}): Fault['change'] =>
  ({ objects, zones }) => {
    objects.adminnetworkpolicies.push({
      metadata: { name },
      spec: {
        priority: 5,
        subject: { namespaces: {} },
        ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
        ...spec,
      },
      status,
    });
    if (rows) for (const { nb } of Object.values(zones)) addRows(nb, name);
  };

function addRows(nb: SmallCluster['zones'][string]['nb'], name: string): void {
  nb['Port_Group']![`pg-${name}`] = {
    name: `pg${name}`,
    ports: uuids('lsp-pod'),
    acls: uuids(`acl-${name}`),
    external_ids: owned('AdminNetworkPolicy', name),
  };
  nb['ACL']![`acl-${name}`] = {
    name: `ANP:${name}:Ingress:0`,
    match: 'ip4',
    external_ids: owned('AdminNetworkPolicy', name, { direction: 'Ingress', 'gress-index': '0' }),
  };
}

const both =
  (...changes: readonly Fault['change'][]): Fault['change'] =>
  (cluster) => {
    for (const change of changes) change(cluster);
  };

export const ADMIN_FAULTS: readonly Fault[] = [
  fault('all is well', policy(), []),
  fault(
    'equal priorities',
    both(policy(), policy({ name: 'other' })),
    ['OVN6030=AdminNetworkPolicy/guard'],
    ['guard, other have priority 5'],
  ),
  fault(
    'a priority that is not implemented has no rows either',
    policy({ spec: { priority: 100 }, rows: false }),
    ['OVN6031=AdminNetworkPolicy/guard'],
    ['priority 100'],
  ),
  fault(
    'a zone is not ready',
    policy({
      status: {
        conditions: [
          { type: 'Ready-In-Zone-a', status: 'True', reason: 'SetupSucceeded', message: '' },
          { type: 'Ready-In-Zone-b', status: 'False', reason: 'SetupFailed', message: 'no such thing' },
        ],
      },
    }),
    ['OVN6032=AdminNetworkPolicy/guard'],
    ['zone b', 'no such thing'],
  ),
  fault(
    'no rows, no rule',
    both(policy({ rows: false }), ({ zones }) => {
      addRows(zones['a']!.nb, 'guard');
      zones['a']!.nb['Port_Group']!['pg-guard']!['acls'] = uuids();
    }),
    ['OVN6033=AdminNetworkPolicy/guard', 'OVN6033=AdminNetworkPolicy/guard'],
    ['no ACL for ingress rule 0', 'no port group'],
  ),
  fault(
    'a rule less, a policy less',
    both(policy({ spec: { ingress: [] } }), ({ zones }) => {
      addRows(zones['a']!.nb, 'gone');
    }),
    ['OVN6034=AdminNetworkPolicy/gone', 'OVN6034=AdminNetworkPolicy/guard', 'OVN6034=AdminNetworkPolicy/guard'],
    ['the port group', 'a rule (Ingress 0)'],
  ),
  fault(
    'a baseline that is not the default one',
    ({ objects }) => {
      objects.baselineadminnetworkpolicies.push({ metadata: { name: 'mine' }, spec: { subject: { namespaces: {} } } });
    },
    ['OVN6035=BaselineAdminNetworkPolicy/mine'],
  ),
  fault(
    'a subject, a peer and nodes that are not there',
    policy({
      spec: {
        subject: { namespaces: { matchLabels: { team: 'none' } } },
        ingress: [
          { action: 'Deny', from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'x' } } } }] },
        ],
        egress: [{ action: 'Allow', to: [{ nodes: { matchLabels: { role: 'y' } } }] }],
      },
    }),
    [
      ...Array<string>(2).fill('OVN6033=AdminNetworkPolicy/guard'),
      ...Array<string>(3).fill('OVN6036=AdminNetworkPolicy/guard'),
    ],
    ['namespaces: team=none', 'pods: app=x', 'nodes: role=y'],
  ),
  fault(
    'networks of pods',
    both(
      policy({
        spec: { ingress: [], egress: [{ action: 'Deny', to: [{ networks: ['10.244.1.0/25', '10.0.0.0/8'] }] }] },
      }),
      ({ zones }) => {
        for (const { nb } of Object.values(zones)) {
          nb['ACL']!['acl-guard']!['external_ids'] = owned('AdminNetworkPolicy', 'guard', {
            direction: 'Egress',
            'gress-index': '0',
          });
        }
      },
    ),
    ['OVN6037=AdminNetworkPolicy/guard'],
    ['10.244.1.0/25'],
  ),
];
