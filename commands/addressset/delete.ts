import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('addressset delete', [
  { description: 'Whether it exists or not', line: 'as1 --if-exists --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
