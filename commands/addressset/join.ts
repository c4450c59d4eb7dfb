import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('addressset join', [
  { description: 'One more', line: 'as1 10.0.0.8 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
