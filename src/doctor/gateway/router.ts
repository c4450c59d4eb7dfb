/** The gateway router of every node against the node's annotation: default routes and external addresses. */
import type { Northbound } from '../../ovn/northbound/northbound.js';
import type { Row } from '../../ovsdb/replica/row.js';
import { gatewayRouter } from '../../ovnk/names.js';
import { DEFAULT_NETWORK } from '../../ovnk/network.js';
import { GATEWAY_ANNOTATION, gatewayConfig } from '../../ovnk/node-annotations.js';
import type { Analyzer } from '../analyzer.js';
import { absentRow, annotationEvidence, rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { sameAddress } from './annotation.js';
import { gatewayCluster } from './cluster.js';
import { defaultDestination, familyOf } from './families.js';
import { ROUTER_ADDRESS_DIFFERS, ROUTER_DEFAULT_DIFFERS, ROUTER_WITHOUT_DEFAULT } from './ovn-findings.js';

const PORT_COLUMNS = ['name', 'networks'];
const ROUTE_COLUMNS = ['ip_prefix', 'nexthop', 'output_port'];

export const gatewayRouterRoutes: Analyzer = {
  id: 'gateway/router',
  area: 'gateway',
  title: "every gateway router has the node's addresses and default routes",
  inputs: [
    'hosts.configuration',
    'kube.nodes',
    'nb.Logical_Router',
    'nb.Logical_Router_Port',
    'nb.Logical_Router_Static_Route',
  ],
  finds: [ROUTER_DEFAULT_DIFFERS, ROUTER_WITHOUT_DEFAULT, ROUTER_ADDRESS_DIFFERS],
  analyze: async (sight) => {
    const cluster = await gatewayCluster(sight);
    if (cluster === undefined) return sight.hasObjects ? [] : { skipped: 'the source has no nodes' };
    const zones: { readonly name: string; readonly northbound: Northbound }[] = [];
    for (const zone of sight.zones) {
      const northbound = await zone.northbound();
      if (northbound !== undefined) zones.push({ name: zone.name, northbound });
    }
    const findings: Finding[] = [];
    for (const node of cluster.nodes) {
      const name = node.metadata.name;
      const config = gatewayConfig(node);
      if (!config.ok || config.value === undefined || config.value.mode === 'disabled') continue;
      const router = gatewayRouter(DEFAULT_NETWORK, name);
      const zone = zones.find(({ northbound }) => northbound.routerNamed(router) !== undefined);
      const row = zone?.northbound.routerNamed(router);
      if (zone === undefined || row === undefined) {
        const reason = `no northbound database of the source has ${router}`;
        sight.miss({ code: 'gateway.no-router', subject: `gateway router of node ${name}`, reason });
        continue;
      }
      const { nextHops, addresses } = config.value;
      const external = zone.northbound.routerPort(`rtoe-${router}`);
      for (const family of cluster.families) {
        const routes = defaultRoutes(zone.northbound, row, `rtoe-${router}`).filter(
          (route) => familyOf(route.string('nexthop')) === family,
        );
        const own = nextHops.filter((hop) => familyOf(hop) === family);
        const place = { object: { kind: 'Node', name }, node: name, zone: zone.name, family };
        const annotation = annotationEvidence('Node', node, GATEWAY_ANNOTATION);
        if (routes.length === 0) {
          findings.push(
            found(
              ROUTER_WITHOUT_DEFAULT,
              { node: name, family, router, nextHops: own },
              {
                ...place,
                evidence: [
                  absentRow(
                    zone.name,
                    'northbound',
                    'Logical_Router_Static_Route',
                    `ip_prefix=${defaultDestination(family)} on ${router}`,
                  ),
                  annotation,
                ],
              },
            ),
          );
          continue;
        }
        const hops = routes.map((route) => route.string('nexthop'));
        const agree =
          hops.every((hop) => own.some((each) => sameAddress(each, hop))) &&
          own.every((each) => hops.some((hop) => sameAddress(each, hop)));
        if (agree) continue;
        const [first, ...rest] = routes.map((route) => rowEvidence(zone.name, 'northbound', route, ROUTE_COLUMNS));
        if (first === undefined) continue;
        findings.push(
          found(
            ROUTER_DEFAULT_DIFFERS,
            { node: name, family, router, routes: hops, nextHops: own },
            { ...place, evidence: [first, ...rest, annotation] },
          ),
        );
      }
      const has = external?.strings('networks') ?? [];
      const missing = addresses.some((address) => !has.some((each) => sameAddress(each, address)));
      if (external !== undefined && (missing || has.length !== addresses.length)) {
        findings.push(
          found(
            ROUTER_ADDRESS_DIFFERS,
            { node: name, router, has, should: addresses },
            {
              object: { kind: 'Node', name },
              node: name,
              zone: zone.name,
              evidence: [
                rowEvidence(zone.name, 'northbound', external, PORT_COLUMNS),
                annotationEvidence('Node', node, GATEWAY_ANNOTATION),
              ],
            },
          ),
        );
      }
    }
    return findings;
  },
};

/** Static routes for everything that leave by the external port, in the main table. */
function defaultRoutes(northbound: Northbound, router: Row, port: string): readonly Row[] {
  const table = northbound.database.table('Logical_Router_Static_Route');
  return router
    .refs('static_routes')
    .flatMap((uuid) => table.get(uuid) ?? [])
    .filter(
      (route) =>
        ['0.0.0.0/0', '::/0'].includes(route.string('ip_prefix')) &&
        (route.optionalString('policy') ?? 'dst-ip') === 'dst-ip' &&
        route.string('route_table') === '' &&
        [undefined, port].includes(route.optionalString('output_port')),
    );
}
