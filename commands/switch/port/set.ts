import { verbCommand } from '../../../src/cli/verb-command.js';

export default verbCommand('switch port set', [
  { description: 'Let nothing through', line: 'p1 --enabled false --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
