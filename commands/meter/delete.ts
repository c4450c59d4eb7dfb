import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('meter delete', [
  { description: 'The meter', line: 'logs --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
