import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('ha-group add', [
  { description: 'An empty group', line: 'hag1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
