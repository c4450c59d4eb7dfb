import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { DoctorCommand } from '../src/cli/doctor-command.js';
import { outputWith } from '../src/cli/more-formats.js';
import { sourceFlags } from '../src/cli/source-flags.js';
import { FAIL_LEVELS, PREPARATIONS, SHOWN_LEVELS } from '../src/usecase/doctor.js';

export default class Doctor extends DoctorCommand {
  static override summary = 'Look for what is wrong in the cluster, and say what to do about it';

  static override description =
    'Runs every check, or those of the areas given: gateway, nodes, databases, services, pods, policies, egress, ipsec, ' +
    'network, versions. A finding has a code, the words it rests on, and commands or manifests with the names filled in. ' +
    'Exits with 1 when something at or above --fail-on is found, 5 when something that could not be read may hide it. With ' +
    '--from - the log of an ovnkube that does not start is read from standard input; a file or folder of logs will do too.';

  static override examples = [
    {
      description: 'Everything that can be told from a snapshot',
      command: '<%= config.bin %> <%= command.id %> --fail-on never --from examples/ic-dualstack',
    },
    {
      description: 'Why are ovnkube-node pods in CrashLoopBackOff?',
      command:
        'kubectl -n ovn-kubernetes logs ovnkube-node-abcde -c ovnkube-controller -p | <%= config.bin %> <%= command.id %> gateway --from -',
    },
    {
      description: 'Would the nodes survive the conversion to dual stack?',
      command: '<%= config.bin %> <%= command.id %> gateway --pre dual-stack',
    },
    {
      description: 'In a pipeline: fail on what is new',
      command: '<%= config.bin %> <%= command.id %> --baseline known.json --fail-on warning -o junit',
    },
  ];

  static override strict = false;

  static override args = {
    area: Args.string({ ignoreStdin: true, description: 'Only the checks of this area; may be repeated' }),
  };

  static override flags = {
    only: Flags.string({
      summary: 'Only this check, code or area; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'CODE|CHECK|AREA',
    }),
    skip: Flags.string({
      summary: 'Not this check, code or area; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'CODE|CHECK|AREA',
    }),
    suppress: Flags.string({
      summary: 'Pass over a code about an object; * stands for any characters; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'CODE=KIND/NS/NAME',
    }),
    baseline: Flags.string({
      summary: 'Pass over the findings of an earlier report, written with -o json or -o name',
      helpValue: 'FILE',
    }),
    'fail-on': Flags.option({
      options: FAIL_LEVELS,
      default: 'error',
      helpValue: FAIL_LEVELS.join('|'),
      summary: 'Exit with 1 for findings of this level or above',
    })(),
    show: Flags.option({
      options: SHOWN_LEVELS,
      default: 'info',
      helpValue: SHOWN_LEVELS.join('|'),
      summary: 'Show findings of this level or above; the others are only counted',
    })(),
    pre: Flags.option({
      options: PREPARATIONS,
      helpValue: PREPARATIONS.join('|'),
      summary: 'Ask whether the hosts are ready for this conversion',
    })(),
    ...sourceFlags,
    output: outputWith('junit'),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Doctor);
    await this.examine(argv.map(String), flags);
  }
}
