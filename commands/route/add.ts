import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('route add', [
  { description: 'A default route', line: 'r1 0.0.0.0/0 192.0.2.254 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
  { description: 'A second next hop', line: 'r1 10.1.0.0/16 10.244.0.3 --ecmp --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
