import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('db remove', [
  {
    description: 'Take it away',
    line: 'nb Logical_Switch s1 external_ids owner --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
