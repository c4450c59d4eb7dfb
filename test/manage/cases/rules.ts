import type { OperationCase } from './operation-case.js';

export const RULE_CASES: readonly OperationCase[] = [
  {
    before: [
      ['ls-add', 's1'],
      ['lsp-add', 's1', 'p1'],
      ['lsp-add', 's1', 'p2'],
      ['meter-add', 'logs', 'drop', '20', 'pktps'],
    ],
    nbctl: ['pg-add', 'pg1', 'p1'],
    ovnctl: 'portgroup add pg1 p1',
  },
  { nbctl: ['pg-add', 'pg1'], ovnctl: 'portgroup add pg1', refused: /port group "pg1" exists already/ },
  {
    nbctl: ['pg-add', 'pg2', 'nowhere'],
    ovnctl: 'portgroup add pg2 nowhere',
    refused: /switch port "nowhere" does not exist/,
  },
  { nbctl: ['pg-set-ports', 'pg1', 'p1', 'p2'], ovnctl: 'portgroup set pg1 p1 p2' },
  { nbctl: ['pg-set-ports', 'pg1', 'p2'], ovnctl: 'portgroup leave pg1 p1' },
  { nbctl: ['pg-set-ports', 'pg1', 'p1', 'p2'], ovnctl: 'portgroup join pg1 p1' },
  { nbctl: ['acl-add', 's1', 'to-lport', '1000', 'ip4', 'drop'], ovnctl: 'acl add s1 to-lport 1000 ip4 drop' },
  {
    nbctl: ['acl-add', 's1', 'to-lport', '1000', 'ip4', 'allow'],
    ovnctl: 'acl add s1 to-lport 1000 ip4 allow',
    refused: /has such an ACL already/,
  },
  {
    nbctl: ['--may-exist', 'acl-add', 's1', 'to-lport', '1000', 'ip4', 'allow'],
    ovnctl: 'acl add s1 to-lport 1000 ip4 allow --may-exist',
  },
  {
    nbctl: [
      '--log',
      '--severity=warning',
      '--name=web',
      '--meter=logs',
      'acl-add',
      'pg1',
      'from-lport',
      '1001',
      'tcp.dst == 80',
      'allow-related',
    ],
    ovnctl:
      'acl add pg1 from-lport 1001 "tcp.dst == 80" allow-related --log true --severity warning --name web --meter logs',
  },
  {
    nbctl: ['--severity=info', 'acl-add', 'pg1', 'to-lport', '1002', 'ip6', 'reject'],
    ovnctl: 'acl add pg1 to-lport 1002 ip6 reject --severity info',
  },
  {
    nbctl: ['--severity=loud', 'acl-add', 'pg1', 'to-lport', '1003', 'ip6', 'reject'],
    ovnctl: 'acl add pg1 to-lport 1003 ip6 reject --severity loud',
    refused: /"loud" is not one of alert, warning/,
  },
  {
    nbctl: ['--label=77', 'acl-add', 's1', 'from-lport', '1004', 'arp', 'allow'],
    ovnctl: 'acl add s1 from-lport 1004 arp allow --label 77',
  },
  {
    nbctl: ['--label=77', 'acl-add', 's1', 'from-lport', '1006', 'arp', 'drop'],
    ovnctl: 'acl add s1 from-lport 1006 arp drop --label 77',
    refused: /it is for allow and allow-related/,
  },
  {
    nbctl: ['--apply-after-lb', 'acl-add', 's1', 'from-lport', '1005', 'ip', 'allow'],
    ovnctl: 'acl add s1 from-lport 1005 ip allow --apply-after-lb',
  },
  {
    nbctl: ['acl-add', 's1', 'sideways', '1', 'ip', 'allow'],
    ovnctl: 'acl add s1 sideways 1 ip allow',
    refused: /"sideways" is not one of/,
  },
  {
    nbctl: ['acl-add', 's1', 'to-lport', '40000', 'ip', 'allow'],
    ovnctl: 'acl add s1 to-lport 40000 ip allow',
    refused: /not an integer from 0 to 32767/,
  },
  {
    nbctl: ['acl-add', 's1', 'to-lport', '1', 'ip', 'maybe'],
    ovnctl: 'acl add s1 to-lport 1 ip maybe',
    refused: /"maybe" is not one of/,
  },
  {
    nbctl: ['acl-add', 'nowhere', 'to-lport', '1', 'ip', 'drop'],
    ovnctl: 'acl add nowhere to-lport 1 ip drop',
    refused: /no switch or port group "nowhere"/,
  },
  { nbctl: ['acl-del', 's1', 'to-lport', '1000', 'ip4'], ovnctl: 'acl delete s1 to-lport 1000 ip4' },
  { nbctl: ['acl-del', 's1', 'from-lport'], ovnctl: 'acl delete s1 from-lport' },
  { nbctl: ['acl-del', 'pg1'], ovnctl: 'acl delete pg1' },
  {
    nbctl: ['qos-add', 's1', 'from-lport', '100', 'ip4', 'dscp=48'],
    ovnctl: 'qos add s1 from-lport 100 ip4 --dscp 48',
  },
  {
    nbctl: ['qos-add', 's1', 'from-lport', '100', 'ip4', 'dscp=48'],
    ovnctl: 'qos add s1 from-lport 100 ip4 --dscp 48',
    refused: /has such a QoS rule already/,
  },
  {
    nbctl: ['qos-add', 's1', 'to-lport', '101', 'ip6', 'rate=1000', 'burst=200', 'dscp=1'],
    ovnctl: 'qos add s1 to-lport 101 ip6 --rate 1000 --burst 200 --dscp 1',
  },
  {
    nbctl: ['qos-add', 's1', 'to-lport', '102', 'ip6', 'dscp=64'],
    ovnctl: 'qos add s1 to-lport 102 ip6 --dscp 64',
    refused: /dscp "64" is not an integer from 0 to 63/,
  },
  {
    nbctl: ['qos-add', 's1', 'to-lport', '102', 'ip6'],
    ovnctl: 'qos add s1 to-lport 102 ip6',
    refused: /marks \(--dscp\) or limits/,
  },
  { nbctl: ['qos-del', 's1', 'from-lport', '100', 'ip4'], ovnctl: 'qos delete s1 from-lport 100 ip4' },
  { nbctl: ['qos-del', 's1'], ovnctl: 'qos delete s1' },
  { nbctl: ['meter-add', 'm1', 'drop', '100', 'kbps', '10'], ovnctl: 'meter add m1 100 kbps 10' },
  { nbctl: ['--fair', 'meter-add', 'm2', 'drop', '100', 'pktps'], ovnctl: 'meter add m2 100 pktps --fair true' },
  {
    nbctl: ['meter-add', 'm1', 'drop', '100', 'kbps'],
    ovnctl: 'meter add m1 100 kbps',
    refused: /meter "m1" exists already/,
  },
  {
    nbctl: ['meter-add', 'm3', 'drop', '100', 'furlongs'],
    ovnctl: 'meter add m3 100 furlongs',
    refused: /"furlongs" is not one of kbps, pktps/,
  },
  {
    nbctl: ['meter-add', 'm3', 'drop', '0', 'kbps'],
    ovnctl: 'meter add m3 0 kbps',
    refused: /rate "0" is not an integer from 1/,
  },
  {
    nbctl: ['meter-add', '__m', 'drop', '1', 'kbps'],
    ovnctl: 'meter add __m 1 kbps',
    refused: /"__" are for OVN itself/,
  },
  { nbctl: ['meter-del', 'm1'], ovnctl: 'meter delete m1' },
  { nbctl: ['pg-del', 'pg1'], ovnctl: 'portgroup delete pg1' },
  { nbctl: ['pg-del', 'pg1'], ovnctl: 'portgroup delete pg1', refused: /port group "pg1" does not exist/ },
  {
    nbctl: ['create', 'Address_Set', 'name=as1', 'addresses="10.0.0.1","10.0.0.2"'],
    ovnctl: 'addressset add as1 10.0.0.1 10.0.0.2',
  },
  { nbctl: ['add', 'Address_Set', 'as1', 'addresses', '"10.0.0.3"'], ovnctl: 'addressset join as1 10.0.0.3' },
  { nbctl: ['remove', 'Address_Set', 'as1', 'addresses', '"10.0.0.1"'], ovnctl: 'addressset leave as1 10.0.0.1' },
  { nbctl: ['set', 'Address_Set', 'as1', 'addresses="fd00::1"'], ovnctl: 'addressset set as1 fd00:0::1' },
  { nbctl: ['destroy', 'Address_Set', 'as1'], ovnctl: 'addressset delete as1' },
  {
    nbctl: ['destroy', 'Address_Set', 'as1'],
    ovnctl: 'addressset delete as1',
    refused: /address set "as1" does not exist/,
  },
];
