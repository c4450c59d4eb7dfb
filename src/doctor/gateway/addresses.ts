/** Addresses of the gateway bridge on the host itself, whatever OVN-Kubernetes took over from it. */
import { gatewayConfig } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import type { Sight } from '../sight.js';
import { gatewayCluster } from './cluster.js';
import { familyOf } from './families.js';
import { parseInterfaces } from './ip-route.js';
import type { When } from './route-findings.js';
import { GATEWAY_ADDRESS_MISSING } from './startup-findings.js';

const INPUTS = ['hosts.addresses', 'hosts.configuration', 'kube.nodes'] as const;

export const gatewayAddresses: Analyzer = {
  id: 'gateway/addresses',
  area: 'gateway',
  title: 'every gateway bridge has an address of each family',
  inputs: INPUTS,
  finds: [GATEWAY_ADDRESS_MISSING],
  analyze: (sight) => judge(sight, 'now'),
};

/** With `--pre dual-stack`: both families will be joined to the bridge. */
export const gatewayAddressesBeforeDualStack: Analyzer = {
  id: 'gateway/addresses-before-dual-stack',
  area: 'gateway',
  title: 'every gateway bridge has addresses for the conversion to dual stack',
  inputs: INPUTS,
  finds: [GATEWAY_ADDRESS_MISSING],
  analyze: (sight) => judge(sight, 'dual-stack'),
};

async function judge(sight: Sight, when: When): ReturnType<Analyzer['analyze']> {
  const cluster = await gatewayCluster(sight);
  if (cluster === undefined) return sight.hasObjects ? [] : { skipped: 'the source has no nodes' };
  const findings: Finding[] = [];
  for (const node of cluster.nodes) {
    const name = node.metadata.name;
    const config = gatewayConfig(node);
    const bridge = cluster.gatewayInterface?.value ?? (config.ok ? config.value?.bridge : undefined);
    // Without either, which interface it is has yet to be decided.
    if (bridge === undefined || bridge === '') continue;
    const text = await sight.hostText(name, 'addresses');
    if (text === undefined) continue;
    const interfaces = parseInterfaces(text.text);
    if (!interfaces.ok) {
      sight.miss({ code: 'host.format', subject: text.from, reason: `it ${interfaces.error}` });
      continue;
    }
    const own = interfaces.value.find((each) => each.name === bridge);
    for (const family of when === 'now' ? cluster.families : ([4, 6] as const)) {
      const usable = own?.addresses.filter(({ scope, address }) => scope === 'global' && familyOf(address) === family);
      if (usable !== undefined && usable.length > 0) continue;
      const has = own?.addresses.map(({ address, length }) => `${address}/${String(length)}`).join(', ');
      findings.push(
        found(
          GATEWAY_ADDRESS_MISSING,
          { node: name, pod: undefined, family, bridge, when },
          {
            object: { kind: 'Node', name },
            node: name,
            family,
            evidence: [
              {
                source: text.from,
                ref: bridge,
                excerpt: has === undefined ? 'no such interface' : has === '' ? 'no address' : has,
              },
            ],
          },
        ),
      );
    }
  }
  return findings;
}
