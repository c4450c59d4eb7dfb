import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('qos add', [
  {
    description: 'Mark and limit',
    line: 's1 to-lport 100 ip4 --dscp 46 --rate 10000 --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
