import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('addressset add', [
  { description: 'With two members', line: 'as1 10.0.0.1 10.0.0.0/24 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
