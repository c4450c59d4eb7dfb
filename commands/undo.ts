import * as Args from '@oclif/core/args';
import { ChangeCommand } from '../src/cli/change-command.js';
import { changeFlags } from '../src/cli/change-flags.js';
import { sourceFlags } from '../src/cli/source-flags.js';

export default class Undo extends ChangeCommand {
  static override summary = 'Take back a change';

  static override description =
    'Puts the rows back as they were before, as one guarded transaction for each database. Refuses where somebody has ' +
    'changed them since, and where the database is another one. Without a number it is the newest change; "history" ' +
    'lists them.';

  static override examples = [
    { description: 'See what would be taken back', command: '<%= config.bin %> <%= command.id %> --dry-run' },
    {
      description: 'Take back change 12',
      command: '<%= config.bin %> <%= command.id %> 12 --yes --nb unix:/run/ovn/ovnnb_db.sock',
    },
  ];

  static override args = {
    id: Args.integer({ description: 'Number of the change', min: 1, ignoreStdin: true }),
  };

  static override flags = { ...changeFlags, ...sourceFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Undo);
    await this.undo(flags, args.id);
  }
}
