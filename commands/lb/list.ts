import { listCommand } from '../../src/cli/list-command.js';

export default listCommand('lb', [
  {
    description: 'The load balancers of a service',
    line: '--object Service/shop/web-svc --from examples/ic-dualstack',
  },
]);
