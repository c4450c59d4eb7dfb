import type { OvnZone } from '../../support/ovn-zones.js';

/** Something that goes wrong in a live zone, and what the doctor must then say and nothing else. */
export interface LiveFault {
  readonly name: string;
  /** ovn-worker unless it says another. */
  readonly zone?: string;
  readonly inject: (zone: OvnZone) => Promise<unknown>;
  /** As `findingKey` names them, sorted as the report is; UUID for the first digits of one. */
  readonly finds: readonly string[];
  readonly says?: readonly string[];
}

/** The uuid of the only row with that. */
async function rowOf({ nbctl }: OvnZone, table: string, ...conditions: readonly string[]): Promise<string> {
  const [uuid, ...more] = (await nbctl('--bare', '--columns=_uuid', 'find', table, ...conditions))
    .split(/\s+/)
    .filter(Boolean);
  if (uuid === undefined || more.length > 0) throw new Error(`not one row of ${table} with ${conditions.join(' ')}`);
  return uuid;
}

/** Chassis of ovn-worker2. */
const WORKER2 = 'c391c626-e1f0-4b1e-af0b-66f0807f9404';
const WEB = 'Service_shop/web-np_TCP_cluster';

export const LIVE_FAULTS: readonly LiveFault[] = [
  {
    name: 'a load balancer is deleted',
    inject: ({ nbctl }) => nbctl('lb-del', WEB),
    // One for each family.
    finds: ['OVN5001=Service/shop/web-np', 'OVN5001=Service/shop/web-np'],
  },
  {
    name: 'a load balancer sends to a wrong address',
    inject: async (zone) =>
      zone.nbctl(
        'set',
        'Load_Balancer',
        await rowOf(zone, 'Load_Balancer', `name="${WEB}"`),
        'vips:"10.96.149.139:80"="10.244.0.3:8080,10.244.2.3:8080,10.244.2.99:8080"',
      ),
    finds: ['OVN5002=Service/shop/web-np', 'OVN5003=Service/shop/web-np'],
    says: ['10.244.2.99', '10.244.2.4'],
  },
  {
    name: 'a load balancer is left over',
    inject: async ({ nbctl }) => {
      await nbctl('lb-add', 'Service_shop/gone_TCP_cluster', '10.96.99.99:80', '10.244.0.3:8080');
      await nbctl(
        ...['set', 'Load_Balancer', 'Service_shop/gone_TCP_cluster'],
        ...['external_ids:k8s.ovn.org/kind=Service', 'external_ids:k8s.ovn.org/owner=shop/gone'],
      );
      await nbctl('ls-lb-add', 'ovn-worker', 'Service_shop/gone_TCP_cluster');
    },
    finds: ['OVN5004=Service/shop/gone'],
  },
  {
    name: "a pod's port is deleted",
    inject: ({ nbctl }) => nbctl('lsp-del', 'shop_web-0'),
    // The second is explained by the first.
    finds: ['OVN4001=Pod/shop/web-0', 'OVN4007=Pod/shop/web-0'],
  },
  {
    name: 'a port is left over',
    inject: ({ nbctl }) =>
      nbctl(
        ...['lsp-add', 'ovn-worker', 'shop_ghost'],
        ...['--', 'lsp-set-addresses', 'shop_ghost', '0a:58:0a:f4:00:63 10.244.0.99'],
        ...['--', 'set', 'Logical_Switch_Port', 'shop_ghost'],
        ...['external_ids:pod=true', 'external_ids:namespace=shop'],
      ),
    finds: ['OVN4002=Pod/shop/ghost'],
  },
  {
    name: "a pod's port has the address of another pod",
    inject: async ({ nbctl }) => {
      const other = (await nbctl('lsp-get-addresses', 'shop_client')).trim();
      // lsp-set-addresses would refuse.
      await nbctl('set', 'Logical_Switch_Port', 'shop_web-0', `addresses="${other}"`);
    },
    finds: ['OVN4003=Pod/shop/web-0'],
  },
  {
    name: "a pod's port is not bound",
    inject: ({ sbctl }) => sbctl('lsp-unbind', 'shop_web-0'),
    finds: ['OVN4007=Pod/shop/web-0'],
  },
  {
    name: 'the chassis of another node is removed',
    inject: ({ sbctl }) => sbctl('chassis-del', WORKER2),
    finds: ['OVN3120=Node/ovn-worker2'],
  },
  {
    name: 'another tunnel address',
    inject: async ({ sbctl }) => {
      const encap = (await sbctl('--bare', '--columns=_uuid', 'find', 'Encap', `chassis_name=${WORKER2}`)).trim();
      await sbctl('set', 'Encap', encap, 'ip=172.18.0.77');
    },
    finds: ['OVN3124=Node/ovn-worker2'],
  },
  {
    name: "the route to another node's pods is removed",
    inject: ({ nbctl }) => nbctl('lr-route-del', 'ovn_cluster_router', '10.244.1.0/24'),
    finds: ['OVN3125=Node/ovn-control-plane'],
  },
  {
    name: 'the gateway router has no default route',
    inject: ({ nbctl }) => nbctl('lr-route-del', 'GR_ovn-worker', '::/0'),
    finds: ['OVN3015=Node/ovn-worker'],
    says: ['::/0'],
  },
  {
    name: 'the gateway router has another default route',
    inject: async ({ nbctl }) => {
      await nbctl('lr-route-del', 'GR_ovn-worker', '0.0.0.0/0');
      await nbctl('lr-route-add', 'GR_ovn-worker', '0.0.0.0/0', '172.18.0.254', 'rtoe-GR_ovn-worker');
    },
    finds: ['OVN3014=Node/ovn-worker'],
    says: ['172.18.0.254'],
  },
  {
    name: 'the gateway router has another address',
    inject: ({ nbctl }) =>
      nbctl(
        ...['set', 'Logical_Router_Port', 'rtoe-GR_ovn-worker'],
        'networks="172.18.0.77/16","fc00:f853:ccd:e793::3/64"',
      ),
    finds: ['OVN3019=Node/ovn-worker'],
    says: ['172.18.0.77'],
  },
  {
    name: "pods' addresses are not translated",
    zone: 'ovn-control-plane',
    inject: ({ nbctl }) => nbctl('lr-nat-del', 'GR_ovn-control-plane', 'snat', '10.244.0.0/16'),
    finds: ['OVN7010=Node/ovn-control-plane'],
  },
  {
    name: 'a match refers to an address set and a port group that are not there',
    inject: ({ nbctl }) =>
      nbctl(...['acl-add', 'ovn-worker', 'to-lport', '1001', 'ip4.src == $a1 && outport == @nobody', 'drop']),
    finds: ['OVN2001=ACL/UUID:a1', 'OVN2002=ACL/UUID:nobody'],
  },
  {
    name: 'a rule logs through a meter that is not there',
    inject: ({ nbctl }) =>
      nbctl(
        ...['--log', '--meter=nothing', '--name=noisy', 'acl-add', 'ovn-worker', 'to-lport', '1001', 'ip4', 'drop'],
      ),
    finds: ['OVN2003=ACL/UUID:nothing'],
  },
  {
    name: 'the match of a rule is wrong',
    inject: ({ nbctl }) => nbctl('acl-add', 'ovn-worker', 'to-lport', '1001', 'ip4.src = 10.0.0.1', 'drop'),
    finds: ['OVN2010=Zone/ovn-worker'],
  },
];
