import { showCommand } from '../../src/cli/list-command.js';

export default showCommand('portgroup', [
  { description: 'Of a recorded cluster', line: 'a6645658460396593302 --zone ovn-worker --from examples/ic-dualstack' },
]);
