import * as Args from '@oclif/core/args';
import { HistoryCommand } from '../src/cli/history-command.js';

export default class ShowHistory extends HistoryCommand {
  static override summary = 'List what was changed with this program';

  static override description =
    'Every change made from this machine, newest first: when, what, and whether it was carried out. "unknown" means that ' +
    'no answer came: undo looks it up. With a number, the rows of that change before and after.';

  static override examples = [
    { description: 'All changes', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'The rows of one', command: '<%= config.bin %> <%= command.id %> 12' },
  ];

  static override args = {
    id: Args.integer({ description: 'Number of the change', min: 1, ignoreStdin: true }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(ShowHistory);
    await this.show(args.id);
  }
}
