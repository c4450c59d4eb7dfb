/** Routers, their ports, address translation, routes and policies (ovn-nb(5)). */
import { contentLabel } from '../../../manage/look-up.js';
import { column, count, entry, flag, integer, map, set, text } from '../kind.js';
import type { Kind } from '../kind.js';

/** What owners of rows of routers are told by. */
const ROUTER_OWNERS = ['Logical_Router', 'Logical_Switch', 'Logical_Router_Port'] as const;

export const routers: Kind = {
  name: 'router',
  plural: 'logical routers',
  database: 'northbound',
  table: 'Logical_Router',
  nameColumn: 'name',
  columns: [
    count('ports'),
    count('static_routes', 'routes'),
    count('policies'),
    count('nat'),
    column('lbs', (row) => row.refs('load_balancer').length + row.refs('load_balancer_group').length),
    entry('options', ['chassis'], 'chassis', { wide: true }),
    flag('enabled', 'enabled', { wide: true }),
    map('options', 'options', { wide: true }),
  ],
  reads: ['Logical_Switch'],
  holds: [
    ['ports', 'router port'],
    ['static_routes', 'route'],
    ['policies', 'router policy'],
    ['nat', 'nat'],
    ['load_balancer', 'lb'],
    ['copp', 'copp'],
  ],
};

export const routerPorts: Kind = {
  name: 'router port',
  plural: 'ports of logical routers',
  database: 'northbound',
  table: 'Logical_Router_Port',
  nameColumn: 'name',
  heldBy: { title: 'ROUTER', argument: 'router', columns: [['Logical_Router', 'ports']] },
  reads: ['Logical_Switch', 'Gateway_Chassis'],
  columns: [
    text('mac'),
    set('networks'),
    column('gateways', (row, { database }) => {
      const gateways = database.table('Gateway_Chassis');
      return row
        .refs('gateway_chassis')
        .flatMap((uuid) => gateways.get(uuid) ?? [])
        .sort((a, b) => b.integer('priority') - a.integer('priority'))
        .map((gateway) => gateway.string('chassis_name'));
    }),
    text('peer', 'peer', { wide: true }),
    flag('enabled', 'enabled', { wide: true }),
    map('options', 'options', { wide: true }),
  ],
};

export const nats: Kind = {
  name: 'nat',
  plural: 'rules of address translation',
  database: 'northbound',
  table: 'NAT',
  heldBy: { title: 'ROUTER', argument: 'router', columns: [['Logical_Router', 'nat']] },
  reads: ROUTER_OWNERS,
  label: contentLabel,
  columns: [
    text('type'),
    text('external_ip'),
    text('logical_ip'),
    text('logical_port'),
    text('match', 'match', { long: true }),
    text('external_mac', 'external_mac', { wide: true }),
    text('external_port_range', 'port_range', { wide: true }),
    integer('priority', 'priority', { wide: true }),
    map('options', 'options', { wide: true }),
  ],
};

export const routes: Kind = {
  name: 'route',
  plural: 'static routes',
  database: 'northbound',
  table: 'Logical_Router_Static_Route',
  heldBy: { title: 'ROUTER', argument: 'router', columns: [['Logical_Router', 'static_routes']] },
  reads: ROUTER_OWNERS,
  label: contentLabel,
  columns: [
    text('ip_prefix', 'prefix'),
    text('nexthop'),
    text('output_port'),
    column('policy', (row) => row.optionalString('policy') ?? 'dst-ip'),
    text('route_table', 'table'),
    column('bfd', (row) => row.ref('bfd') !== undefined, { wide: true }),
    map('options', 'options', { wide: true }),
  ],
};

export const policies: Kind = {
  name: 'router policy',
  plural: 'routing policies',
  database: 'northbound',
  table: 'Logical_Router_Policy',
  heldBy: { title: 'ROUTER', argument: 'router', columns: [['Logical_Router', 'policies']] },
  reads: ROUTER_OWNERS,
  label: contentLabel,
  order: (row) => [-row.integer('priority')],
  columns: [
    integer('priority'),
    text('match', 'match', { long: true }),
    text('action'),
    column('nexthops', (row) => {
      const [one, several] = [row.optionalString('nexthop'), row.strings('nexthops')];
      return several.length > 0 ? [...several].sort() : one === undefined ? [] : [one];
    }),
    text('chain', 'chain', { wide: true }),
    text('jump_chain', 'jump', { wide: true }),
    map('options', 'options', { wide: true }),
  ],
};
