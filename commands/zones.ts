import { SourceCommand } from '../src/cli/source-command.js';
import { sourceFlags } from '../src/cli/source-flags.js';
import { isWhole, zonesReport } from '../src/usecase/zones.js';
import { renderZones, zoneNames } from '../src/view/zones-view.js';

export default class Zones extends SourceCommand {
  static override summary = 'List the zones, whether their databases can be read, and how far northd has come';

  static override description =
    'A zone is the part of the network that one pair of OVN databases describes; with interconnect every node is one. ' +
    'NORTHD says whether the southbound database has all of the northbound one. -o wide adds versions, pods and servers. ' +
    'Exits with 5 when a database could not be read.';

  static override examples = [
    {
      description: 'The zones of a recorded cluster',
      command: '<%= config.bin %> <%= command.id %> --from examples/ic-dualstack',
    },
    {
      description: 'Only one of them, with versions',
      command: '<%= config.bin %> <%= command.id %> --zone ovn-worker -o wide --from examples/ic-dualstack',
    },
  ];

  static override flags = { ...sourceFlags };

  async run(): Promise<void> {
    const { flags } = await this.parse(Zones);
    const { world, answer } = await this.ask(flags, (source) =>
      zonesReport(source, (zone, done, of) => this.progress.report({ step: `reading zone ${zone}`, done, of })),
    );
    for (const { zone, northbound, southbound } of answer.zones) {
      for (const { reason } of [northbound, southbound])
        if (reason !== undefined) this.caution(`zone ${zone}: ${reason}`);
    }
    await this.emit({
      kind: 'ZoneList',
      data: answer,
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
      table: (layout) => renderZones(answer, layout),
      wide: (layout) => renderZones(answer, layout, true),
      names: () => zoneNames(answer),
    });
    this.outcome(isWhole(answer) ? 'done' : 'incomplete');
  }
}
