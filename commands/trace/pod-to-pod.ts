import * as Args from '@oclif/core/args';
import { PathCommand } from '../../src/cli/path-command.js';
import { pathFlags, pathQuery, portFlag, sourceArg } from '../../src/cli/trace-flags.js';
import { tracePodToPod } from '../../src/usecase/trace-path.js';

export default class PodToPod extends PathCommand {
  static override summary = 'Follow a packet from a pod to a pod';

  static override description =
    'Sends the first packet of a connection through the logical flows of every zone on its way, as the cluster would, ' +
    'and says where it ends and which policy, route or rule decides. Exits with 0 when every path is delivered, 1 when ' +
    'one is not, 5 when something that could not be read may change the answer.';

  static override examples = [
    {
      description: 'Is the web pod on the same node reachable, in both address families?',
      command: '<%= config.bin %> <%= command.id %> shop/client shop/web-0 --port 8080 --from examples/ic-dualstack',
    },
    {
      description: 'A check for scripts: the database must not be reachable from the shop',
      command:
        '<%= config.bin %> <%= command.id %> shop/client payments/db-0 --port 5432 --expect dropped --view verdict --from examples/ic-dualstack',
    },
    {
      description: 'Ping over IPv6, with every stage of every pipeline',
      command:
        '<%= config.bin %> <%= command.id %> shop/client shop/api-1 --protocol icmp --family 6 --view pipeline --from examples/ic-dualstack',
    },
  ];

  static override args = {
    source: sourceArg,
    destination: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'Pod the packet is sent to, NAMESPACE/POD',
    }),
  };

  static override flags = { ...portFlag, ...pathFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PodToPod);
    await this.follow(flags, tracePodToPod, () => pathQuery('pod', args, flags));
  }
}
