import * as Args from '@oclif/core/args';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { databaseArgument, TableCommand } from '../../src/cli/table-command.js';

export default class DbSchema extends TableCommand {
  static override summary = 'Show the tables of a database, or the columns of some, with their types';

  static override description = 'As the connected server or the file has them; releases differ.';

  static override examples = [
    {
      description: 'What columns ACLs have and what they may hold',
      command: '<%= config.bin %> <%= command.id %> nb ACL --from cluster.tar.gz',
    },
  ];

  static override strict = false;
  static override args = {
    database: databaseArgument,
    tables: Args.string({ ignoreStdin: true, description: 'Tables; all when none is named' }),
  };

  static override flags = { ...sourceFlags };

  async run(): Promise<void> {
    const { args, flags, argv } = await this.parse(DbSchema);
    await this.schema(flags, args.database, (argv as string[]).slice(1));
  }
}
