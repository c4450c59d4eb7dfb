import type { OvnSandbox } from '../../support/ovn-sandbox.js';

/** Command lines of ovn-nbctl, one a line; what is in double quotes is one word. */
const NORTHBOUND = String.raw`
ls-add sw0
ls-add sw1
ls-add public
ls-add join
ls-add ext
lsp-add sw0 vm1
lsp-set-addresses vm1 "0a:00:00:00:00:03 10.0.0.3 fd00:0::3"
lsp-set-port-security vm1 "0a:00:00:00:00:03 10.0.0.3 fd00:0::3"
lsp-add sw0 vm2
lsp-set-addresses vm2 "0a:00:00:00:00:04 10.0.0.4 fd00:0::4"
lsp-set-port-security vm2 "0a:00:00:00:00:04"
lsp-add sw0 vm5
lsp-set-addresses vm5 "0a:00:00:00:00:05 10.0.0.5" unknown
lsp-add sw0 nested vm2 42
lsp-set-addresses nested "0a:00:00:00:00:06 10.0.0.6"
lsp-add sw0 vip
lsp-set-type vip virtual
lsp-set-addresses vip "0a:00:00:00:00:07 10.0.0.7"
lsp-set-options vip virtual-ip=10.0.0.7 virtual-parents=vm1,vm2
lsp-add sw0 lport
lsp-set-type lport localport
lsp-set-addresses lport "0a:00:00:00:00:08 10.0.0.8"
lsp-add sw1 vm3
lsp-set-addresses vm3 "0a:00:00:00:01:03 10.0.1.3 fd00:1::3"
lsp-add sw1 vm4
lsp-set-addresses vm4 "0a:00:00:00:01:04 10.0.1.4 fd00:1::4"
lsp-set-port-security vm4 "0a:00:00:00:01:04 10.0.1.4/24"
lsp-add sw1 dyn
lsp-set-addresses dyn "0a:00:00:00:01:09 10.0.1.9"
lr-add lr0
lrp-add lr0 lr0-sw0 00:00:00:00:ff:01 10.0.0.1/24 fd00:0::1/64
lrp-add lr0 lr0-sw1 00:00:00:00:ff:02 10.0.1.1/24 fd00:1::1/64
lrp-add lr0 lr0-public 00:00:00:00:ff:03 172.16.0.1/24
lrp-add lr0 lr0-join 00:00:00:00:ff:04 100.64.0.1/16 fd98::1/64
lsp-add sw0 sw0-lr0
lsp-set-type sw0-lr0 router
lsp-set-addresses sw0-lr0 router
lsp-set-options sw0-lr0 router-port=lr0-sw0
lsp-add sw1 sw1-lr0
lsp-set-type sw1-lr0 router
lsp-set-addresses sw1-lr0 router
lsp-set-options sw1-lr0 router-port=lr0-sw1
lsp-add public public-lr0
lsp-set-type public-lr0 router
lsp-set-addresses public-lr0 router
lsp-set-options public-lr0 router-port=lr0-public
lsp-add public ln-public
lsp-set-type ln-public localnet
lsp-set-addresses ln-public unknown
lsp-set-options ln-public network_name=phys
lrp-set-gateway-chassis lr0-public gw1 20
lrp-set-gateway-chassis lr0-public gw2 10
lsp-add join join-lr0
lsp-set-type join-lr0 router
lsp-set-addresses join-lr0 router
lsp-set-options join-lr0 router-port=lr0-join
lr-add gr0
set Logical_Router gr0 options:chassis=gw1
lrp-add gr0 gr0-join 00:00:00:00:fe:01 100.64.0.2/16 fd98::2/64
lrp-add gr0 gr0-ext 00:00:00:00:fe:02 192.168.100.1/24
lsp-add join join-gr0
lsp-set-type join-gr0 router
lsp-set-addresses join-gr0 router
lsp-set-options join-gr0 router-port=gr0-join
lsp-add ext ext-gr0
lsp-set-type ext-gr0 router
lsp-set-addresses ext-gr0 router
lsp-set-options ext-gr0 router-port=gr0-ext
lsp-add ext ln-ext
lsp-set-type ln-ext localnet
lsp-set-addresses ln-ext unknown
lsp-set-options ln-ext network_name=phys2
lr-route-add lr0 0.0.0.0/0 100.64.0.2
lr-route-add lr0 ::/0 fd98::2
lr-route-add lr0 20.0.0.0/24 10.0.1.3
--ecmp lr-route-add lr0 21.0.0.0/24 10.0.1.3
--ecmp lr-route-add lr0 21.0.0.0/24 10.0.1.4
--ecmp-symmetric-reply lr-route-add lr0 22.0.0.0/24 172.16.0.5
--policy=src-ip lr-route-add lr0 10.0.0.5/32 172.16.0.254
lr-route-add lr0 23.0.0.0/24 discard
lr-route-add gr0 10.0.0.0/16 100.64.0.1
lr-route-add gr0 fd00::/16 fd98::1
lr-route-add gr0 0.0.0.0/0 192.168.100.254
lr-policy-add lr0 100 "ip4.src == 10.0.0.4 && ip4.dst == 40.0.0.0/24" drop
lr-policy-add lr0 99 "ip4.src == 10.0.0.3 && ip4.dst == 41.0.0.0/24" reroute 172.16.0.9
lr-policy-add lr0 98 "ip4.dst == 42.0.0.0/24" reroute 172.16.0.9,172.16.0.10
lr-policy-add lr0 97 "ip4.dst == 43.0.0.0/24 /* marked */" allow pkt_mark=77
lr-policy-add lr0 96 "ip6.src == fd00:0::3 && ip6.dst == 2001:db8::/64" drop
lr-nat-add gr0 snat 192.168.100.1 10.0.0.0/16
lr-nat-add gr0 dnat 192.168.100.50 10.0.1.3
lr-nat-add gr0 dnat_and_snat 192.168.100.51 10.0.1.4
lr-nat-add lr0 dnat_and_snat 172.16.0.100 10.0.0.3 vm1 00:00:00:00:fa:01
lr-nat-add lr0 dnat_and_snat 172.16.0.101 10.0.1.4
lr-nat-add lr0 snat 172.16.0.1 10.0.1.0/24
--stateless lr-nat-add lr0 dnat_and_snat 172.16.0.102 10.0.0.4
lb-add lb-one 30.0.0.1:80 10.0.0.3:8080
lb-add lb-two 30.0.0.2:80 10.0.0.3:8080,10.0.1.3:8081
lb-add lb-udp 30.0.0.3:53 10.0.1.3:5353 udp
lb-add lb-plain 30.0.0.4 10.0.1.3
lb-add lb-six [fd30::1]:80 [fd00:0::3]:8080,[fd00:1::3]:8080
--reject lb-add lb-none 30.0.0.5:80 ""
--event lb-add lb-event 30.0.0.6:80 ""
lb-add lb-aff 30.0.0.7:80 10.0.0.4:8080
set Load_Balancer lb-aff options:affinity_timeout=60
lb-add lb-skip 30.0.0.8:80 10.0.1.3:8080
set Load_Balancer lb-skip options:skip_snat=true
lb-add lb-hairpin 30.0.0.9:80 10.0.0.3:80
set Load_Balancer lb-hairpin options:hairpin_snat_ip=30.0.0.99
lb-add lb-node 192.168.100.1:30080 10.0.0.3:8080
ls-lb-add sw0 lb-one
ls-lb-add sw0 lb-two
ls-lb-add sw0 lb-udp
ls-lb-add sw0 lb-plain
ls-lb-add sw0 lb-six
ls-lb-add sw0 lb-none
ls-lb-add sw0 lb-event
ls-lb-add sw0 lb-aff
ls-lb-add sw0 lb-hairpin
lr-lb-add lr0 lb-one
lr-lb-add lr0 lb-two
lr-lb-add lr0 lb-six
lr-lb-add lr0 lb-none
lr-lb-add gr0 lb-one
lr-lb-add gr0 lb-skip
lr-lb-add gr0 lb-node
set Logical_Router gr0 options:lb_force_snat_ip="100.64.0.2 fd98::2"
set Logical_Router gr0 options:dnat_force_snat_ip="100.64.0.2 fd98::2"
set Logical_Router_Port lr0-public options:gateway_mtu=1400
set Logical_Router_Port lr0-sw0 ipv6_ra_configs:address_mode=slaac ipv6_ra_configs:mtu=1442
create Address_Set name=as4 addresses=10.0.0.3,10.0.1.0/24
create Address_Set name=as6 addresses="fd00::3"
pg-add pg0 vm1 vm3
pg-add pg1 vm2 vm4
--type=port-group acl-add pg0 to-lport 1001 "outport == @pg0 && ip4.src == $as4 && tcp.dst == 8080" allow-related
--type=port-group --log --name=no-udp --severity=warning acl-add pg0 to-lport 1002 "outport == @pg0 && udp.dst == 9999" reject
--type=port-group --log --name=no-tcp --meter=m1 acl-add pg1 from-lport 1003 "inport == @pg1 && tcp.dst == 23" drop
--type=port-group acl-add pg1 from-lport 1002 "inport == @pg1 && ip6.dst == $as6" allow-related
--type=port-group --label=1234 acl-add pg1 from-lport 1000 "inport == @pg1 && ip4" allow-related
--type=port-group --apply-after-lb acl-add pg0 from-lport 900 "inport == @pg0 && ip4.dst == 10.0.1.4 && tcp" reject
acl-add sw1 to-lport 800 "ip4.src == 10.0.0.5" drop
acl-add sw1 from-lport 801 "icmp4 && ip4.src == 10.0.1.3" allow-stateless
qos-add sw0 from-lport 100 "ip4.src == 10.0.0.3" dscp=46
qos-add sw0 to-lport 100 "ip4.dst == 10.0.0.3" rate=1000 burst=100
dhcp-options-create 10.0.0.0/24
dhcp-options-create fd00::/64
create DNS records:vm1.example="10.0.0.3"
set Logical_Switch sw0 other_config:mcast_snoop=true other_config:mcast_querier=false other_config:mcast_flood_unregistered=true
set Logical_Router lr0 options:mcast_relay=true
ls-add trunk
lsp-add trunk t1
lsp-set-addresses t1 "0a:00:00:00:02:01 10.2.0.1"
lsp-add trunk t2
lsp-set-addresses t2 unknown
set Logical_Switch trunk other_config:vlan-passthru=true
fwd-group-add fwd0 sw1 10.0.1.50 0a:00:00:00:01:50 vm3 vm4
`;

