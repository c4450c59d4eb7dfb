import { SourceCommand } from '../src/cli/source-command.js';
import { sourceFlags } from '../src/cli/source-flags.js';
import { versionReport } from '../src/usecase/version.js';
import { renderVersion, versionNames } from '../src/view/zones-view.js';

export default class Version extends SourceCommand {
  static override summary = 'Show the versions of ovnctl, OVN-Kubernetes, OVN, Open vSwitch and the database schemas';

  static override description =
    'What the source says about itself, zone by zone, and how OVN-Kubernetes is deployed as far as its pods tell. For ' +
    'the version of ovnctl alone use --version, which reads nothing.';

  static override examples = [
    {
      description: 'What runs in a recorded cluster',
      command: '<%= config.bin %> <%= command.id %> --from examples/ic-dualstack',
    },
    {
      description: 'For a script',
      command: '<%= config.bin %> <%= command.id %> -o json --from examples/ic-dualstack',
    },
  ];

  static override flags = { ...sourceFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(Version);
    const client = { version: this.config.version, node: process.version };
    const { world, answer } = await this.ask(flags, (source) => versionReport(source, client));
    const gaps = world.coverage.gaps();
    for (const { subject, reason } of gaps) this.caution(`not everything could be read: ${subject}: ${reason}`);
    await this.emit({
      kind: 'Version',
      data: answer,
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps },
      table: (layout) => renderVersion(answer, layout),
      names: () => versionNames(answer),
    });
  }
}
