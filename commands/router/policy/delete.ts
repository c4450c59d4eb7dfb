import { verbCommand } from '../../../src/cli/verb-command.js';

export default verbCommand('router policy delete', [
  { description: 'All of one priority', line: 'r1 100 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
