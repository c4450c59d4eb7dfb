import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('mirror detach', [
  { description: 'No more copies', line: 'm1 p1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
