import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('qos delete', [
  { description: 'All rules of a switch', line: 's1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
