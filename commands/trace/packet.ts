import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { PacketCommand } from '../../src/cli/packet-command.js';
import { sourceFlags } from '../../src/cli/source-flags.js';
import { EXPECTATIONS } from '../../src/cli/trace-flags.js';

export default class Packet extends PacketCommand {
  static override summary = 'Trace one packet through one southbound database, as ovn-trace does';

  static override description =
    'Prints byte for byte what ovn-trace of the OVN release that wrote the database prints, its simplifications included. ' +
    'The microflow is an OVN expression that gives every field one value; fields it does not name are zero. Exits with 0 ' +
    'when there is a trace, whatever becomes of the packet, unless --expect asks for a verdict.';

  static override examples = [
    {
      description: 'The first packet of a connection between two pods of one node',
      command: `<%= config.bin %> <%= command.id %> ovn-worker 'inport=="shop_client" && eth.src==0a:58:0a:f4:02:06 && eth.dst==0a:58:0a:f4:02:03 && ip4.src==10.244.2.6 && ip4.dst==10.244.2.3 && ip.ttl==64 && tcp.dst==8080' --ct new --ct new --from examples/ic-dualstack`,
    },
    {
      description: 'Only what happens to the packet; the datapath is the one that has the port',
      command: `<%= config.bin %> <%= command.id %> 'inport=="shop_client" && eth.src==0a:58:0a:f4:02:06 && eth.dst==ff:ff:ff:ff:ff:ff' --format minimal --from examples/ic-dualstack`,
    },
  ];

  static override args = {
    datapath: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'Logical switch or router, by name or by the first digits of a uuid; may be left out',
    }),
    microflow: Args.string({
      ignoreStdin: true,
      description: 'The packet, for example: inport == "lp1" && eth.src == 0a:00:00:00:00:01 && ip4.dst == 10.0.0.2',
    }),
  };

  static override flags = {
    format: Flags.option({
      options: ['detailed', 'summary', 'minimal', 'all'] as const,
      multiple: true,
      multipleNonGreedy: true,
      default: ['detailed'],
      helpValue: 'detailed|summary|minimal|all',
      summary: 'How much to show; several formats add up',
    })(),
    ct: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FLAGS',
      summary: 'State for the next conntrack action, as new,trk; established when they are used up',
    }),
    'lb-dst': Flags.string({
      helpValue: 'IP[:PORT]',
      summary: 'Backend that the first load balancer listing it takes',
    }),
    'select-id': Flags.integer({ min: 1, max: 65_535, helpValue: 'N', summary: 'Member that a select takes' }),
    'friendly-names': Flags.boolean({
      allowNo: true,
      default: true,
      summary: 'Show ports and datapaths by the names their owners gave them',
    }),
    faithful: Flags.boolean({
      exclusive: ['ct', 'lb-dst', 'select-id'],
      summary: 'Decide as the switch does, not as ovn-trace does',
    }),
    chassis: Flags.string({
      dependsOn: ['faithful'],
      helpValue: 'NAME',
      summary: 'Chassis the packet is on, where the zone has several',
    }),
    expect: Flags.option({
      options: EXPECTATIONS,
      helpValue: EXPECTATIONS.join('|'),
      summary: 'Exit with 0 if this is what becomes of the packet and with 1 if it is not',
    })(),
    ...sourceFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Packet);
    await this.trace(args, flags);
  }
}
