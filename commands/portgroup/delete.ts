import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('portgroup delete', [
  { description: 'What goes with it', line: 'pg1 --dry-run -o wide --nb unix:/run/ovn/ovnnb_db.sock' },
]);
