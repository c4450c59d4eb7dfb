import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('dns delete', [
  { description: 'No answer any more', line: 's1 db.example --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
