import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('dhcp add', [
  {
    description: 'Router and lease time',
    line: '10.244.0.0/24 router=10.244.0.1 lease_time=3600 --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
