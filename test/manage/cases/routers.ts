import type { OperationCase } from './operation-case.js';

export const ROUTER_CASES: readonly OperationCase[] = [
  { nbctl: ['lr-add', 'r1'], ovnctl: 'router add r1' },
  { nbctl: ['lr-add', 'r1'], ovnctl: 'router add r1', refused: /router "r1" exists already/ },
  { nbctl: ['--may-exist', 'lr-add', 'r1'], ovnctl: 'router add r1 --may-exist' },
  { nbctl: ['lr-add', 'r2'], ovnctl: 'router add r2' },
  {
    nbctl: ['lrp-add', 'r1', 'rp1', '0a:58:0A:F4:00:01', '10.244.0.1/24', 'fd00::1/64'],
    ovnctl: 'router port add r1 rp1 0a:58:0A:F4:00:01 10.244.0.1/24 fd00::1/64',
  },
  {
    nbctl: ['lrp-add', 'r1', 'rp1', '0a:58:0a:f4:00:01', '10.244.0.1/24'],
    ovnctl: 'router port add r1 rp1 0a:58:0a:f4:00:01 10.244.0.1/24',
    refused: /router port "rp1" exists already on router r1/,
  },
  {
    nbctl: ['lrp-add', 'r1', 'rp9', 'nonsense', '10.244.0.1/24'],
    ovnctl: 'router port add r1 rp9 nonsense 10.244.0.1/24',
    refused: /"nonsense" is not a MAC address/,
  },
  {
    nbctl: ['lrp-add', 'r1', 'rp9', '0a:58:0a:f4:00:09', 'bogus'],
    ovnctl: 'router port add r1 rp9 0a:58:0a:f4:00:09 bogus',
    refused: /"bogus" is not an address with a prefix length/,
  },
  {
    nbctl: ['lrp-add', 'nowhere', 'rp9', '0a:58:0a:f4:00:09', '10.0.0.1/24'],
    ovnctl: 'router port add nowhere rp9 0a:58:0a:f4:00:09 10.0.0.1/24',
    refused: /router "nowhere" does not exist/,
  },
  { nbctl: ['lrp-set-enabled', 'rp1', 'disabled'], ovnctl: 'router port set rp1 --enabled false' },
  { nbctl: ['lrp-set-enabled', 'rp1', 'enabled'], ovnctl: 'router port set rp1 --enabled true' },
  { nbctl: ['lrp-set-options', 'rp1', 'gateway_mtu=1400'], ovnctl: 'router port set rp1 --option gateway_mtu=1400' },
  { nbctl: ['lrp-set-gateway-chassis', 'rp1', 'hv1', '20'], ovnctl: 'gateway-chassis set rp1 hv1 --priority 20' },
  { nbctl: ['lrp-set-gateway-chassis', 'rp1', 'hv2'], ovnctl: 'gateway-chassis set rp1 hv2' },
  { nbctl: ['lrp-set-gateway-chassis', 'rp1', 'hv2', '5'], ovnctl: 'gateway-chassis set rp1 hv2 --priority 5' },
  {
    nbctl: ['lrp-set-gateway-chassis', 'rp1', 'hv2', '99999'],
    ovnctl: 'gateway-chassis set rp1 hv2 --priority 99999',
    refused: /priority "99999" is not an integer from 0 to 32767/,
  },
  { nbctl: ['lrp-del-gateway-chassis', 'rp1', 'hv1'], ovnctl: 'gateway-chassis delete rp1 hv1' },
  {
    nbctl: ['lrp-del-gateway-chassis', 'rp1', 'hv1'],
    ovnctl: 'gateway-chassis delete rp1 hv1',
    refused: /"rp1-hv1" does not exist/,
  },
  { nbctl: ['lr-route-add', 'r1', '10.1.0.0/16', '10.244.0.2'], ovnctl: 'route add r1 10.1.0.0/16 10.244.0.2' },
  {
    nbctl: ['lr-route-add', 'r1', '10.1.0.0/16', '10.244.0.3'],
    ovnctl: 'route add r1 10.1.0.0/16 10.244.0.3',
    refused: /has a route for 10\.1\.0\.0\/16 already, via 10\.244\.0\.2/,
  },
  {
    nbctl: ['--may-exist', 'lr-route-add', 'r1', '10.1.0.0/16', '10.244.0.4', 'rp1'],
    ovnctl: 'route add r1 10.1.0.0/16 10.244.0.4 rp1 --may-exist',
  },
  {
    nbctl: ['--ecmp', 'lr-route-add', 'r1', '10.1.0.0/16', '10.244.0.5'],
    ovnctl: 'route add r1 10.1.0.0/16 10.244.0.5 --ecmp',
  },
  {
    nbctl: ['--ecmp', 'lr-route-add', 'r1', '10.1.0.0/16', '10.244.0.5'],
    ovnctl: 'route add r1 10.1.0.0/16 10.244.0.5 --ecmp',
    refused: /has a route for 10\.1\.0\.0\/16 already/,
  },
  {
    nbctl: ['--ecmp-symmetric-reply', 'lr-route-add', 'r1', '10.2.0.0/16', '10.244.0.6'],
    ovnctl: 'route add r1 10.2.0.0/16 10.244.0.6 --ecmp-symmetric-reply',
  },
  {
    nbctl: ['--policy=src-ip', 'lr-route-add', 'r1', '10.3.4.5/16', '10.244.0.2'],
    ovnctl: 'route add r1 10.3.4.5/16 10.244.0.2 --policy src-ip',
  },
  {
    nbctl: ['--policy=sideways', 'lr-route-add', 'r1', '10.9.0.0/16', '10.244.0.2'],
    ovnctl: 'route add r1 10.9.0.0/16 10.244.0.2 --policy sideways',
    refused: /"sideways" is not one of dst-ip, src-ip/,
  },
  {
    nbctl: ['--route-table=blue', 'lr-route-add', 'r1', '10.1.0.0/16', '10.244.0.2'],
    ovnctl: 'route add r1 10.1.0.0/16 10.244.0.2 --table blue',
  },
  { nbctl: ['lr-route-add', 'r1', 'fd01:0::/48', 'fd00:0::2'], ovnctl: 'route add r1 fd01:0::/48 fd00:0::2' },
  { nbctl: ['lr-route-add', 'r1', '10.7.0.0/16', 'discard'], ovnctl: 'route add r1 10.7.0.0/16 discard' },
  { nbctl: ['lr-route-add', 'r1', '10.8.0.1', '10.244.0.2'], ovnctl: 'route add r1 10.8.0.1 10.244.0.2' },
  {
    nbctl: ['lr-route-add', 'r1', 'bogus', '10.244.0.2'],
    ovnctl: 'route add r1 bogus 10.244.0.2',
    refused: /"bogus" is not an IP address or network/,
  },
  {
    nbctl: ['lr-route-add', 'r1', '10.9.0.0/16', 'fd00::2'],
    ovnctl: 'route add r1 10.9.0.0/16 fd00::2',
    refused: /different families/,
  },
  { nbctl: ['lr-route-del', 'r1', '10.7.0.0/16'], ovnctl: 'route delete r1 10.7.0.0/16' },
  {
    nbctl: ['lr-route-del', 'r1', '10.7.0.0/16'],
    ovnctl: 'route delete r1 10.7.0.0/16',
    refused: /no such route for 10\.7\.0\.0\/16/,
  },
  { nbctl: ['--if-exists', 'lr-route-del', 'r1', '10.7.0.0/16'], ovnctl: 'route delete r1 10.7.0.0/16 --if-exists' },
  {
    nbctl: ['--route-table=blue', 'lr-route-del', 'r1', '10.1.0.0/16'],
    ovnctl: 'route delete r1 10.1.0.0/16 --table blue',
  },
  { nbctl: ['lr-route-del', 'r1', '10.1.0.0/16', '10.244.0.5'], ovnctl: 'route delete r1 10.1.0.0/16 10.244.0.5' },
  { nbctl: ['lr-route-del', 'r1'], ovnctl: 'route delete r1' },
  {
    nbctl: ['lr-policy-add', 'r1', '100', 'ip4.src == 10.0.0.1', 'allow'],
    ovnctl: 'router policy add r1 100 "ip4.src == 10.0.0.1" allow',
  },
  {
    nbctl: ['lr-policy-add', 'r1', '100', 'ip4.src == 10.0.0.1', 'drop'],
    ovnctl: 'router policy add r1 100 "ip4.src == 10.0.0.1" drop',
    refused: /has such a policy already/,
  },
  {
    nbctl: ['lr-policy-add', 'r1', '101', 'ip4.src == 10.0.0.2', 'reroute', '10.244.0.2,10.244.0.3', 'pkt_mark=7'],
    ovnctl: 'router policy add r1 101 "ip4.src == 10.0.0.2" reroute 10.244.0.2 10.244.0.3 --option pkt_mark=7',
  },
  {
    nbctl: ['lr-policy-add', 'r1', '102', 'ip4', 'reroute'],
    ovnctl: 'router policy add r1 102 ip4 reroute',
    refused: /reroute needs a next hop/,
  },
  {
    nbctl: ['lr-policy-add', 'r1', '102', 'ip4', 'bogus'],
    ovnctl: 'router policy add r1 102 ip4 bogus',
    refused: /"bogus" is not one of allow, drop, reroute/,
  },
  {
    nbctl: ['lr-policy-del', 'r1', '100', 'ip4.src == 10.0.0.1'],
    ovnctl: 'router policy delete r1 100 "ip4.src == 10.0.0.1"',
  },
  {
    nbctl: ['--if-exists', 'lr-policy-del', 'r1', '100', 'ip4'],
    ovnctl: 'router policy delete r1 100 ip4 --if-exists',
  },
  { nbctl: ['lr-policy-del', 'r1'], ovnctl: 'router policy delete r1' },
  {
    nbctl: ['lr-nat-add', 'r1', 'snat', '192.0.2.1', '10.244.0.0/16'],
    ovnctl: 'nat add r1 snat 192.0.2.1 10.244.0.0/16',
  },
  {
    nbctl: ['lr-nat-add', 'r1', 'snat', '192.0.2.2', '10.244.0.0/16'],
    ovnctl: 'nat add r1 snat 192.0.2.2 10.244.0.0/16',
    refused: /has a snat rule for 10\.244\.0\.0\/16 already/,
  },
  { nbctl: ['lr-nat-add', 'r1', 'dnat', '192.0.2.3', '10.244.0.9'], ovnctl: 'nat add r1 dnat 192.0.2.3 10.244.0.9' },
  {
    nbctl: ['lr-nat-add', 'r1', 'dnat', '192.0.2.3', '10.244.0.10'],
    ovnctl: 'nat add r1 dnat 192.0.2.3 10.244.0.10',
    refused: /has a dnat rule for 192\.0\.2\.3 already/,
  },
  {
    before: [
      ['ls-add', 's1'],
      ['lsp-add', 's1', 'p1'],
    ],
    nbctl: ['lr-nat-add', 'r1', 'dnat_and_snat', '192.0.2.4', '10.244.0.11', 'p1', '0a:58:0a:f4:01:05'],
    ovnctl: 'nat add r1 dnat_and_snat 192.0.2.4 10.244.0.11 p1 0a:58:0a:f4:01:05',
  },
  {
    nbctl: ['--stateless', 'lr-nat-add', 'r1', 'dnat_and_snat', '192.0.2.5', '10.244.0.12'],
    ovnctl: 'nat add r1 dnat_and_snat 192.0.2.5 10.244.0.12 --stateless',
  },
  {
    nbctl: ['--stateless', 'lr-nat-add', 'r1', 'snat', '192.0.2.6', '10.244.0.13'],
    ovnctl: 'nat add r1 snat 192.0.2.6 10.244.0.13 --stateless',
    refused: /--stateless is for dnat_and_snat/,
  },
  {
    nbctl: ['--portrange', 'lr-nat-add', 'r1', 'snat', '192.0.2.6', '10.245.0.0/16', '1024-2048'],
    ovnctl: 'nat add r1 snat 192.0.2.6 10.245.0.0/16 --portrange 1024-2048',
  },
  {
    nbctl: ['lr-nat-add', 'r1', 'sideways', '192.0.2.6', '10.244.0.13'],
    ovnctl: 'nat add r1 sideways 192.0.2.6 10.244.0.13',
    refused: /"sideways" is not one of snat, dnat, dnat_and_snat/,
  },
  {
    nbctl: ['lr-nat-add', 'r1', 'dnat', 'bogus', '10.244.0.13'],
    ovnctl: 'nat add r1 dnat bogus 10.244.0.13',
    refused: /"bogus" is not an IP address/,
  },
  { nbctl: ['lr-nat-del', 'r1', 'snat', '10.244.0.0/16'], ovnctl: 'nat delete r1 snat 10.244.0.0/16' },
  {
    nbctl: ['lr-nat-del', 'r1', 'snat', '10.244.0.0/16'],
    ovnctl: 'nat delete r1 snat 10.244.0.0/16',
    refused: /no snat rule for 10\.244\.0\.0\/16/,
    silent: true,
  },
  {
    nbctl: ['--if-exists', 'lr-nat-del', 'r1', 'snat', '10.244.0.0/16'],
    ovnctl: 'nat delete r1 snat 10.244.0.0/16 --if-exists',
  },
  { nbctl: ['lr-nat-del', 'r1', 'dnat'], ovnctl: 'nat delete r1 dnat' },
  { nbctl: ['lr-nat-del', 'r1'], ovnctl: 'nat delete r1' },
  { nbctl: ['lrp-del', 'rp1'], ovnctl: 'router port delete rp1' },
  { nbctl: ['lrp-del', 'rp1'], ovnctl: 'router port delete rp1', refused: /router port "rp1" does not exist/ },
  { nbctl: ['--if-exists', 'lrp-del', 'rp1'], ovnctl: 'router port delete rp1 --if-exists' },
  { nbctl: ['lr-del', 'r2'], ovnctl: 'router delete r2' },
  { nbctl: ['lr-del', 'r2'], ovnctl: 'router delete r2', refused: /router "r2" does not exist/ },
];
