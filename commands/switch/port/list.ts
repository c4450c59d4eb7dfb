import { listCommand } from '../../../src/cli/list-command.js';

export default listCommand('switch port', [
  { description: 'The ports of one switch', line: 'ovn-worker --node ovn-worker --from examples/ic-dualstack' },
]);
