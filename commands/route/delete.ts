import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('route delete', [
  { description: 'Routes for one network', line: 'r1 10.1.0.0/16 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
