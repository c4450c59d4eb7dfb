import { verbCommand } from '../../../src/cli/verb-command.js';

export default verbCommand('router port set', [
  { description: 'Let nothing through', line: 'r1-s1 --enabled false --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
