import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('mirror add', [
  { description: 'To a collector', line: 'm1 gre 5 both 192.0.2.9 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
