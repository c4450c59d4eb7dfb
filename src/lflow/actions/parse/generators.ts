import { atLeast } from '../../release.js';
import type { OvnRelease } from '../../release.js';
import type { ActionParser, Draft } from '../action-parser.js';
import type { GeneratorName } from '../ast.js';

/** What the packet that a generator starts from must be; `reject` takes any and adds what its body requires. */
const PREREQUISITES: Readonly<Record<GeneratorName, (release: OvnRelease) => string | undefined>> = {
  // An IPv4 packet may resolve an IPv6 next hop, and the other way round, since 25.03.
  arp: (release) => (atLeast(release, '25.03') ? 'ip' : 'ip4'),
  nd_ns: (release) => (atLeast(release, '25.03') ? 'ip' : 'ip6'),
  nd_na: () => 'nd_ns',
  nd_na_router: () => 'nd_ns',
  icmp4: () => 'ip4',
  icmp4_error: () => 'ip4',
  icmp6: () => 'ip6',
  icmp6_error: () => 'ip6',
  tcp_reset: () => 'tcp',
  sctp_abort: () => 'sctp',
  reject: () => undefined,
};

/** `NAME { … };` for every generator, by name. */
export const GENERATORS = Object.entries(PREREQUISITES).map(([name, prerequisite]) => {
  const parse = (parser: ActionParser): Draft | undefined => {
    const body = parser.body(prerequisite(parser.environment.release));
    return body && { kind: 'nested', name: name as GeneratorName, body };
  };
  return [name, parse] as const;
});
