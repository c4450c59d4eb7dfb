import * as Flags from '@oclif/core/flags';
import { hasLostZones } from '../src/cli/list-command.js';
import { outputWith } from '../src/cli/more-formats.js';
import { SourceCommand } from '../src/cli/source-command.js';
import { sourceFlags } from '../src/cli/source-flags.js';
import { topology } from '../src/usecase/inspect/topology.js';
import { pictures } from '../src/view/topology/collapse.js';
import { renderDot, renderMermaid } from '../src/view/topology/graph-text.js';
import { renderSvg } from '../src/view/topology/svg.js';
import { renderTree } from '../src/view/topology/tree.js';

export default class TopologyCommand extends SourceCommand {
  static override summary = 'Draw how switches and routers are connected, network by network';

  static override description =
    'A tree, or a picture with -o mermaid, -o dot (Graphviz) or -o svg. In a network of more than four nodes, nodes that ' +
    'look alike are drawn as one; --expand draws each.';

  static override examples = [
    {
      description: "The cluster's own network",
      command: '<%= config.bin %> <%= command.id %> --network default --from examples/ic-dualstack',
    },
    {
      description: 'All networks, as a picture',
      command: '<%= config.bin %> <%= command.id %> -o svg --from examples/ic-dualstack',
    },
  ];

  static override flags = {
    network: Flags.string({ summary: 'Only this network; the cluster has one called default', helpValue: 'NETWORK' }),
    expand: Flags.boolean({ summary: 'Draw every node, also when many look alike' }),
    ...sourceFlags,
    output: outputWith('mermaid', 'dot', 'svg'),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TopologyCommand);
    const { network, expand } = flags;
    const { world, answer } = await this.ask(flags, (source) =>
      topology(source, network === undefined ? {} : { network }),
    );
    const drawn = () => pictures(answer, expand);
    await this.emit({
      kind: 'Topology',
      data: answer,
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
      table: ({ palette }) => renderTree(drawn(), palette),
      names: () => answer.networks.flatMap(({ elements }) => elements.map(({ kind, id }) => `${kind}/${id}`)),
      others: {
        mermaid: () => renderMermaid(drawn()),
        dot: () => renderDot(drawn()),
        svg: () => renderSvg(drawn()),
      },
    });
    this.outcome(hasLostZones(world) ? 'incomplete' : 'done');
  }
}
