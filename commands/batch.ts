import * as Args from '@oclif/core/args';
import { changeFlags } from '../src/cli/change-flags.js';
import { ManyChangesCommand } from '../src/cli/many-changes-command.js';
import { sourceFlags } from '../src/cli/source-flags.js';

export default class Batch extends ManyChangesCommand {
  static override summary = 'Make the changes that lines of text give, all of them or none';

  static override description =
    'Each line is a command without the flags of the source and of every change, for example: switch port add s1 p1 ' +
    '--addresses unknown. Words with spaces are quoted; # begins a comment. In each database they are one transaction.';

  static override examples = [
    {
      description: 'From standard input',
      command: '<%= config.bin %> <%= command.id %> --yes --nb unix:/run/ovn/ovnnb_db.sock < changes.txt',
    },
    {
      description: 'See what a file would do',
      command: '<%= config.bin %> <%= command.id %> changes.txt --dry-run --nb unix:/run/ovn/ovnnb_db.sock',
    },
  ];

  static override args = {
    file: Args.string({ description: 'The lines; standard input when left out', default: '-', ignoreStdin: true }),
  };

  static override flags = { ...changeFlags, ...sourceFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Batch);
    await this.changeLines(flags, args.file);
  }
}
