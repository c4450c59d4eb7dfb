import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('addressset set', [
  { description: 'Other members', line: 'as1 10.0.0.7 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
