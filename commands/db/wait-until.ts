import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { databaseArgument, TableCommand, tableArgument } from '../../src/cli/table-command.js';

export default class DbWaitUntil extends TableCommand {
  static override summary = 'Wait until a row is there and conditions hold for it';

  static override description = 'Conditions are those of "db find". Prints the row. Needs a server.';

  static override examples = [
    {
      description: 'A port that is bound',
      command:
        '<%= config.bin %> <%= command.id %> sb Port_Binding shop_client up=true --timeout 30 --sb unix:/run/ovn/ovnsb_db.sock',
    },
  ];

  static override strict = false;
  static override args = {
    database: databaseArgument,
    table: tableArgument,
    record: Args.string({ required: true, ignoreStdin: true, description: 'Name or uuid of the row' }),
    conditions: Args.string({ ignoreStdin: true, description: 'Conditions that all have to hold' }),
  };

  static override flags = {
    timeout: Flags.integer({
      min: 1,
      max: 86_400,
      helpValue: 'SECONDS',
      summary: 'How long to wait; for ever when left out',
    }),
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags, argv } = await this.parse(DbWaitUntil);
    const conditions = (argv as string[]).slice(3);
    await this.waitUntil(flags, args.database, { table: args.table, conditions }, args.record);
  }
}
