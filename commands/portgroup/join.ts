import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('portgroup join', [
  { description: 'One more', line: 'pg1 p4 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
