import * as Flags from '@oclif/core/flags';
import { MatrixCommand } from '../../src/cli/matrix-command.js';
import { outputWith } from '../../src/cli/more-formats.js';
import { pathFlags } from '../../src/cli/trace-flags.js';
import { sourceFlags } from '../../src/cli/source-flags.js';

const { family, protocol, reply } = pathFlags;

export default class Matrix extends MatrixCommand {
  static override summary = 'Who reaches whom: workloads by workloads and services';

  static override description =
    'Traces every pod of the namespaces given with -n to every pod (and with --services to every service) of those given ' +
    'with --to, in every address family, and shows one cell for each pair of workloads: √ delivered, × dropped, ! ' +
    'rejected, ? unknown, ~ mixed (pods, families or backends differ; the counts tell), · nothing to send. Pods that one ' +
    'Deployment, StatefulSet or the like manages are one workload. -o wide has a line for each cell with the object that ' +
    'decided, -o json every reason with an example. Exits with 0 when the matrix is complete, whatever it says; with ' +
    '--expect the worst cell decides: 1 when one is otherwise, 5 when one is not known.';

  static override examples = [
    {
      description: 'Who talks to whom inside a namespace, on the ports that pods declare?',
      command: '<%= config.bin %> <%= command.id %> -n shop --from examples/ic-dualstack',
    },
    {
      description: 'Who reaches the database, from everywhere, with the rule that decides',
      command: '<%= config.bin %> <%= command.id %> -A --to payments --port 5432 -o wide --from examples/ic-dualstack',
    },
    {
      description: 'A check for CI: pods of a network of their own do not get into the shop',
      command:
        '<%= config.bin %> <%= command.id %> -n udn-blue --to shop --protocol icmp --expect dropped -o junit --from examples/ic-dualstack',
    },
  ];

  static override flags = {
    namespace: Flags.string({
      char: 'n',
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Namespace of the sources; may be repeated',
      helpValue: 'NAMESPACE',
      exclusive: ['all-namespaces'],
    }),
    'all-namespaces': Flags.boolean({ char: 'A', default: false, summary: 'Sources of all namespaces' }),
    to: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Namespace of the targets; that of the sources when not given; may be repeated',
      helpValue: 'NAMESPACE',
    }),
    services: Flags.boolean({
      default: false,
      summary: 'Services of the target namespaces are targets, too, at their own ports',
    }),
    port: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      summary: 'Port of the targets, by number or name; those they declare when not given; may be repeated',
      helpValue: 'PORT|NAME',
    }),
    protocol,
    family,
    reply,
    by: Flags.option({
      options: ['workload', 'pod'] as const,
      default: 'workload' as const,
      helpValue: 'workload|pod',
      summary: 'One line for the pods of a workload together, or for each pod',
    })(),
    expect: pathFlags.expect,
    output: outputWith('csv', 'junit'),
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Matrix);
    await this.fill(flags);
  }
}
