import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('mirror delete', [
  { description: 'The mirror', line: 'm1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
