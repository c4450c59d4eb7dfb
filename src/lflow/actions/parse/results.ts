import type { FieldRef } from '../../symbols/symbol.js';
import type { ActionParser, Draft } from '../action-parser.js';

interface Read {
  readonly draft: (dst: FieldRef) => Draft;
  /** Bits of the result. */
  readonly width: number;
  readonly prerequisite?: string;
}

/** Actions that take nothing and give a result: `F = NAME();`. */
const READS: Readonly<Record<string, Read>> = {
  dns_lookup: { draft: (dst) => ({ kind: 'dnsLookup', dst }), width: 1, prerequisite: 'udp' },
  chk_lb_hairpin: { draft: (dst) => ({ kind: 'chkLbHairpin', dst, reply: false }), width: 1 },
  chk_lb_hairpin_reply: { draft: (dst) => ({ kind: 'chkLbHairpin', dst, reply: true }), width: 1 },
  check_in_port_sec: { draft: (dst) => ({ kind: 'checkPortSec', dst, direction: 'in' }), width: 1 },
  check_out_port_sec: { draft: (dst) => ({ kind: 'checkPortSec', dst, direction: 'out' }), width: 1 },
  chk_ecmp_nh_mac: { draft: (dst) => ({ kind: 'chkEcmpNh', dst, mac: true }), width: 1 },
  chk_ecmp_nh: { draft: (dst) => ({ kind: 'chkEcmpNh', dst, mac: false }), width: 1 },
  chk_lb_aff: { draft: (dst) => ({ kind: 'chkLbAff', dst }), width: 1 },
  ct_nw_dst: { draft: (dst) => ({ kind: 'ctRead', dst, name: 'ct_nw_dst' }), width: 32 },
  ct_ip6_dst: { draft: (dst) => ({ kind: 'ctRead', dst, name: 'ct_ip6_dst' }), width: 128 },
  ct_tp_dst: { draft: (dst) => ({ kind: 'ctRead', dst, name: 'ct_tp_dst' }), width: 16 },
  ct_proto: { draft: (dst) => ({ kind: 'ctRead', dst, name: 'ct_proto' }), width: 8 },
  ct_state_save: { draft: (dst) => ({ kind: 'ctRead', dst, name: 'ct_state_save' }), width: 8 },
};

/** The parsers of {@link READS}, by name, from the parenthesis on. */
export const RESULTS = Object.entries(READS).map(([name, read]) => {
  const parse = (parser: ActionParser, dst: FieldRef): Draft | undefined => {
    const { stream } = parser;
    if (!stream.expect('(')) return undefined;
    if (!stream.accept(')')) return stream.fail('action', stream.token.span, `${name} doesn't take any parameters`);
    if (!parser.checkDestination(dst, read.width)) return undefined;
    if (read.prerequisite !== undefined) parser.requirePredicate(read.prerequisite);
    return read.draft(dst);
  };
  return [name, parse] as const;
});
