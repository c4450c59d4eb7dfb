import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { databaseArgument, TableCommand, tableArgument } from '../../src/cli/table-command.js';

export default class DbMonitor extends TableCommand {
  static override summary = 'Follow a table and print what changes';

  static override description =
    'One line for each row that comes, changes or goes, until --count lines were printed or Ctrl-C is pressed. Conditions ' +
    'are those of "db find"; a row counts when they hold before or after the change. Needs a server.';

  static override examples = [
    {
      description: 'Ports that come up, as lines of JSON',
      command:
        '<%= config.bin %> <%= command.id %> sb Port_Binding up=true --columns logical_port,up -o ndjson --sb unix:/run/ovn/ovnsb_db.sock',
    },
  ];

  static override strict = false;
  static override args = {
    database: databaseArgument,
    table: tableArgument,
    conditions: Args.string({ ignoreStdin: true, description: 'Conditions that all have to hold' }),
  };

  static override flags = {
    columns: Flags.string({ summary: 'Only these columns, separated by commas', helpValue: 'COLUMN,…' }),
    initial: Flags.boolean({ summary: 'Print the rows that are there at first, too' }),
    count: Flags.integer({ min: 1, helpValue: 'N', summary: 'End after so many lines' }),
    output: Flags.option({
      char: 'o',
      options: ['table', 'ndjson'] as const,
      default: 'table',
      helpValue: 'table|ndjson',
      summary: 'Output format',
      helpGroup: 'GLOBAL',
    })(),
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags, argv } = await this.parse(DbMonitor);
    const conditions = (argv as string[]).slice(2);
    await this.follow(flags, args.database, { table: args.table, conditions });
  }
}
