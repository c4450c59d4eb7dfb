import type { OperationCase } from './operation-case.js';

const MAC = '0a:58:0a:f4:01:05';

export const SWITCH_CASES: readonly OperationCase[] = [
  { nbctl: ['ls-add', 's1'], ovnctl: 'switch add s1' },
  { nbctl: ['ls-add', 's1'], ovnctl: 'switch add s1', refused: /switch "s1" exists already/ },
  { nbctl: ['--may-exist', 'ls-add', 's1'], ovnctl: 'switch add s1 --may-exist' },
  { nbctl: ['lsp-add', 's1', 'p1'], ovnctl: 'switch port add s1 p1' },
  { nbctl: ['lsp-add', 's1', 'p1'], ovnctl: 'switch port add s1 p1', refused: /"p1" exists already on switch s1/ },
  { nbctl: ['--may-exist', 'lsp-add', 's1', 'p1'], ovnctl: 'switch port add s1 p1 --may-exist' },
  {
    nbctl: ['lsp-add', 'nowhere', 'p2'],
    ovnctl: 'switch port add nowhere p2',
    refused: /switch "nowhere" does not exist/,
  },
  { nbctl: ['lsp-add', 's1', 'c1', 'p1', '7'], ovnctl: 'switch port add s1 c1 --parent p1 --tag 7' },
  {
    nbctl: ['lsp-set-addresses', 'p1', `${MAC} 10.244.1.5 fd00::5`],
    ovnctl: `switch port set p1 --addresses "${MAC} 10.244.1.5 fd00::5"`,
  },
  {
    nbctl: ['lsp-set-addresses', 'p1', 'unknown', MAC],
    ovnctl: `switch port set p1 --addresses unknown --addresses ${MAC}`,
  },
  { nbctl: ['lsp-set-addresses', 'p1', 'dynamic'], ovnctl: 'switch port set p1 --addresses dynamic' },
  {
    nbctl: ['lsp-set-addresses', 'p1', 'nonsense'],
    ovnctl: 'switch port set p1 --addresses nonsense',
    refused: /begins with no MAC address/,
  },
  {
    nbctl: ['lsp-set-port-security', 'p1', `${MAC} 10.244.1.5`],
    ovnctl: `switch port set p1 --port-security "${MAC} 10.244.1.5"`,
  },
  { nbctl: ['lsp-set-type', 'p1', 'localnet'], ovnctl: 'switch port set p1 --type localnet' },
  {
    nbctl: ['lsp-set-type', 'p1', 'bogus'],
    ovnctl: 'switch port set p1 --type bogus',
    refused: /"bogus" is not one of/,
  },
  { nbctl: ['lsp-set-type', 'p1', ''], ovnctl: 'switch port set p1 --type normal' },
  { nbctl: ['lsp-set-enabled', 'p1', 'disabled'], ovnctl: 'switch port set p1 --enabled false' },
  { nbctl: ['lsp-set-enabled', 'p1', 'enabled'], ovnctl: 'switch port set p1 --enabled true' },
  { nbctl: ['lsp-set-options', 'p1', 'a=b', 'c=d'], ovnctl: 'switch port set p1 --option a=b --option c=d' },
  {
    before: [['create', 'DHCP_Options', 'cidr=10.0.0.0/24']],
    nbctl: ['lsp-del', 'c1'],
    ovnctl: 'switch port delete c1',
  },
  { nbctl: ['lsp-del', 'c1'], ovnctl: 'switch port delete c1', refused: /switch port "c1" does not exist/ },
  { nbctl: ['--if-exists', 'lsp-del', 'c1'], ovnctl: 'switch port delete c1 --if-exists' },
  {
    before: [
      ['pg-add', 'pg1', 'p1'],
      ['acl-add', 's1', 'to-lport', '100', 'ip4', 'drop'],
    ],
    nbctl: ['ls-del', 's1'],
    ovnctl: 'switch delete s1',
  },
  { nbctl: ['ls-del', 's1'], ovnctl: 'switch delete s1', refused: /switch "s1" does not exist/ },
  { nbctl: ['--if-exists', 'ls-del', 's1'], ovnctl: 'switch delete s1 --if-exists' },
];
