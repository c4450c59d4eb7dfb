import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('db clear', [
  { description: 'All labels', line: 'nb Logical_Switch s1 external_ids --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
