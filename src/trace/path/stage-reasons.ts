import type { CauseType } from './path-trace.js';

interface StageReason {
  readonly type: CauseType;
  /** What it means that a packet ends in the stage, for people; `{to}` is its destination. */
  readonly message: string;
  readonly hint?: string;
}

/**
 * What it means that a packet ends in a stage, by the stage's name (ovn-northd(8)); the first entry that fits counts.
 * Stages of access control and load balancing are judged by the flow itself and are not here.
 */
const REASONS: readonly (readonly [stage: RegExp, reason: StageReason])[] = [
  [
    /^ls_(in|out)_(check|apply)_port_sec/,
    {
      type: 'port-security',
      message: 'port security: the packet does not have the MAC and IP addresses that its port is allowed',
      hint: "Compare the port's port_security with the addresses the workload really uses.",
    },
  ],
  [
    /^lr_in_admission/,
    {
      type: 'not-for-router',
      message: 'the router does not take the frame: its destination MAC is not that of the port',
    },
  ],
  [
    /^lr_in_ip_input/,
    { type: 'not-for-router', message: 'the router itself is asked for {to} and does not take the packet' },
  ],
  [
    /^lr_in_ip_routing/,
    { type: 'no-route', message: 'the router has no route to {to}', hint: 'Look at the static routes of that router.' },
  ],
  [/^lr_in_policy/, { type: 'no-route', message: 'a policy of the router drops the packet to {to}' }],
  [
    /^lr_in_(arp_resolve|arp_request)/,
    { type: 'no-mac', message: 'the MAC address of the next hop towards {to} is not known and nobody answers for it' },
  ],
  [/^lr_in_gw_redirect/, { type: 'no-route', message: 'the gateway that the router sends {to} through is not there' }],
  [
    /^ls_in_l2_(lkup|unknown)/,
    { type: 'unknown-destination', message: 'no port of the switch has the destination MAC address of the packet' },
  ],
];

/** What it means to end in the stage; undefined for stages that do not tell by themselves. */
export function stageReason(stage: string, destination: string): StageReason | undefined {
  const reason = REASONS.find(([pattern]) => pattern.test(stage))?.[1];
  return reason === undefined ? undefined : { ...reason, message: reason.message.replace('{to}', destination) };
}
