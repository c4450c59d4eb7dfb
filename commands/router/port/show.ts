import { showCommand } from '../../../src/cli/list-command.js';

export default showCommand('router port', [
  { description: 'Of a recorded cluster', line: 'rtoe-GR_ovn-worker --from examples/ic-dualstack' },
]);
