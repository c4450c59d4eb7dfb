import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('mirror attach', [
  { description: 'Copy what a port gets', line: 'm1 p1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
