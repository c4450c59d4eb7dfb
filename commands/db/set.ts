import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('db set', [
  {
    description: 'One pair of a map',
    line: 'nb Logical_Switch s1 other_config:mcast_snoop=true --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