const PORTS = ['vm1', 'vm2', 'vm3', 'vm4', 'vm5', 'dyn', 't1', 't2'];

/** Words of a command line; double quotes group. A `KEY="A B"` keeps its quotes, which ovn-nbctl reads itself. */
function words(line: string): string[] {
  return (line.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => (word.startsWith('"') ? word.slice(1, -1) : word));
}

/** Two switches, a distributed router with a gateway port, a gateway router, and something of every feature northd knows. */
export async function buildTopology(sandbox: OvnSandbox): Promise<void> {
  const commands = NORTHBOUND.trim().split('\n').map(words);
  // One process for all: ovn-nbctl runs commands separated by `--` as one transaction.
  await sandbox.nbctl(...commands.flatMap((command, index) => (index === 0 ? command : ['--', ...command])));
  const dhcp = (await sandbox.nbctl('--bare', '--columns=_uuid', 'find', 'DHCP_Options', 'cidr=10.0.0.0/24')).trim();
  const dhcp6 = (await sandbox.nbctl('--bare', '--columns=_uuid', 'find', 'DHCP_Options', 'cidr!=10.0.0.0/24')).trim();
  const dns = (await sandbox.nbctl('--bare', '--columns=_uuid', 'find', 'DNS')).trim();
  await sandbox.nbctl(
    ...[
      'dhcp-options-set-options',
      dhcp,
      'lease_time=3600',
      'router=10.0.0.1',
      'server_id=10.0.0.1',
      'server_mac=00:00:00:00:ff:01',
    ],
    ...['--', 'dhcp-options-set-options', dhcp6, 'server_id=00:00:00:00:ff:01'],
    ...['--', 'lsp-set-dhcpv4-options', 'vm2', dhcp, '--', 'lsp-set-dhcpv6-options', 'vm2', dhcp6],
    ...['--', 'set', 'Logical_Switch', 'sw0', `dns_records=${dns}`],
  );
  await sandbox.sbctl('chassis-add', 'gw1', 'geneve', '127.0.0.1', '--', 'chassis-add', 'gw2', 'geneve', '127.0.0.2');
  await sandbox.sync();
  for (const port of PORTS) await sandbox.sbctl('lsp-bind', port, 'gw1', '--', 'set', 'Port_Binding', port, 'up=true');
  await learn(sandbox);
  await sandbox.sync();
}

