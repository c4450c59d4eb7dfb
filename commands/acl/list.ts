import { listCommand } from '../../src/cli/list-command.js';

export default listCommand('acl', [
  {
    description: 'What a NetworkPolicy became',
    line: '--object NetworkPolicy/shop/web-ingress --zone ovn-worker --from examples/ic-dualstack',
  },
]);
