import { verbCommand } from '../../../src/cli/verb-command.js';

export default verbCommand('router policy add', [
  {
    description: 'Another way for one source',
    line: 'r1 100 "ip4.src == 10.244.1.5" reroute 10.244.0.2 --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
