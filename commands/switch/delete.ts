import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('switch delete', [
  { description: 'See what goes with it', line: 's1 --dry-run --nb unix:/run/ovn/ovnnb_db.sock' },
]);
