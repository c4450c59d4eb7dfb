import { listCommand } from '../../src/cli/list-command.js';

export default listCommand('route', [
  { description: 'Of one router', line: 'ovn_cluster_router --zone ovn-worker --from examples/ic-dualstack' },
]);
