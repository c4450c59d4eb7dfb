import { verbCommand } from '../../../src/cli/verb-command.js';

export default verbCommand('switch port add', [
  {
    description: 'A port with an address, as a preview',
    line: 's1 p1 --addresses "0a:58:0a:f4:01:05 10.244.1.5" --dry-run --nb unix:/run/ovn/ovnnb_db.sock',
  },
  {
    description: 'The side of a router on the switch',
    line: 's1 s1-r1 --type router --addresses router --option router-port=r1-s1 --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
