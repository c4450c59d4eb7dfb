import { showCommand } from '../../src/cli/list-command.js';

export default showCommand('lb', [
  {
    description: 'Of a recorded cluster',
    line: 'Service_shop/web-svc_TCP_cluster --zone ovn-worker --from examples/ic-dualstack',
  },
]);
