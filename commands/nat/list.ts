import { listCommand } from '../../src/cli/list-command.js';

export default listCommand('nat', [
  { description: 'Of one router', line: 'GR_ovn-worker --from examples/ic-dualstack' },
]);
