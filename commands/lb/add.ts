import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('lb add', [
  {
    description: 'Two backends',
    line: 'lb1 10.96.0.10:80 10.244.0.5:8080,10.244.0.6:8080 --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
  {
    description: 'Other backends',
    line: 'lb1 10.96.0.10:80 10.244.0.7:8080 --replace --yes --nb unix:/run/ovn/ovnnb_db.sock',
  },
]);
