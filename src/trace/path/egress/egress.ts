/**
 * How a packet leaves the cluster, told in full: which node, which source address and because of whom, which rule of the
 * egress firewall let it, what is marked, and where the gateway sends it.
 *
 * Input: a journey and its translations; output: an Egress, or nothing for a packet that stays inside. Everything is read
 * from the flows that the packet met; only the default route of a gateway that has none is looked for in the northbound
 * database, because what is not there leaves no flow. Must not know commands or formats.
 */
import { Slot } from '../../../lflow/packet/slots.js';
import type { Microflow } from '../../../lflow/packet/slots.js';
import { selects } from '../../../kube/model/selector.js';
import { formatAddress, parseAddress } from '../../../net/prefix.js';
import type { Family } from '../../../net/prefix.js';
import { placeOf } from '../../../ovnk/datapath-role.js';
import type { TableNode } from '../../tree.js';
import { describeDelivery } from '../arrival.js';
import { unlessUnreadable } from '../../../world/unreadable.js';
import type { Attributor } from '../attribution.js';
import { addressText } from '../headers.js';
import type { Egress, OwnerSummary, Translation } from '../path-trace.js';
import { aclOutcome, aclStage } from '../why/acl-flow.js';
import { partyAt } from '../why/party.js';
import type { Journey, Leg } from '../walk.js';
import { defaultRouteOf } from './default-route.js';

interface Visit {
  readonly leg: Leg;
  readonly table: TableNode;
}

/** What of the way the packet met at gateway routers and on its way there. */
type Known = { -readonly [K in keyof Egress]?: NonNullable<Egress[K]> };

/** The way out of the cluster; undefined when the packet neither left nor came to a gateway router from inside. */
export async function egressOf(
  journey: Journey,
  translations: readonly Translation[],
  attributor: Attributor,
): Promise<Egress | undefined> {
  const last = journey.legs.at(-1);
  if (last === undefined) return undefined;
  const visits = journey.legs.flatMap((leg) =>
    leg.nodes.flatMap((node) => (node.kind === 'table' ? [{ leg, table: node }] : [])),
  );
  const gateway = await gatewayOn(visits);
  const out = journey.end.kind === 'delivered' ? describeDelivery(journey.end.delivery, last).kind : undefined;
  if (out === 'pod' || out === 'port' || (out === undefined && gateway === undefined)) return undefined;
  if (gateway?.first === true) return undefined;
  if (out === 'host' && (await isForNode(journey, attributor))) return undefined;
  const known: Known = {};
  for (const visit of visits) await note(visit, known, attributor);
  const snat = translations.findLast(({ kind, zone }) => kind === 'snat' && zone === last.zone.name);
  const route = gateway === undefined ? undefined : await routeOf(gateway.visits, gateway, attributor);
  const node = gateway?.node ?? last.chassis.hostname;
  const reserved = snat?.owner?.kind === 'EgressIP' ? snat.owner : known.egressIP?.owner;
  const egressIP = reserved && (await egressAddress(reserved, node, visits[0]?.table.before, attributor));
  const isByHost = out === 'host';
  const serviceAddress = isByHost
    ? await loadBalancerAddress(known.egressService, visits[0]?.table.before, attributor)
    : undefined;
  return {
    node,
    via: isByHost ? 'host' : 'gateway',
    ...(snat === undefined || isByHost ? {} : { snat: translationOf(snat) }),
    ...known,
    ...(egressIP === undefined ? {} : { egressIP }),
    ...(serviceAddress === undefined ? {} : { egressServiceAddress: serviceAddress }),
    ...route,
  };
}

function translationOf({ from, to, owner }: Translation): NonNullable<Egress['snat']> {
  return { from, to, ...(owner === undefined ? {} : { owner }) };
}

/** The egress IP with its address, which its object has for each node that it is assigned to. */
async function egressAddress(
  owner: OwnerSummary,
  node: string,
  packet: Microflow | undefined,
  { world }: Attributor,
): Promise<NonNullable<Egress['egressIP']>> {
  const object = world.kube.available
    ? await unlessUnreadable(() => world.kube.get('egressips', '', owner.name))
    : undefined;
  const family = familyOf(packet);
  const address = object?.assignments.find(
    (assigned) => assigned.node === node && parseAddress(assigned.egressIP)?.family === family,
  )?.egressIP;
  return { name: owner.name, ...(address === undefined ? {} : { address }), owner };
}

const familyOf = (packet: Microflow | undefined): Family => (packet?.[Slot.ethType] === 0x86ddn ? 6 : 4);

/** What the node calls pods of an EgressService by (`sourceIPBy: LoadBalancerIP`): the service's own address outside. */
async function loadBalancerAddress(
  owner: OwnerSummary | undefined,
  packet: Microflow | undefined,
  { world }: Attributor,
): Promise<string | undefined> {
  const { namespace, name } = owner ?? {};
  if (namespace === undefined || name === undefined || !world.kube.available) return undefined;
  const object = await world.kube.get('egressservices', namespace, name);
  if (object?.sourceIPBy !== 'LoadBalancerIP') return undefined;
  const service = await world.kube.get('services', namespace, name);
  return service?.ingressIPs.find((text) => parseAddress(text)?.family === familyOf(packet));
}

/** What is handed to the host may be for the host itself, which is no way out. */
async function isForNode({ end }: Journey, { world, pods }: Attributor): Promise<boolean> {
  const to = end.kind === 'delivered' ? parseAddress(addressText(end.delivery.packet, 'destination')) : undefined;
  return to !== undefined && (await partyAt(world, to, pods)).node !== undefined;
}

