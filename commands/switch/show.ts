import { showCommand } from '../../src/cli/list-command.js';

export default showCommand('switch', [
  { description: 'Of a recorded cluster', line: 'ovn-worker --node ovn-worker --from examples/ic-dualstack' },
]);
