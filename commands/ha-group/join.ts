import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('ha-group join', [
  { description: 'The one to prefer', line: 'hag1 hv1 20 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
