import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('router add', [
  { description: 'A router', line: 'r1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
