import { verbCommand } from '../../../src/cli/verb-command.js';

export default verbCommand('router port delete', [
  { description: 'The port', line: 'r1-s1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
