import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('lb attach', [
  { description: 'To a switch', line: 'lb1 switch s1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
