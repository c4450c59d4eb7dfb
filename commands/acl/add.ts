import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('acl add', [
  {
    description: 'Drop what comes from one network',
    line: 's1 to-lport 1000 "ip4.src == 10.9.0.0/16" drop --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
  {
    description: 'Log it, too',
    line: 'pg1 to-lport 1001 "tcp.dst == 22" reject --log true --severity warning --meter logs --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
