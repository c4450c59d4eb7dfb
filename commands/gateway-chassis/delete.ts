import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('gateway-chassis delete', [
  { description: 'No gateway any more', line: 'r1-public hv1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
