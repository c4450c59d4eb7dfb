/**
 * The default routes of every node's host, for every configured family, judged as ovnkube would choose among them: on the
 * gateway interface when one is configured (or known from the node's annotation), else the first with a gateway.
 */
import type { Node } from '../../kube/model/node.js';
import { gatewayConfig } from '../../ovnk/node-annotations.js';
import type { Setting } from '../../ovnk/configured.js';
import type { Analyzer } from '../analyzer.js';
import { annotationEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Evidence, Finding } from '../finding.js';
import type { SeenText, Sight } from '../sight.js';
import { gatewayCluster } from './cluster.js';
import type { Family } from './families.js';
import { crossesInterfaces, familyGateways } from './host-gateways.js';
import type { FamilyGateways } from './host-gateways.js';
import { parseRoutes } from './ip-route.js';
import type { HostRoute } from './ip-route.js';
import {
  DEFAULT_IN_OTHER_TABLE,
  DIFFERENT_INTERFACES,
  EXPIRING_DEFAULT,
  MULTIPATH_ACROSS_INTERFACES,
  NO_DEFAULT_ROUTE,
  NO_DEFAULT_ROUTE_AT_ALL,
  ON_LINK_DEFAULT,
  OTHER_GATEWAY_INTERFACE,
  SEVERAL_DEFAULT_ROUTES,
} from './route-findings.js';
import type { DefaultOn, When } from './route-findings.js';

const FINDS = [
  DIFFERENT_INTERFACES,
  NO_DEFAULT_ROUTE,
  NO_DEFAULT_ROUTE_AT_ALL,
  SEVERAL_DEFAULT_ROUTES,
  MULTIPATH_ACROSS_INTERFACES,
  ON_LINK_DEFAULT,
  DEFAULT_IN_OTHER_TABLE,
  EXPIRING_DEFAULT,
  OTHER_GATEWAY_INTERFACE,
];

const INPUTS = ['hosts.configuration', 'hosts.routes', 'hosts.tables', 'kube.nodes'] as const;

export const gatewayHostRoutes: Analyzer = {
  id: 'gateway/host-routes',
  area: 'gateway',
  title: 'every host has a default route of each family on one interface',
  inputs: INPUTS,
  finds: FINDS,
  analyze: async (sight) => {
    const cluster = await gatewayCluster(sight);
    if (cluster === undefined) return sight.hasObjects ? [] : { skipped: 'the source has no nodes' };
    return judgeAll(sight, cluster.nodes, cluster.families, cluster.gatewayInterface, 'now');
  },
};

/** Takes the place of the one above with `--pre dual-stack`: both families are needed then, whatever is configured now. */
export const gatewayBeforeDualStack: Analyzer = {
  id: 'gateway/before-dual-stack',
  area: 'gateway',
  title: 'every host is ready for the conversion to dual stack',
  inputs: INPUTS,
  finds: FINDS,
  analyze: async (sight) => {
    const cluster = await gatewayCluster(sight);
    if (cluster === undefined) return sight.hasObjects ? [] : { skipped: 'the source has no nodes' };
    return judgeAll(sight, cluster.nodes, [4, 6], cluster.gatewayInterface, 'dual-stack');
  },
};

async function judgeAll(
  sight: Sight,
  nodes: readonly Node[],
  families: readonly Family[],
  configured: Setting | undefined,
  when: When,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const node of nodes) {
    const known = new Map<Family, Seen>();
    for (const family of families) {
      const text = await sight.hostText(node.metadata.name, family === 4 ? 'routes4' : 'routes6');
      if (text === undefined) continue;
      const routes = parsed(sight, text, family);
      if (routes === undefined) continue;
      const gateways = familyGateways(routes);
      const others = gateways.defaults.length > 0 ? undefined : await otherTables(sight, node.metadata.name, family);
      known.set(family, { ...gateways, text, ...others });
    }
    findings.push(...judge(node, families, known, configured, when));
  }
  return findings;
}

/**
 * Default routes of all tables but main: live, what was asked for the routes is the main table alone. */
