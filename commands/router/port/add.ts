import { verbCommand } from '../../../src/cli/verb-command.js';

export default verbCommand('router port add', [
  {
    description: 'Dual stack',
    line: 'r1 r1-s1 0a:58:0a:f4:00:01 10.244.0.1/24 fd00::1/64 --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
