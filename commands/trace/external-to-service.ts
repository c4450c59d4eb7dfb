import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { PathCommand } from '../../src/cli/path-command.js';
import { externalServiceFlags, pathFlags, pathQuery } from '../../src/cli/trace-flags.js';
import { traceExternalToService } from '../../src/usecase/trace-path.js';

export default class ExternalToService extends PathCommand {
  static override summary = 'Follow a packet from outside the cluster to a service';

  static override description =
    'Lets the first packet of a connection come in by the physical network of a node (of every node, unless --node names ' +
    'one) and says to which backends it goes, under which source address they see it, and whether the reply finds its way ' +
    'back. Exits with 0 when every path is delivered, 1 when one is not, 5 when something that could not be read may ' +
    'change the answer.';

  static override examples = [
    {
      description: 'Through the load balancer address of a service, on every node',
      command: '<%= config.bin %> <%= command.id %> 203.0.113.250 shop/api-lb --from examples/ic-dualstack',
    },
    {
      description: 'Through the node port of one node',
      command:
        '<%= config.bin %> <%= command.id %> 172.18.0.1 shop/api-lb --via nodeport --node ovn-worker --from examples/ic-dualstack',
    },
  ];

  static override args = {
    source: Args.string({ required: true, ignoreStdin: true, description: 'IPv4 or IPv6 address of the client' }),
    destination: Args.string({ required: true, ignoreStdin: true, description: 'Service, NAMESPACE/SERVICE' }),
  };

  static override flags = {
    ...externalServiceFlags,
    ...pathFlags,
    node: Flags.string({ summary: 'Node by which the packet comes in; every node when not given', helpValue: 'NODE' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ExternalToService);
    await this.follow({ ...flags, node: undefined }, traceExternalToService, () => pathQuery('inbound', args, flags));
  }
}
