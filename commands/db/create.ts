import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('db create', [
  {
    description: 'A rule of a switch',
    line: 'nb ACL direction=to-lport priority=5 match=ip4 action=drop --into Logical_Switch/s1/acls --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
