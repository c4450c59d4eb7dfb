import { listCommand } from '../../src/cli/list-command.js';

export default listCommand('switch', [
  { description: 'Of a database server', line: '--nb unix:/run/ovn/ovnnb_db.sock -o wide' },
]);
