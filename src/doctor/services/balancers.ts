/** Load balancers as OVN-Kubernetes names and marks them: whose they are, where they hold, what they answer to. */
import type { Namespace } from '../../kube/model/namespace.js';
import type { ServicePort } from '../../kube/model/service.js';
import { formatAddress, parseAddress } from '../../net/prefix.js';
import type { Northbound } from '../../ovn/northbound/northbound.js';
import { DEFAULT_NETWORK, networkOf } from '../../ovnk/network.js';
import type { Row } from '../../ovsdb/replica/row.js';

export const BALANCER_COLUMNS = ['name', 'vips', 'protocol'];

/** On a namespace whose pods have a network of their own. */
export const PRIMARY_NETWORK_LABEL = 'k8s.ovn.org/primary-user-defined-network';

/** Namespaces whose services are balanced in another network than the cluster's own. */
export const namespacesElsewhere = (namespaces: readonly Namespace[]): ReadonlySet<string> =>
  new Set(
    namespaces
      .filter(({ metadata }) => metadata.labels.has(PRIMARY_NETWORK_LABEL))
      .map(({ metadata }) => metadata.name),
  );

/** The balancers of services in the cluster's own network, by `NAMESPACE/NAME`. */
export function balancersByService({ database }: Northbound): ReadonlyMap<string, readonly Row[]> {
  const balancers = new Map<string, Row[]>();
  for (const row of database.table('Load_Balancer').rows()) {
    const ids = row.map('external_ids');
    const owner = ids.get('k8s.ovn.org/owner');
    if (ids.get('k8s.ovn.org/kind') !== 'Service' || owner === undefined || networkOf(row) !== DEFAULT_NETWORK)
      continue;
    balancers.set(owner, [...(balancers.get(owner) ?? []), row]);
  }
  return balancers;
}

/** `ADDRESS:PORT` in one notation. */
export function canonical(text: string): string {
  const [, v6, v4, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  const parsed = parseAddress(v6 ?? v4 ?? '');
  if (parsed === undefined || port === undefined) return text;
  return parsed.family === 6 ? `[${formatAddress(parsed)}]:${port}` : `${formatAddress(parsed)}:${port}`;
}

/** The balancers that answer to a port's protocol. */
export const forProtocol = (rows: readonly Row[], { protocol }: ServicePort): readonly Row[] =>
  rows.filter((row) => (row.optionalString('protocol') ?? 'tcp').toUpperCase() === protocol);

/** The endpoints that a virtual address is balanced to. */
export const backendsIn = (value: string): readonly string[] =>
  value
    .split(',')
    .filter((text) => text !== '')
    .map(canonical);

/** Whether the balancer is one that OVN-Kubernetes makes for a single node: `…_node_local_router_NODE`. */
export const isOfNode = (row: Row, scopes: readonly string[], node: string): boolean =>
  scopes.some((scope) =>
    row
      .string('name')
      .replace(/_merged$/, '')
      .endsWith(`_${scope}_${node}`),
  );

/** The variables of a chassis that stand in virtual addresses and endpoints as `^NAME`. */
export function templateVariables({ database }: Northbound, chassis: string): ReadonlyMap<string, string> | undefined {
  return database.table('Chassis_Template_Var').find('chassis', chassis)[0]?.map('variables');
}
