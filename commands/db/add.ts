import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('db add', [
  {
    description: 'A label of our own',
    line: 'nb Logical_Switch s1 external_ids owner=me --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
