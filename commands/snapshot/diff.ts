import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { SnapshotDiffCommand } from '../../src/cli/snapshot-diff-command.js';
import { DIFF_PARTS } from '../../src/usecase/snapshot-diff.js';

export default class Diff extends SnapshotDiffCommand {
  static override summary = 'Say what changed from one snapshot to another';

  static override description =
    'Compares Kubernetes objects by name and rows of every zone by what they are, not by their uuids, so a row that was made ' +
    'anew with the same content is no difference. Counters and time stamps are left out. Exits with 0 when nothing differs, ' +
    '1 when something does, 5 when nothing was found but not everything could be compared.';

  static override examples = [
    {
      description: 'What a change did to the cluster',
      command: '<%= config.bin %> <%= command.id %> before.tar.gz after.tar.gz',
    },
    {
      description: 'Objects and northbound rows only, with every changed member',
      command: '<%= config.bin %> <%= command.id %> before after --only objects --only nb -o wide',
    },
    {
      description: 'The recorded cluster does not differ from itself',
      command: '<%= config.bin %> <%= command.id %> examples/ic-dualstack examples/ic-dualstack',
    },
  ];

  static override args = {
    before: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'Snapshot, must-gather or database file to compare from',
    }),
    after: Args.string({ required: true, ignoreStdin: true, description: 'The one to compare with' }),
  };

  static override flags = {
    only: Flags.option({
      options: DIFF_PARTS,
      multiple: true,
      multipleNonGreedy: true,
      helpValue: DIFF_PARTS.join('|'),
      summary: 'Compare only objects, or only one of the databases of each zone; may be repeated',
    })(),
    zone: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME',
      summary: 'Compare only the databases of this zone; may be repeated',
    }),
    all: Flags.boolean({ summary: 'Compare counters, time stamps and versions of objects, too' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Diff);
    await this.diff(args.before, args.after, flags);
  }
}