async function otherTables(
  sight: Sight,
  node: string,
  family: Family,
): Promise<{ readonly elsewhere: readonly HostRoute[]; readonly tables: SeenText } | undefined> {
  const tables = await sight.hostText(node, family === 4 ? 'tables4' : 'tables6', { mayLack: true });
  const routes = tables && parsed(sight, tables, family);
  if (tables === undefined || routes === undefined) return undefined;
  const { elsewhere } = familyGateways(routes);
  return elsewhere.length === 0 ? undefined : { elsewhere, tables };
}

function parsed(sight: Sight, { text, from }: SeenText, family: Family): readonly HostRoute[] | undefined {
  const routes = parseRoutes(text, family);
  if (routes.ok) return routes.value;
  sight.miss({ code: 'host.format', subject: from, reason: `it ${routes.error}` });
  return undefined;
}

interface Seen extends FamilyGateways {
  readonly text: SeenText;
  /** What tells of the other tables, when that is another text. */
  readonly tables?: SeenText;
}

function judge(
  node: Node,
  families: readonly Family[],
  known: ReadonlyMap<Family, Seen>,
  setting: Setting | undefined,
  when: When,
): readonly Finding[] {
  const name = node.metadata.name;
  const annotated = gatewayConfig(node);
  const bridge = (annotated.ok && annotated.value?.bridge) || undefined;
  const wanted = setting?.value ?? bridge;
  const about = { node: name, when };
  const place = (evidence: readonly [Evidence, ...Evidence[]], family?: Family) => ({
    object: { kind: 'Node', name },
    node: name,
    ...(family === undefined ? {} : { family }),
    evidence,
  });
  const settingEvidence: readonly Evidence[] =
    setting === undefined
      ? []
      : [{ source: `ConfigMap ${setting.configMap}`, ref: 'gateway interface', excerpt: setting.line }];

  const withoutAny = families.every((family) => {
    const seen = known.get(family);
    return seen !== undefined && seen.defaults.length === 0 && seen.elsewhere.length === 0;
  });
  if (withoutAny && families.length > 0) {
    const [first, ...rest] = families.map((family) => emptyEvidence(known.get(family)));
    if (first === undefined) return [];
    return [found(NO_DEFAULT_ROUTE_AT_ALL, { ...about, interface: wanted }, place([first, ...rest]))];
  }

  const findings: Finding[] = [];
  for (const [family, seen] of known) {
    const { defaults, elsewhere } = seen;
    const [lowest] = defaults;
    if (lowest === undefined) {
      const [other] = elsewhere;
      const [hop] = other?.hops ?? [];
      findings.push(
        other === undefined || hop === undefined
          ? found(NO_DEFAULT_ROUTE, { ...about, family, interface: wanted }, place([emptyEvidence(seen)], family))
          : found(
              DEFAULT_IN_OTHER_TABLE,
              { ...about, family, table: other.table, interface: hop.interface, gateway: hop.gateway },
              place([emptyEvidence(seen), routeEvidence({ ...seen, text: seen.tables ?? seen.text }, other)], family),
            ),
      );
      continue;
    }
    if (seen.first === undefined) {
      const [hop] = lowest.hops;
      findings.push(
        found(
          ON_LINK_DEFAULT,
          { ...about, family, interface: hop?.interface ?? '' },
          place([routeEvidence(seen, lowest)], family),
        ),
      );
      continue;
    }
    const usable = wanted === undefined ? seen.first : seen.on(wanted);
    const spread = defaults.find(crossesInterfaces);
    if (spread !== undefined && (usable === undefined || wanted === undefined)) {
      findings.push(
        found(
          MULTIPATH_ACROSS_INTERFACES,
          { ...about, family, interfaces: [...new Set(spread.hops.map((hop) => hop.interface))], keep: wanted },
          place([routeEvidence(seen, spread), ...settingEvidence], family),
        ),
      );
      continue;
    }
    findings.push(...severalIn(seen, family, wanted, about, place), ...expiringIn(seen, family, about, place));
  }
  findings.push(...interfacesOf(known, wanted, setting, bridge, node, about, place, settingEvidence));
  return findings;
}

