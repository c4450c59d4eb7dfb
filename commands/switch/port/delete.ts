import { verbCommand } from '../../../src/cli/verb-command.js';

export default verbCommand('switch port delete', [
  { description: 'Whether it exists or not', line: 'p1 --if-exists --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
