import * as Flags from '@oclif/core/flags';
import { changeFlags } from '../src/cli/change-flags.js';
import { ManyChangesCommand } from '../src/cli/many-changes-command.js';
import { sourceFlags } from '../src/cli/source-flags.js';

export default class Apply extends ManyChangesCommand {
  static override summary = 'Make the changes that a file lists, all of them or none';

  static override description =
    'The file is YAML or JSON with a list "changes". Each entry says with "do" what a command would be called, and gives ' +
    'its arguments and flags by name: {do: switch port add, switch: s1, port: p1, addresses: ["0a:58:0a:f4:01:05 ' +
    '10.244.1.5"]}. In each database they are one transaction.';

  static override examples = [
    {
      description: 'See what would be done',
      command: '<%= config.bin %> <%= command.id %> -f changes.yaml --dry-run --nb unix:/run/ovn/ovnnb_db.sock',
    },
    {
      description: 'In every zone of the cluster',
      command: '<%= config.bin %> <%= command.id %> -f changes.yaml --all-zones --yes',
    },
  ];

  static override flags = {
    file: Flags.string({ char: 'f', required: true, helpValue: 'FILE', summary: 'The changes; - for standard input' }),
    ...changeFlags,
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Apply);
    await this.changeDocument(flags, flags.file);
  }
}
