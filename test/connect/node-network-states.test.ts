import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openWorld } from '../../src/connect/open-world.js';
import { findingKey } from '../../src/doctor/finding.js';
import { gatewayAddresses } from '../../src/doctor/gateway/addresses.js';
import { gatewayHostRoutes } from '../../src/doctor/gateway/host-routes.js';
import { examine } from '../../src/doctor/run.js';
import { repository } from '../support/run-cli.js';

const NODES = { 'ovn-control-plane': 2, 'ovn-worker': 3, 'ovn-worker2': 4 } as const;

/** What kubernetes-nmstate says of a healthy node of the recorded cluster. */
const stateOf = (node: keyof typeof NODES, dev6 = 'breth0') => ({
  apiVersion: 'nmstate.io/v1',
  kind: 'NodeNetworkState',
  metadata: { name: node },
  status: {
    currentState: {
      routes: {
        running: [
          {
            destination: '0.0.0.0/0',
            'next-hop-address': '172.18.0.1',
            'next-hop-interface': 'breth0',
            metric: 48,
            'table-id': 254,
          },
          {
            destination: '::/0',
            'next-hop-address': 'fc00:f853:ccd:e793::1',
            'next-hop-interface': dev6,
            metric: 1024,
            'table-id': 254,
          },
          { destination: '172.18.0.0/16', 'next-hop-interface': 'breth0', 'next-hop-address': '0.0.0.0', metric: 0 },
        ],
      },
      interfaces: [
        { name: 'breth0', type: 'ovs-bridge' },
        {
          name: 'breth0',
          type: 'ovs-interface',
          ipv4: { enabled: true, address: [{ ip: `172.18.0.${String(NODES[node])}`, 'prefix-length': 16 }] },
          ipv6: {
            enabled: true,
            address: [
              { ip: 'fe80::1', 'prefix-length': 64 },
              { ip: `fc00:f853:ccd:e793::${String(NODES[node])}`, 'prefix-length': 64 },
            ],
          },
        },
      ],
    },
  },
});

describe('NodeNetworkStates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ovnctl-nmstate-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function look(items: readonly object[]) {
    cpSync(join(repository, 'examples/ic-dualstack/k8s'), join(folder, 'k8s'), { recursive: true });
    mkdirSync(join(folder, 'k8s'), { recursive: true });
    writeFileSync(join(folder, 'k8s/nodenetworkstates.json'), JSON.stringify({ items }));
    return examine(await openWorld(folder, { hosts: true }), [gatewayAddresses, gatewayHostRoutes]);
  }

  it('are evidence of good routes and addresses', async () => {
    const { runs, findings } = await look(Object.keys(NODES).map((node) => stateOf(node as keyof typeof NODES)));
    expect(findings).toEqual([]);
    expect(runs.map(({ outcome }) => outcome.kind)).toEqual(['clean', 'clean']);
  });

  it('show that a family leaves elsewhere', async () => {
    const nodes = Object.keys(NODES) as (keyof typeof NODES)[];
    const { findings } = await look(nodes.map((node) => stateOf(node, node === 'ovn-worker' ? 'enp2s0' : 'breth0')));
    expect(findings.map(findingKey)).toEqual(['OVN3004=Node/ovn-worker']);
    expect(findings[0]?.evidence).toContainEqual({
      source: 'NodeNetworkState ovn-worker',
      ref: 'table main',
      excerpt: 'default via fc00:f853:ccd:e793::1 dev enp2s0 metric 1024',
    });
  });

  it('that are missing leave a node unknown', async () => {
    const { runs, findings } = await look([stateOf('ovn-worker')]);
    expect(findings).toEqual([]);
    expect(runs.map(({ outcome }) => outcome.kind)).toEqual(['inconclusive', 'inconclusive']);
  });
});
