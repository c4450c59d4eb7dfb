/** Rows that refer to what is not there, or say what nobody understands. */
import { defineFinding } from '../finding.js';
import type { Remedy } from '../finding.js';

interface AboutRow {
  readonly zone: string;
  readonly table: string;
  readonly owner: string;
  readonly name: string;
}

const resync = (zone: string): Remedy => ({
  text: `Restart the OVN-Kubernetes pod of zone ${zone}, which writes its rows anew. A row made by hand has to be mended by hand.`,
  commands: [`kubectl -n OVN-NAMESPACE delete pod --field-selector spec.nodeName=${zone} -l app=ovnkube-node`],
});

export const UNKNOWN_ADDRESS_SET = defineFinding<AboutRow>({
  code: 'OVN2001',
  level: 'error',
  title: 'A match refers to an address set that does not exist',
  text: ({ zone, table, owner, name }) =>
    `In zone ${zone} the match of a row of ${table} (${owner}) refers to the address set $${name}, which does not exist. The rule is ` +
    'left out, or matches nothing: what it should allow is not allowed, what it should drop is not dropped.',
  remedy: ({ zone }) => [resync(zone)],
});

export const UNKNOWN_PORT_GROUP = defineFinding<AboutRow>({
  code: 'OVN2002',
  level: 'error',
  title: 'A match refers to a port group that does not exist',
  text: ({ zone, table, owner, name }) =>
    `In zone ${zone} the match of a row of ${table} (${owner}) refers to the port group @${name}, which does not exist. The rule ` +
    'applies to no pod.',
  remedy: ({ zone }) => [resync(zone)],
});

export const UNKNOWN_METER = defineFinding<AboutRow>({
  code: 'OVN2003',
  level: 'warning',
  title: 'A rule that logs refers to a meter that does not exist',
  text: ({ zone, owner, name }) =>
    `In zone ${zone} an ACL (${owner}) logs through the meter ${name}, which does not exist: its log lines are not limited, and may ` +
    'flood the log and the processor of the node.',
  remedy: ({ zone }) => [resync(zone)],
});

export const UNPARSABLE_FLOW = defineFinding<{
  readonly zone: string;
  readonly stage: string;
  readonly part: 'match' | 'actions';
  readonly reason: string;
  readonly count: number;
}>({
  code: 'OVN2010',
  level: 'error',
  title: 'A logical flow that nobody understands',
  text: ({ zone, stage, part, reason, count }) =>
    `In zone ${zone} the ${part} of ${count === 1 ? 'a flow' : `${count} flows`} of stage ${stage} can't be parsed (${reason}). ` +
    'ovn-controller leaves such a flow out and logs it; packets then meet another one. Usually the match of an ACL or policy is wrong, ' +
    'or ovn-controller and this program are older than northd.',
  remedy: ({ zone }) => [
    {
      text: 'See what ovn-controller says about it, and which row the flow was made from (its stage-hint).',
      commands: ['kubectl -n OVN-NAMESPACE logs POD -c ovn-controller | grep -E "error parsing (match|actions)"'],
    },
    resync(zone),
  ],
});
