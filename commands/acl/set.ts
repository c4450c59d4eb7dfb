import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('acl set', [
  {
    description: 'Log what a rule meets',
    line: '3f2a9c10 --log true --severity info --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
