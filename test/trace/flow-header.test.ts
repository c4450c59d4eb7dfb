import { describe, expect, it } from 'vitest';
import { conformance, NOT_RUN } from '../support/conformance.js';
import { Comparison, southboundFromRows, traceOf } from '../support/ovn-trace.js';

interface Headers {
  readonly cases: readonly { readonly microflow: string; readonly line: string }[];
}

const data = conformance('flow-header.json') as Headers | undefined;
const port = (name: string, key: number): object => ({
  _uuid: `00000000-0000-4000-8000-00000000000${key}`,
  datapath: ['uuid', 'd0000001-0000-4000-8000-000000000001'],
  logical_port: name,
  tunnel_key: key,
});
const ROWS = {
  Datapath_Binding: [
    { _uuid: 'd0000001-0000-4000-8000-000000000001', tunnel_key: 1, external_ids: ['map', [['name', 'd1']]] },
  ],
  Port_Binding: [port('p1', 1), port('p2', 2), port('p3', 3)],
  Multicast_Group: [
    {
      _uuid: 'a0000001-0000-4000-8000-000000000001',
      datapath: ['uuid', 'd0000001-0000-4000-8000-000000000001'],
      name: '_MC_flood',
      tunnel_key: 32768,
    },
  ],
};

describe('packet line', () => {
  it.skipIf(data === undefined)(data === undefined ? NOT_RUN : 'is written as Open vSwitch writes it', () => {
    const comparison = new Comparison();
    for (const release of ['23.03.1', '26.03'] as const) {
      const southbound = southboundFromRows(ROWS, release);
      for (const { microflow, line } of data?.cases ?? []) {
        const trace = traceOf(southbound, { datapath: 'd1', microflow });
        comparison.add(`${release}: ${microflow}`, `# ${trace.packetLine}`, line);
      }
    }
    comparison.report('flow-header.json');
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBe(230);
  });

  it.each([
    ['icmp6.type == 128 && icmp6.code == 0', 'nw_frag=later,icmp_type=128,icmp_code=0'],
    ['icmp6.type == 135 && icmp6.code == 1', 'nw_frag=later,icmp_code=1'],
    ['ip6 && udp.dst == 53', 'nw_frag=later'],
    ['icmp4.type == 8', 'nw_frag=later'],
  ])('of a later fragment says of %s what ovn-trace 23.03 says', (microflow, end) => {
    const call = { datapath: 'd1', microflow: `inport == "p1" && ${microflow} && ip.frag == 3` };
    expect(traceOf(southboundFromRows(ROWS, '23.03.1'), call).packetLine).toMatch(new RegExp(`,${end}$`));
  });
});
