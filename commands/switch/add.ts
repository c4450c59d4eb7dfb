import { verbCommand } from '../../src/cli/verb-command.js';

export default verbCommand('switch add', [
  { description: 'See what would be done', line: 's1 --dry-run --from examples/ic-dualstack --zone ovn-worker' },
  { description: 'Do it', line: 's1 --yes --nb unix:/run/ovn/ovnnb_db.sock' },
]);
