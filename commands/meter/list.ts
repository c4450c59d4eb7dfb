import { listCommand } from '../../src/cli/list-command.js';

export default listCommand('meter');