/** What controllers would have learned: neighbours and MAC addresses. */
async function learn(sandbox: OvnSandbox): Promise<void> {
  const datapath = async (name: string): Promise<string> =>
    (await sandbox.sbctl('--bare', '--columns=_uuid', 'find', 'Datapath_Binding', `external_ids:name=${name}`)).trim();
  const key = async (table: string, condition: string): Promise<string> =>
    (await sandbox.sbctl('--bare', '--columns=tunnel_key', 'find', table, condition)).trim();
  const [lr0, gr0] = [await datapath('lr0'), await datapath('gr0')];
  const mac = (router: string, port: string, ip: string, address: string): string[] => [
    'create',
    'MAC_Binding',
    `datapath=${router}`,
    `logical_port=${port}`,
    `ip="${ip}"`,
    `mac="${address}"`,
  ];
  await sandbox.sbctl(
    ...mac(lr0, 'lr0-public', '172.16.0.5', '0a:00:00:00:09:05'),
    '--',
    ...mac(lr0, 'lr0-public', '172.16.0.9', '0a:00:00:00:09:09'),
    '--',
    ...mac(gr0, 'gr0-ext', '192.168.100.254', '0a:00:00:00:09:fe'),
    '--',
    ...['create', 'FDB', `dp_key=${await key('Datapath_Binding', 'external_ids:name=sw0')}`],
    ...[`port_key=${await key('Port_Binding', 'logical_port=vm5')}`, 'mac="0a:00:00:00:00:55"'],
  );
}
