import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('lb detach', [
  { description: 'From a switch', line: 'lb1 switch s1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
