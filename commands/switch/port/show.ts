import { showCommand } from '../../../src/cli/list-command.js';

export default showCommand('switch port', [
  { description: 'Of a recorded cluster', line: 'shop_web-0 --from examples/ic-dualstack' },
]);
