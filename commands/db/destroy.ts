import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('db destroy', [
  { description: 'A switch, as a preview', line: 'nb Logical_Switch s1 --dry-run --nb unix:/run/ovn/ovnnb_db.sock' },
]);
