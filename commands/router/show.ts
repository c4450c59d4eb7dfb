import { showCommand } from '../../src/cli/list-command.js';

export default showCommand('router', [
  { description: 'Of a recorded cluster', line: 'GR_ovn-worker --from examples/ic-dualstack' },
]);
