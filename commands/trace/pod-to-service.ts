import * as Args from '@oclif/core/args';
import { PathCommand } from '../../src/cli/path-command.js';
import { pathFlags, pathQuery, serviceFlags, sourceArg } from '../../src/cli/trace-flags.js';
import { tracePodToService } from '../../src/usecase/trace-path.js';

export default class PodToService extends PathCommand {
  static override summary = 'Follow a packet from a pod to a service and each of its backends';

  static override description =
    'Sends the first packet of a connection to an address of the service and follows it to every backend the load ' +
    'balancer may choose, one path each. Exits with 0 when every path is delivered, 1 when one is not, 5 when ' +
    'something that could not be read may change the answer.';

  static override examples = [
    {
      description: 'Every backend of a service, in both address families',
      command: '<%= config.bin %> <%= command.id %> shop/client shop/web-svc --port 80 --from examples/ic-dualstack',
    },
    {
      description: 'A port by its name, one line a path for a script',
      command:
        '<%= config.bin %> <%= command.id %> shop/client shop/web-multi --port http -o name --from examples/ic-dualstack',
    },
    {
      description: 'One backend only, as a document',
      command:
        '<%= config.bin %> <%= command.id %> shop/client shop/web-svc --backend 10.244.0.3:8080 --family 4 -o json --from examples/ic-dualstack',
    },
  ];

  static override args = {
    source: sourceArg,
    destination: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'Service the packet is sent to, NAMESPACE/SERVICE',
    }),
  };

  static override flags = { ...serviceFlags, ...pathFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(PodToService);
    await this.follow(flags, tracePodToService, () => pathQuery('service', args, flags));
  }
}
