import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('acl delete', [
  { description: 'One rule', line: 's1 to-lport 1000 "ip4.src == 10.9.0.0/16" --yes --nb unix:/run/ovn/ovnnb_db.sock' },
  { description: 'All rules of a port group, as a preview', line: 'pg1 --dry-run --nb unix:/run/ovn/ovnnb_db.sock' },
]);
