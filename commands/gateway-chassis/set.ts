import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('gateway-chassis set', [
  { description: 'The one to prefer', line: 'r1-public hv1 --priority 20 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
