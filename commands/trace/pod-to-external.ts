import * as Args from '@oclif/core/args';
import { PathCommand } from '../../src/cli/path-command.js';
import { pathFlags, pathQuery, portFlag, sourceArg } from '../../src/cli/trace-flags.js';
import { tracePodToExternal } from '../../src/usecase/trace-path.js';

export default class PodToExternal extends PathCommand {
  static override summary = 'Follow a packet from a pod to an address outside the cluster';

  static override description =
    'Sends the first packet of a connection towards the address and says whether it leaves the cluster, from which node, ' +
    'under which source address, and which egress rule decides. Exits with 0 when every path is delivered, 1 when one ' +
    'is not, 5 when something that could not be read may change the answer.';

  static override examples = [
    {
      description: 'Does the egress firewall let a pod out, and what does the address become?',
      command: '<%= config.bin %> <%= command.id %> shop/client 1.2.3.4 --port 443 --from examples/ic-dualstack',
    },
    {
      description: 'A check for scripts: nothing else may leave',
      command:
        '<%= config.bin %> <%= command.id %> shop/client 198.51.100.9 --port 443 --expect dropped --from examples/ic-dualstack',
    },
    {
      description: 'An IPv6 address, over udp',
      command:
        '<%= config.bin %> <%= command.id %> kube-system/coredns-0 2001:db8:1::9 --port 53 --protocol udp --from examples/ic-dualstack',
    },
  ];

  static override args = {
    source: sourceArg,
    destination: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'IPv4 or IPv6 address the packet is sent to',
    }),
  };

  static override flags = { ...portFlag, ...pathFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PodToExternal);
    await this.follow(flags, tracePodToExternal, () => pathQuery('external', args, flags));
  }
}
