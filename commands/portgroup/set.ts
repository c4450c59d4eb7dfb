import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('portgroup set', [
  { description: 'Other ports', line: 'pg1 p3 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
