import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('portgroup add', [
  { description: 'With two ports', line: 'pg1 p1 p2 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
