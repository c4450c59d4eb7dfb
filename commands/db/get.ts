import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { databaseArgument, TableCommand, tableArgument } from '../../src/cli/table-command.js';

export default class DbGet extends TableCommand {
  static override summary = 'Print values of a row, one a line';

  static override examples = [
    {
      description: 'The options of a router and one of them',
      command:
        '<%= config.bin %> <%= command.id %> nb Logical_Router ovn_cluster_router options external_ids:k8s-cluster-router --from cluster.tar.gz',
    },
  ];

  static override strict = false;
  static override args = {
    database: databaseArgument,
    table: tableArgument,
    record: Args.string({ required: true, ignoreStdin: true, description: 'Name or uuid of the row' }),
    columns: Args.string({ ignoreStdin: true, description: 'Columns, as COLUMN[:KEY]; the uuid when left out' }),
  };

  static override flags = {
    'if-exists': Flags.boolean({ summary: 'Print nothing for a row or key that is not there, instead of failing' }),
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags, argv } = await this.parse(DbGet);
    const columns = (argv as string[]).slice(3);
    await this.get(flags, args.database, args.table, args.record, columns, flags['if-exists']);
  }
}
