import * as Args from '@oclif/core/args';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { columnsFlag, databaseArgument, TableCommand, tableArgument } from '../../src/cli/table-command.js';

export default class DbFind extends TableCommand {
  static override summary = 'Show the rows of a table that meet conditions';

  static override description =
    'A condition is COLUMN[:KEY], an operator, and a value, without spaces in between. =, !=, <, >, <=, >= compare the ' +
    'whole value; the operators in braces compare sets: {=}, {!=}, {<}, {<=} or {in} (all of the column is in the value), ' +
    '{>}, {>=} or {includes} (all of the value is in the column), {not-in} (nothing of the column is in the value). With a ' +
    'key, rows without it are left out. All conditions have to hold.';

  static override examples = [
    {
      description: 'Ports of a namespace',
      command:
        '<%= config.bin %> <%= command.id %> nb Logical_Switch_Port external_ids:namespace=shop --columns name,addresses --from cluster.tar.gz',
    },
    {
      description: 'ACLs of high priority that drop or reject',
      command:
        '<%= config.bin %> <%= command.id %> nb ACL "priority>=2000" "action{in}drop,reject" --nb unix:/run/ovn/ovnnb_db.sock',
    },
  ];

  static override strict = false;
  static override args = {
    database: databaseArgument,
    table: tableArgument,
    conditions: Args.string({ ignoreStdin: true, description: 'Conditions that all have to hold' }),
  };

  static override flags = { columns: columnsFlag, ...sourceFlags };

  async run(): Promise<void> {
    const { args, flags, argv } = await this.parse(DbFind);
    await this.find(flags, args.database, args.table, (argv as string[]).slice(2));
  }
}
