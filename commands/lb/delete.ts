import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('lb delete', [
  { description: 'One virtual address', line: 'lb1 10.96.0.10:80 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
