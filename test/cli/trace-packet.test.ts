import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository, runCli } from '../support/run-cli.js';

const FROM = ['--from', 'examples/ic-dualstack'];
const PACKET =
  'inport=="shop_client" && eth.src==0a:58:0a:f4:02:06 && eth.dst==0a:58:0a:f4:02:03 && ip4.src==10.244.2.6 && ip4.dst==10.244.2.3 && ip.ttl==64 && tcp.src==52888 && tcp.dst==8080';
const CT = ['--ct=new', '--ct=new', '--ct=new', '--ct=new'];

const recorded = (format: string): string =>
  readFileSync(join(repository, `examples/ic-dualstack/traces/ovn-worker/pod-pod-same-node.${format}.txt`), 'utf8')
    .split('\n')
    .slice(4)
    .join('\n')
    .replace(/--- stderr[^]*$/, '');

describe('trace packet', () => {
  it('prints what ovn-trace prints and nothing else on stdout', async () => {
    for (const format of ['detailed', 'summary', 'minimal']) {
      const ran = await runCli(['trace', 'packet', 'ovn-worker', PACKET, ...CT, '--format', format, ...FROM]);
      expect(ran).toMatchObject({ stdout: recorded(format), code: 0 });
    }
  });

  it('takes its flags before the arguments, as scripts made for ovn-trace have them', async () => {
    const flags = ['--format', 'minimal', '--ct', 'new', ...CT.slice(1)];
    const { stdout, code } = await runCli(['trace', 'packet', ...FROM, ...flags, 'ovn-worker', PACKET]);
    expect({ stdout, code }).toEqual({ stdout: recorded('minimal'), code: 0 });
  });

  it('finds the datapath by the ingress port when it is left out', async () => {
    const { stdout, code } = await runCli(['trace', 'packet', PACKET, ...CT, '--format', 'minimal', ...FROM]);
    expect({ stdout, code }).toEqual({ stdout: recorded('minimal'), code: 0 });
  });

  it('measures the outcome only when told what to expect', async () => {
    const dropped = PACKET.replace('0a:58:0a:f4:02:06 ', '0a:58:0a:f4:02:99 ');
    const codes = await Promise.all(
      [
        ['ovn-worker', PACKET, '--expect', 'delivered'],
        ['ovn-worker', dropped, '--expect', 'delivered'],
        ['ovn-worker', dropped, '--expect', 'dropped'],
        ['ovn-worker', dropped],
      ].map(async (args) => (await runCli(['trace', 'packet', ...args, ...FROM])).code),
    );
    expect(codes).toEqual([0, 1, 0, 0]);
  });

  it.each([
    ['an unknown datapath', ['ovn-workerr', PACKET], 7, 'did you mean "ovn-worker"?'],
    ['an unknown port', ['inport == "shop_clint" && eth.dst == 0a:00:00:00:00:01'], 7, 'did you mean "shop_client"?'],
    ['an unknown zone', ['ovn-worker', PACKET, '--zone', 'ovn-worker9'], 7, 'unknown zone "ovn-worker9"'],
    ['a datapath of several zones', ['transit_switch', 'inport == "tstor-ovn-worker"'], 2, 'add --zone'],
    ['an unknown field', ['ovn-worker', 'inport == "shop_client" && ip4.sr == 1.2.3.4'], 2, '^'],
    ['a contradiction', ['ovn-worker', 'inport == "shop_client" && tcp && udp && ip4'], 2, 'contradictory'],
    ['an open choice', ['ovn-worker', 'inport == "shop_client" && tcp.dst == 80'], 2, 'add ip4 or ip6'],
    ['no ingress port', ['ovn-worker', 'eth.dst == 0a:00:00:00:00:01'], 2, 'add inport == "PORT"'],
    ['an unknown state', ['ovn-worker', PACKET, '--ct', 'nwe'], 2, 'new est rel rpl inv trk snat dnat'],
    ['a bad backend', ['ovn-worker', PACKET, '--lb-dst', '10.0.0.300'], 2, 'IP:PORT'],
    ['a bad member', ['ovn-worker', PACKET, '--select-id', '0'], 2, 'select-id'],
  ])('tells %s from a trace', async (_what, args, code, says) => {
    const ran = await runCli(['trace', 'packet', ...args, ...FROM]);
    expect(ran).toMatchObject({ stdout: '', code });
    expect(ran.stderr).toContain(says);
  });
});
