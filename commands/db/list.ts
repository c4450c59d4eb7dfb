import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { columnsFlag, databaseArgument, TableCommand, tableArgument } from '../../src/cli/table-command.js';

export default class DbList extends TableCommand {
  static override summary = 'Show rows of a table';

  static override description =
    'Every row, or those named, with the columns that say something; -o wide shows the others too. Values are written as ' +
    '"db set" reads them. With several zones the rows of each are shown.';

  static override examples = [
    {
      description: 'One switch with all its columns',
      command: '<%= config.bin %> <%= command.id %> nb Logical_Switch ovn-worker -o wide --from cluster.tar.gz',
    },
    {
      description: 'A few columns of every port, as a table',
      command:
        '<%= config.bin %> <%= command.id %> nb Logical_Switch_Port --columns name,addresses,external_ids:namespace --nb unix:/run/ovn/ovnnb_db.sock',
    },
  ];

  static override strict = false;
  static override args = {
    database: databaseArgument,
    table: tableArgument,
    records: Args.string({ ignoreStdin: true, description: 'Names or uuids of rows; . for the only one' }),
  };

  static override flags = {
    columns: columnsFlag,
    'if-exists': Flags.boolean({ summary: 'Leave out rows that are not there, instead of failing' }),
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags, argv } = await this.parse(DbList);
    await this.list(flags, args.database, args.table, (argv as string[]).slice(2), flags['if-exists']);
  }
}
