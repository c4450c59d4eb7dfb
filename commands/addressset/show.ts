import { showCommand } from '../../src/cli/list-command.js';

export default showCommand('addressset', [
  {
    description: 'Of a recorded cluster',
    line: 'a10149380669942873616 --zone ovn-worker --from examples/ic-dualstack',
  },
]);
