import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('dns set', [
  { description: 'Both families', line: 's1 db.example 10.0.0.1 fd00::1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
