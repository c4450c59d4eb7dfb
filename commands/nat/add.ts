import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('nat add', [
  {
    description: 'Everything behind one address',
    line: 'r1 snat 192.0.2.1 10.244.0.0/16 --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
