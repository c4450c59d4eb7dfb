import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('ha-group leave', [
  { description: 'Out of the group', line: 'hag1 hv1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
