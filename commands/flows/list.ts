import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { hasLostZones } from '../../src/cli/list-command.js';
import { SourceCommand } from '../../src/cli/source-command.js';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { listFlows } from '../../src/usecase/inspect/list-flows.js';
import { flowNames, renderFlows } from '../../src/view/inspect/render-flows.js';

export default class FlowsList extends SourceCommand {
  static override summary = 'List the logical flows of a switch or router, with what each was made of';

  static override description =
    'Flows are in the order in which a packet meets them. NB-ROW is the row of the northbound database that northd made ' +
    'a flow of, OWNER the Kubernetes object that the row stands for.';

  static override examples = [
    {
      description: 'What access control of a node does',
      command:
        '<%= config.bin %> <%= command.id %> ovn-worker --stage acl_eval --node ovn-worker --from examples/ic-dualstack',
    },
    {
      description: 'What a NetworkPolicy became',
      command:
        '<%= config.bin %> <%= command.id %> ovn-worker --object NetworkPolicy/shop/web-ingress --from examples/ic-dualstack',
    },
    {
      description: 'What names a port',
      command: '<%= config.bin %> <%= command.id %> ovn-worker --port shop_web-0 --from examples/ic-dualstack',
    },
  ];

  static override args = {
    datapath: Args.string({ required: true, ignoreStdin: true, description: 'Name or uuid of a switch or router' }),
  };

  static override flags = {
    stage: Flags.string({ summary: 'Only flows of this stage, like ls_in_acl_eval or acl_eval', helpValue: 'STAGE' }),
    port: Flags.string({
      summary: 'Only flows whose match names this port as the one a packet comes in or goes out by',
      helpValue: 'PORT',
    }),
    object: Flags.string({
      summary: 'Only flows that stand for this Kubernetes object',
      helpValue: '[KIND/][NAMESPACE/]NAME',
    }),
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(FlowsList);
    const { stage, port, object } = flags;
    const { world, answer } = await this.ask(flags, (source) =>
      listFlows(source, args.datapath, {
        ...(stage === undefined ? {} : { stage }),
        ...(port === undefined ? {} : { port }),
        ...(object === undefined ? {} : { object }),
      }),
    );
    await this.emit({
      kind: 'FlowList',
      data: answer,
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
      table: (layout) => renderFlows(answer, layout),
      wide: (layout) => renderFlows(answer, layout, true),
      names: () => flowNames(answer),
    });
    this.outcome(hasLostZones(world) ? 'incomplete' : 'done');
  }
}
