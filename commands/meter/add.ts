import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('meter add', [
  { description: 'Twenty log lines a second', line: 'logs 20 pktps --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
