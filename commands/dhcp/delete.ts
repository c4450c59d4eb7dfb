import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('dhcp delete', [
  { description: 'By network', line: '10.244.0.0/24 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