type About = { readonly node: string; readonly when: When };
type PlaceOf = (
  evidence: readonly [Evidence, ...Evidence[]],
  family?: Family,
) => {
  readonly object: { readonly kind: string; readonly name: string };
  readonly node: string;
  readonly family?: Family;
  readonly evidence: readonly [Evidence, ...Evidence[]];
};

/** Which interface each family leaves through, against the other family and against the gateway interface. */
function interfacesOf(
  known: ReadonlyMap<Family, Seen>,
  wanted: string | undefined,
  setting: Setting | undefined,
  bridge: string | undefined,
  node: Node,
  about: About,
  place: PlaceOf,
  settingEvidence: readonly Evidence[],
): readonly Finding[] {
  const choices = [...known].flatMap(([family, seen]) => {
    const spread = seen.defaults.some(crossesInterfaces);
    const choice = (wanted === undefined ? undefined : seen.on(wanted)) ?? seen.first;
    return choice === undefined || (spread && choice.interface !== wanted) ? [] : [{ family, seen, choice }];
  });
  const [first] = choices;
  if (first === undefined) return [];
  const names = new Set(choices.map(({ choice }) => choice.interface));
  const annotation: readonly Evidence[] =
    setting === undefined && bridge !== undefined
      ? [annotationEvidence('Node', node, 'k8s.ovn.org/l3-gateway-config')]
      : settingEvidence;
  if (wanted !== undefined && !names.has(wanted) && names.size === 1) {
    const [one, ...more] = choices.map(({ seen, choice }) => routeEvidence(seen, choice.route));
    if (one === undefined) return [];
    return [
      found(
        OTHER_GATEWAY_INTERFACE,
        { ...about, interface: first.choice.interface, provided: wanted },
        place([one, ...more, ...annotation]),
      ),
    ];
  }
  const keep = wanted !== undefined && names.has(wanted) ? wanted : first.choice.interface;
  return choices
    .filter(({ choice }) => choice.interface !== keep)
    .map(({ family, choice }) => {
      const [one, ...more] = choices.map((each) => routeEvidence(each.seen, each.choice.route));
      return found(
        DIFFERENT_INTERFACES,
        {
          ...about,
          family,
          stray: choice.interface,
          gateway: choice.address,
          keep,
          configured: setting !== undefined && keep === setting.value,
        },
        place([one as Evidence, ...more, ...annotation], family),
      );
    });
}

function severalIn(
  seen: Seen,
  family: Family,
  wanted: string | undefined,
  about: About,
  place: PlaceOf,
): readonly Finding[] {
  const single = seen.defaults.filter(({ hops }) => hops.length === 1);
  const routes = new Map<string, DefaultOn>();
  for (const { hops, metric } of single) {
    const name = hops[0]?.interface ?? '';
    if (!routes.has(name)) routes.set(name, { interface: name, metric });
  }
  const [one, ...more] = single.map((route) => routeEvidence(seen, route));
  if (one === undefined || routes.size < 2) return [];
  const args = {
    ...about,
    family,
    routes: [...routes.values()],
    wanted: wanted !== undefined && routes.has(wanted) ? wanted : undefined,
  };
  return [found(SEVERAL_DEFAULT_ROUTES, args, place([one, ...more], family))];
}

function expiringIn(seen: Seen, family: Family, about: About, place: PlaceOf): readonly Finding[] {
  const [only] = seen.defaults;
  const steady = seen.defaults.some(({ expires }) => expires === undefined);
  const [hop] = only?.hops ?? [];
  if (only?.expires === undefined || family !== 6 || steady || hop?.gateway === undefined) return [];
  const args = { ...about, interface: hop.interface, gateway: hop.gateway, expires: only.expires };
  return [found(EXPIRING_DEFAULT, args, place([routeEvidence(seen, only)], family))];
}

const routeEvidence = ({ text }: Seen, route: HostRoute): Evidence => ({
  source: text.from,
  ref: `table ${route.table}`,
  excerpt: route.line,
});

const emptyEvidence = (seen: Seen | undefined): Evidence => ({
  source: seen?.text.from ?? '',
  ref: 'table main',
  excerpt: 'no default route',
});
