import * as Args from '@oclif/core/args';
import { SnapshotInfoCommand } from '../../src/cli/snapshot-info-command.js';

export default class Info extends SnapshotInfoCommand {
  static override summary = 'Say what is in a snapshot, must-gather or database file';

  static override description =
    'Reads all of it: zones and nodes, databases with their versions and the time of their transactions, objects, and what is ' +
    'missing or damaged.';

  static override examples = [
    {
      description: 'Zones, databases and counts',
      command: '<%= config.bin %> <%= command.id %> examples/ic-dualstack',
    },
    {
      description: 'With transactions, software and the number of objects of each kind',
      command: '<%= config.bin %> <%= command.id %> examples/ic-dualstack -o wide',
    },
  ];

  static override args = {
    path: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'Snapshot folder or archive, must-gather, or database file',
    }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Info);
    await this.info(args.path);
  }
}
