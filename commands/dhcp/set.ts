import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('dhcp set', [
  { description: 'Other options', line: '10.244.0.0/24 router=10.244.0.254 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
