import { listCommand } from '../../../src/cli/list-command.js';

export default listCommand('router port', [
  {
    description: 'The ports of one router, with more columns',
    line: 'GR_ovn-worker -o wide --from examples/ic-dualstack',
  },
]);