/** What one table says about the way out. */
async function note({ leg, table }: Visit, known: Known, attributor: Attributor): Promise<void> {
  const { flow, stage = '' } = table;
  if (flow === undefined) return;
  const isMark = /^ls_(in|out)_qos/.test(stage);
  if (!isMark && stage !== 'lr_in_policy' && aclStage(stage) === undefined) return;
  const { owner } = await attributor.originOf(leg.zone, flow);
  const summary = owner?.summary;
  if (isMark) {
    const dscp = /\bip\.dscp = (\d+)/.exec(flow.actions)?.[1];
    if (dscp !== undefined)
      known.egressQoS = { dscp: Number(dscp), ...(summary === undefined ? {} : { owner: summary }) };
    return;
  }
  switch (owner?.owner.kind) {
    case 'EgressFirewall':
      if (aclOutcome(flow) !== 'passes' && summary !== undefined) known.egressFirewall = summary;
      break;
    case 'EgressIP':
      if (summary !== undefined) known.egressIP = { name: summary.name, owner: summary };
      break;
    case 'EgressService':
      if (summary !== undefined) known.egressService = summary;
      break;
    default:
  }
}

interface GatewayVisits {
  readonly visits: readonly Visit[];
  readonly leg: Leg;
  readonly router: string;
  readonly node: string;
  /** The packet came in by this router: it is from outside. */
  readonly first: boolean;
}

/** The last gateway router on the way, with its tables; from an outside start it is the way in, not out. */
async function gatewayOn(visits: readonly Visit[]): Promise<GatewayVisits | undefined> {
  const last = visits.findLast(({ table }) => table.datapath.kind === 'router');
  if (last === undefined || !last.leg.zone.hasNorthbound) return undefined;
  const router = last.table.datapath.displayName;
  const place = placeOf(await last.leg.zone.northbound(), router);
  if (place?.role !== 'gateway-router' || place.node === undefined) return undefined;
  const own = visits.filter(({ leg, table }) => leg === last.leg && table.datapath === last.table.datapath);
  const inport = own[0]?.leg.southbound.ports.withKey(last.table.datapath, Number(own[0].table.before[Slot.inport]));
  return { visits: own, leg: last.leg, router, node: place.node, first: inport?.name.startsWith('rtoe-') === true };
}

/** The route that the gateway router took, or the default route it should have had. */
async function routeOf(
  visits: readonly Visit[],
  { leg, router, node }: GatewayVisits,
  attributor: Attributor,
): Promise<Pick<Egress, 'externalRoute' | 'defaultRoute' | 'nextHop'>> {
  const routing = visits.filter(({ table }) => /^lr_in_ip_routing(_ecmp)?$/.test(table.stage ?? ''));
  const packet = routing[0]?.table.before;
  if (packet === undefined) return {};
  const family: Family = packet[Slot.ethType] === 0x0800n ? 4 : 6;
  const nextHop = nextHopAfter(visits, family);
  const hop = nextHop === undefined ? {} : { nextHop };
  for (const { table } of routing) {
    const owner = table.flow === undefined ? undefined : (await attributor.originOf(leg.zone, table.flow)).owner;
    if (owner?.owner.kind !== 'ExternalGateway' || nextHop === undefined) continue;
    const objects = await externalRoutes(attributor, addressText(packet, 'source'));
    return { externalRoute: { router, nextHop, objects, owner: owner.summary }, ...hop };
  }
  const [first] = routing;
  const taken = first?.table.flow;
  const isElsewhere = taken !== undefined && /\bnext;/.test(taken.actions) && !DEFAULT_ROUTE.test(taken.match);
  if (isElsewhere) return hop;
  const route = await defaultRouteOf(attributor.world, { zone: leg.zone, router, node }, family);
  return { ...(route === undefined ? {} : { defaultRoute: route }), ...hop };
}

/** The match of a route for every destination. */
const DEFAULT_ROUTE = /\bip[46]\.dst == (?:0\.0\.0\.0|::)\/0(?!\d)/;

/** Routing leaves the next hop in reg0 (IPv4) or xxreg0 (IPv6); the tables behind it have it. */
function nextHopAfter(visits: readonly Visit[], family: Family): string | undefined {
  const behind = visits.find(({ table }) =>
    /^lr_in_(policy|arp_resolve|chk_pkt_len|gw_redirect|arp_request)$/.test(table.stage ?? ''),
  );
  const register = behind?.table.before[Slot.xxreg0];
  if (register === undefined) return undefined;
  return formatAddress({ family, value: family === 4 ? register >> 96n : register });
}

/** The AdminPolicyBasedExternalRoutes that select the namespace of the sender. */
async function externalRoutes({ world, pods }: Attributor, source: string): Promise<readonly string[]> {
  const pod = pods.find(({ podIPs }) => podIPs.includes(source)) ?? pods[0];
  if (!world.kube.available || pod === undefined) return [];
  const { kube } = world;
  const namespace = await unlessUnreadable(() => kube.get('namespaces', '', pod.metadata.namespace));
  const routes = await unlessUnreadable(() => kube.list('adminpolicybasedexternalroutes'));
  return (routes?.items ?? [])
    .filter(({ namespaceSelector }) =>
      selects(namespaceSelector, namespace?.metadata.labels ?? new Map<string, string>()),
    )
    .map(({ metadata }) => metadata.name);
}
