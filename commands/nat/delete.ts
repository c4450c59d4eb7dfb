import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('nat delete', [
  { description: 'That rule', line: 'r1 snat 10.244.0.0/16 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
