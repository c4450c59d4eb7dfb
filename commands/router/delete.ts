import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('router delete', [
  { description: 'What goes with it', line: 'r1 --dry-run -o wide --nb unix:/run/ovn/ovnnb_db.sock' },
]);
