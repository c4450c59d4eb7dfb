import type { Fault } from '../faults.js';
import { strings } from '../small-cluster.js';
import type { SmallCluster } from '../small-cluster.js';

const acl =
  (change: Record<string, never> | Record<string, string | boolean>) =>
  ({ zones }: SmallCluster): void => {
    Object.assign(zones['a']!.nb['ACL']!['acl-1']!, change);
  };
const flow =
  (change: Record<string, string>) =>
  ({ zones }: SmallCluster): void => {
    Object.assign(zones['a']!.sb['Logical_Flow']!['flow']!, change);
  };
const OWNER = 'ACL/NetworkPolicy shop:allow-web';

export const DATABASE_FAULTS: readonly Fault[] = [
  {
    analyzer: 'databases/references',
    name: 'an address set that is gone',
    change: acl({ match: 'outport == @pg1 && ip4.src == {$a1, $gone}' }),
    finds: [`OVN2001=${OWNER}:gone`],
    says: ['$gone', 'NetworkPolicy shop:allow-web'],
  },
  {
    analyzer: 'databases/references',
    name: 'a port group that is gone',
    change: acl({ match: 'outport == @gone' }),
    finds: [`OVN2002=${OWNER}:gone`],
  },
  {
    analyzer: 'databases/references',
    name: 'a meter that is gone',
    change: acl({ log: true, meter: 'acl-gone' }),
    finds: [`OVN2003=${OWNER}:acl-gone`],
  },
  {
    analyzer: 'databases/references',
    name: 'sets of the addresses of a group, text in quotes and comments, a meter without log',
    change: acl({ match: 'ip4.src == $pg1_ip4 && inport == "$x@y" /* $no @no */', meter: 'unused', log: false }),
    finds: [],
  },
  {
    analyzer: 'databases/references',
    name: 'a database that is not there',
    change: ({ zones }) => {
      delete (zones['a'] as { nb?: unknown }).nb;
    },
    finds: [],
    outcome: 'inconclusive',
  },
  {
    analyzer: 'databases/flows',
    name: 'a match with a mistake',
    change: flow({ match: 'ip4.src = 10.0.0.1' }),
    finds: ['OVN2010=Zone/a'],
    says: ['ls_in_check_port_sec', 'ip4.src = 10.0.0.1'],
  },
  {
    analyzer: 'databases/flows',
    name: 'operands that do not fit',
    change: flow({ match: 'ip4.src == "eth0"' }),
    finds: ['OVN2010=Zone/a'],
  },
  {
    analyzer: 'databases/flows',
    name: 'an action nobody knows',
    change: flow({ actions: 'teleport("b");' }),
    finds: ['OVN2010=Zone/a'],
    says: ['the actions of a flow', 'teleport'],
  },
  {
    analyzer: 'databases/flows',
    name: 'template variables and sets without members',
    change: (cluster) => {
      flow({ match: 'ip4.dst == ^NODEIP && inport == @nobody && ip6.src == $nothing' })(cluster);
      cluster.zones['a']!.sb['Address_Set']!['empty'] = { name: 'nothing', addresses: strings() };
    },
    finds: [],
  },
];
