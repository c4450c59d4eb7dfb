import * as Flags from '@oclif/core/flags';
import { outputWith } from '../../src/cli/more-formats.js';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { VerifyCommand } from '../../src/cli/verify-command.js';

export default class Connectivity extends VerifyCommand {
  static override summary = 'Check that the network does what a file says it must';

  static override description =
    'Reads a YAML list of expectations and traces each one between all the ends it means, in every address family, with ' +
    'the reply. An entry has from, to and expect (delivered, dropped or rejected), and may have name, port, protocol ' +
    '(tcp, udp, sctp, icmp), families ([4], [6] or [4, 6]), via (clusterip, externalip, lb or nodeport: by which address ' +
    'a service is asked) and reason (type, object: why it must not arrive). An end is NAMESPACE/NAME of a pod or service, ' +
    'NAMESPACE/KEY=VALUE (all pods with these labels; NAMESPACE/* for all), pod/NAMESPACE/NAME, service/NAMESPACE/NAME, ' +
    'deployment/NAMESPACE/NAME and the like, node/NAME, port/NAME or an IP address. Exits with 0 when all are met, 1 when ' +
    'one is not, 5 when one cannot be judged, 65 when the file is not right. With GITHUB_ACTIONS=true, every one that is ' +
    'not met is annotated at its line.';

  static override examples = [
    {
      description: 'The expectations of the recorded cluster',
      command: '<%= config.bin %> <%= command.id %> -f examples/expect.yaml --from examples/ic-dualstack',
    },
    {
      description: 'As test results for CI',
      command: '<%= config.bin %> <%= command.id %> -f examples/expect.yaml -o junit --from examples/ic-dualstack',
    },
  ];

  static override flags = {
    file: Flags.string({
      char: 'f',
      required: true,
      summary: 'File of expectations; - reads standard input',
      helpValue: 'FILE',
    }),
    output: outputWith('junit'),
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Connectivity);
    await this.verify(flags);
  }
}
