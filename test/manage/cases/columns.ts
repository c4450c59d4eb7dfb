import type { OperationCase } from './operation-case.js';

export const COLUMN_CASES: readonly OperationCase[] = [
  {
    nbctl: ['create', 'Logical_Switch', 'name=s1', 'other_config:subnet=10.0.0.0/24'],
    ovnctl: 'db create nb logical_switch name=s1 other_config=subnet=10.0.0.0/24',
  },
  {
    nbctl: ['set', 'Logical_Switch', 's1', 'other_config:exclude_ips=10.0.0.2'],
    ovnctl: 'db set nb Logical_Switch s1 other_config:exclude_ips=10.0.0.2',
  },
  {
    nbctl: ['set', 'Logical_Switch', 's1', 'external_ids={a=b,c="d e"}'],
    ovnctl: `db set nb Logical_Switch s1 'external_ids={a=b,c="d e"}'`,
  },
  {
    nbctl: ['add', 'Logical_Switch', 's1', 'external_ids', 'f=g'],
    ovnctl: 'db add nb Logical_Switch s1 external_ids f=g',
  },
  {
    nbctl: ['remove', 'Logical_Switch', 's1', 'external_ids', 'a'],
    ovnctl: 'db remove nb Logical_Switch s1 external_ids a',
  },
  {
    nbctl: ['remove', 'Logical_Switch', 's1', 'external_ids', 'f=other'],
    ovnctl: 'db remove nb Logical_Switch s1 external_ids f=other',
  },
  { nbctl: ['clear', 'Logical_Switch', 's1', 'external_ids'], ovnctl: 'db clear nb Logical_Switch s1 external_ids' },
  {
    nbctl: ['clear', 'Logical_Switch', 's1', 'name'],
    ovnctl: 'db clear nb Logical_Switch s1 name',
    refused: /Logical_Switch:name may not be empty/,
  },
  {
    nbctl: ['set', 'Logical_Switch', 's1', 'nme=x'],
    ovnctl: 'db set nb Logical_Switch s1 nme=x',
    refused: /Logical_Switch has no column "nme"/,
  },
  {
    nbctl: ['set', 'Logical_Swich', 's1', 'name=x'],
    ovnctl: 'db set nb Logical_Swich s1 name=x',
    refused: /OVN_Northbound has no table "Logical_Swich"/,
  },
  {
    nbctl: ['set', 'Logical_Switch', 's9', 'name=x'],
    ovnctl: 'db set nb Logical_Switch s9 name=x',
    refused: /Logical_Switch has no row "s9"/,
  },
  {
    before: [['lsp-add', 's1', 'p1']],
    nbctl: ['set', 'Logical_Switch_Port', 'p1', 'tag=5'],
    ovnctl: 'db set nb Logical_Switch_Port p1 tag=5',
  },
  {
    nbctl: ['set', 'Logical_Switch_Port', 'p1', 'tag=five'],
    ovnctl: 'db set nb Logical_Switch_Port p1 tag=five',
    refused: /Logical_Switch_Port:tag: "five" is not an integer/,
  },
  {
    nbctl: ['set', 'Logical_Switch_Port', 'p1', 'tag=5000'],
    ovnctl: 'db set nb Logical_Switch_Port p1 tag=5000',
    refused: /"5000" is more than 4095/,
  },
  {
    nbctl: ['set', 'Logical_Switch_Port', 'p1', 'enabled=maybe'],
    ovnctl: 'db set nb Logical_Switch_Port p1 enabled=maybe',
    refused: /"maybe" is neither true nor false/,
  },
  { nbctl: ['clear', 'Logical_Switch_Port', 'p1', 'tag'], ovnctl: 'db clear nb Logical_Switch_Port p1 tag' },
  {
    nbctl: ['set', 'Logical_Switch_Port', 'p1', 'addresses="0a:58:0a:f4:01:05 10.244.1.5",unknown'],
    ovnctl: `db set nb Logical_Switch_Port p1 'addresses="0a:58:0a:f4:01:05 10.244.1.5",unknown'`,
  },
  {
    nbctl: ['add', 'Logical_Switch_Port', 'p1', 'addresses', 'router'],
    ovnctl: 'db add nb Logical_Switch_Port p1 addresses router',
  },
  {
    nbctl: ['remove', 'Logical_Switch_Port', 'p1', 'addresses', 'unknown'],
    ovnctl: 'db remove nb Logical_Switch_Port p1 addresses unknown',
  },
  { nbctl: ['set', 'NB_Global', '.', 'options:a=b'], ovnctl: 'db set nb NB_Global . options:a=b' },
  { nbctl: ['set', 'NB_Global', '.', 'ipsec=true'], ovnctl: 'db set nb nb_global . ipsec=true' },
  {
    nbctl: [
      '--',
      '--id=@a',
      'create',
      'ACL',
      'direction=to-lport',
      'priority=5',
      'match="ip4 && tcp"',
      'action=drop',
      '--',
      'add',
      'Logical_Switch',
      's1',
      'acls',
      '@a',
    ],
    ovnctl:
      'db create nb ACL direction=to-lport priority=5 "match=ip4 && tcp" action=drop --into Logical_Switch/s1/acls',
  },
  {
    nbctl: ['create', 'ACL', 'direction=up', 'priority=5', 'match=ip4', 'action=drop'],
    ovnctl: 'db create nb ACL direction=up priority=5 match=ip4 action=drop --into Logical_Switch/s1/acls',
    refused: /ACL:direction: "up" is not one of from-lport, to-lport/,
  },
  { nbctl: ['destroy', 'Logical_Switch', 's1'], ovnctl: 'db destroy nb Logical_Switch s1' },
  {
    nbctl: ['destroy', 'Logical_Switch', 's1'],
    ovnctl: 'db destroy nb Logical_Switch s1',
    refused: /Logical_Switch has no row "s1"/,
  },
  { nbctl: ['--if-exists', 'destroy', 'Logical_Switch', 's1'], ovnctl: 'db destroy nb Logical_Switch s1 --if-exists' },
];
