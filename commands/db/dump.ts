import * as Args from '@oclif/core/args';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { databaseArgument, TableCommand } from '../../src/cli/table-command.js';

export default class DbDump extends TableCommand {
  static override summary = 'Show every row of a database, or of some tables';

  static override description = 'Tables without rows are left out unless they are named.';

  static override examples = [
    {
      description: 'Two tables as JSON',
      command: '<%= config.bin %> <%= command.id %> sb Chassis Encap -o json --sb unix:/run/ovn/ovnsb_db.sock',
    },
  ];

  static override strict = false;
  static override args = {
    database: databaseArgument,
    tables: Args.string({ ignoreStdin: true, description: 'Tables; all when none is named' }),
  };

  static override flags = { ...sourceFlags };

  async run(): Promise<void> {
    const { args, flags, argv } = await this.parse(DbDump);
    await this.dump(flags, args.database, (argv as string[]).slice(1));
  }
}
