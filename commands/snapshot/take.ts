import * as Args from '@oclif/core/args';
import { takeFlags } from '../../src/cli/snapshot-flags.js';
import { SnapshotTakeCommand } from '../../src/cli/snapshot-take-command.js';
import { sourceFlags } from '../../src/cli/source-flags.js';

export default class Take extends SnapshotTakeCommand {
  static override summary = 'Record a cluster, database servers or files as a snapshot';

  static override description =
    'A snapshot holds the databases of every zone, each as of one moment, the Kubernetes objects that ovnctl reads, and from a ' +
    'cluster also routes and addresses of the nodes and the ends of the logs. Secrets are never in it; values of container ' +
    'environments, last-applied annotations, tokens and keys are taken out. What can not be read is listed in its manifest ' +
    'and on stderr, and does not stop the rest. Every command reads a snapshot with --from.';

  static override examples = [
    {
      description: 'The cluster of the kubeconfig, as an archive',
      command: '<%= config.bin %> <%= command.id %> cluster.tar.gz',
    },
    {
      description: 'One zone of a must-gather, without what is not needed to trace',
      command: '<%= config.bin %> <%= command.id %> small.tgz --from must-gather.tar.gz --zone worker-1',
    },
    {
      description: 'What would be read',
      command: '<%= config.bin %> <%= command.id %> out --dry-run --from examples/ic-dualstack',
    },
  ];

  static override args = {
    out: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'Folder to make, or archive when it ends in .tar.gz, .tgz or .tar',
    }),
  };

  static override flags = { ...takeFlags, ...sourceFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Take);
    await this.take(args.out, flags);
  }
}
