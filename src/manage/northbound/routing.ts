/** Static routes and policies of routers (ovn-nb(5), Logical_Router_Static_Route and Logical_Router_Policy). */
import { ConflictError, NotFoundError } from '../../base/errors.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Json } from '../../ovsdb/wire/json.js';
import type { Draft } from '../draft.js';
import { rowNamed } from '../look-up.js';
import type { Given, Verb } from '../verb.js';
import { addressIn, networkIn } from './addresses.js';
import { IF_EXISTS, mapOfTexts, MAY_EXIST, reference, references, setOfTexts } from './parameters.js';
import { ROUTER } from './routers.js';

const POLICIES = ['dst-ip', 'src-ip'] as const;
const TABLE = { name: 'table', kind: 'option', value: 'NAME', help: 'Routing table of its own' } as const;

export const routeAdd: Verb = {
  name: 'route add',
  summary: 'Add a static route to a router',
  parameters: [
    ROUTER,
    { name: 'prefix', kind: 'argument', help: 'Network that it is for', required: true },
    { name: 'nexthop', kind: 'argument', help: 'Address of the next router, or discard', required: true },
    { name: 'output', kind: 'argument', help: 'Router port that packets leave by' },
    { name: 'policy', kind: 'option', help: 'Which address decides; dst-ip if left out', oneOf: POLICIES },
    TABLE,
    { name: 'ecmp', kind: 'switch', help: 'Beside other routes for the same network' },
    { name: 'ecmp-symmetric-reply', kind: 'switch', help: 'The same, and replies return the way they came' },
    { name: 'bfd', kind: 'option', value: 'UUID', help: 'BFD session that says whether the next hop lives' },
    MAY_EXIST,
  ],
  phrase: (given) => `add route ${given.text('prefix')} via ${given.text('nexthop')} to router ${given.text('router')}`,
  carryOut: (draft, given) => {
    const router = rowNamed(draft, 'Logical_Router', given.text('router'));
    const prefix = networkIn(given.text('prefix'), given);
    const discards = given.text('nexthop') === 'discard';
    const nexthop = discards ? undefined : addressIn(given.text('nexthop'), given);
    if (nexthop !== undefined && nexthop.family !== prefix.family)
      throw given.wrong('network and next hop are of different families');
    const symmetric = given.flag('ecmp-symmetric-reply');
    const multipath = given.flag('ecmp') || symmetric;
    if (discards && (given.has('bfd') || multipath))
      throw given.wrong('a route that discards takes neither BFD nor ECMP');
    const cells: Record<string, Json> = { ip_prefix: prefix.text, nexthop: nexthop?.text ?? 'discard' };
    if (given.has('output'))
      cells['output_port'] = rowNamed(draft, 'Logical_Router_Port', given.text('output')).string('name');
    if (given.has('policy')) cells['policy'] = given.text('policy');
    if (given.has('table')) cells['route_table'] = given.text('table');
    if (symmetric) cells['options'] = mapOfTexts([['ecmp_symmetric_reply', 'true']]);
    if (given.has('bfd')) cells['bfd'] = reference(rowNamed(draft, 'BFD', given.text('bfd')).uuid);
    const others = routesOf(draft, router).filter((route) => isSameRoute(route, prefix.text, given));
    const [known] = multipath ? others.filter((route) => route.string('nexthop') === cells['nexthop']) : others;
    if (known !== undefined) {
      if (!given.flag('may-exist')) {
        throw new ConflictError(
          'manage.exists',
          `router "${router.string('name')}" has a route for ${prefix.text} already, via ${known.string('nexthop')}`,
          {
            hints: multipath ? [] : ['--ecmp adds another, --may-exist changes it'],
          },
        );
      }
      draft.update(known, cells);
      return;
    }
    const row = draft.insert('Logical_Router_Static_Route', cells);
    draft.add(router, 'static_routes', references(row.uuid));
  },
};

export const routeDelete: Verb = {
  name: 'route delete',
  summary: 'Delete static routes of a router',
  description: 'Those that fit all that is given: without a network, all routes of the router.',
  parameters: [
    ROUTER,
    { name: 'prefix', kind: 'argument', help: 'Network that they are for' },
    { name: 'nexthop', kind: 'argument', help: 'Address of the next router' },
    { name: 'output', kind: 'argument', help: 'Router port that packets leave by' },
    { name: 'policy', kind: 'option', help: 'Which address decides', oneOf: POLICIES },
    TABLE,
    IF_EXISTS,
  ],
  phrase: (given) =>
    `delete routes ${given.optional('prefix') ?? ''} of router ${given.text('router')}`.replace('  ', ' '),
  carryOut: (draft, given) => {
    const router = rowNamed(draft, 'Logical_Router', given.text('router'));
    const prefix = given.has('prefix') ? networkIn(given.text('prefix'), given).text : undefined;
    const text = given.optional('nexthop');
    const nexthop = text === undefined || text === 'discard' ? text : addressIn(text, given).text;
    const doomed = routesOf(draft, router).filter(
      (route) =>
        (prefix === undefined || canonical(route.string('ip_prefix'), given) === prefix) &&
        (nexthop === undefined || route.string('nexthop') === nexthop) &&
        (!given.has('output') || route.string('output_port') === given.text('output')) &&
        (!given.has('policy') || (route.optionalString('policy') ?? 'dst-ip') === given.text('policy')) &&
        (!given.has('table') || route.string('route_table') === given.text('table')),
    );
    if (doomed.length === 0) {
      if (prefix === undefined || given.flag('if-exists')) return;
      throw new NotFoundError('manage.not-found', `router "${router.string('name')}" has no such route for ${prefix}`);
    }
    draft.remove(router, 'static_routes', references(...doomed.map(({ uuid }) => uuid)));
  },
};

function routesOf(draft: Draft, router: Row): readonly Row[] {
  return router.refs('static_routes').flatMap((uuid) => draft.table('Logical_Router_Static_Route').get(uuid) ?? []);
}

/** A prefix as rows may have it, in our form; what is none stays as it is and equals nothing. */
function canonical(text: string, given: Given): string {
  return text === '' ? text : networkIn(text, given).text;
}

const isSameRoute = (route: Row, prefix: string, given: Given): boolean =>
  route.string('ip_prefix') === prefix &&
  (route.optionalString('policy') ?? 'dst-ip') === (given.optional('policy') ?? 'dst-ip') &&
  route.string('route_table') === (given.optional('table') ?? '');

const ACTIONS = ['allow', 'drop', 'reroute'] as const;
const PRIORITY = { name: 'priority', kind: 'argument', help: 'From 0 to 32767', required: true } as const;
const MATCH = { name: 'match', kind: 'argument', help: 'Which packets, as an expression', required: true } as const;

export const routerPolicyAdd: Verb = {
  name: 'router policy add',
  summary: 'Add a routing policy to a router',
  parameters: [
    ROUTER,
    PRIORITY,
    MATCH,
    { name: 'action', kind: 'argument', help: 'What becomes of the packets', required: true, oneOf: ACTIONS },
    { name: 'nexthops', kind: 'argument', many: true, help: 'Where reroute sends them' },
    { name: 'option', kind: 'option', many: true, value: 'KEY=VALUE', help: 'Entry of options' },
    MAY_EXIST,
  ],
  phrase: (given) => `add a policy of priority ${given.text('priority')} to router ${given.text('router')}`,
  carryOut: (draft, given) => {
    const router = rowNamed(draft, 'Logical_Router', given.text('router'));
    const priority = given.integer('priority', 0, 32767);
    const match = given.text('match');
    const action = given.text('action');
    const nexthops = given.many('nexthops').map((text) => addressIn(text, given));
    if ((action === 'reroute') !== nexthops.length > 0)
      throw given.wrong(action === 'reroute' ? 'reroute needs a next hop' : `${action} takes no next hop`);
    if (new Set(nexthops.map(({ family }) => family)).size > 1)
      throw given.wrong('the next hops are of different families');
    const [known] = policiesOf(draft, router).filter((each) => isPolicy(each, priority, match));
    if (known !== undefined) {
      if (given.flag('may-exist')) return;
      throw new ConflictError(
        'manage.exists',
        `router "${router.string('name')}" has such a policy already (${known.uuid})`,
      );
    }
    const options = given.pairs('option');
    const row = draft.insert('Logical_Router_Policy', {
      priority,
      match,
      action,
      ...(nexthops.length === 0 ? {} : { nexthops: setOfTexts(nexthops.map(({ text }) => text)) }),
      ...(options.length === 0 ? {} : { options: mapOfTexts(options) }),
    });
    draft.add(router, 'policies', references(row.uuid));
  },
};

export const routerPolicyDelete: Verb = {
  name: 'router policy delete',
  summary: 'Delete routing policies of a router',
  description: 'With a priority, those of it; with a match as well, the one; else all.',
  parameters: [ROUTER, { ...PRIORITY, required: false }, { ...MATCH, required: false }, IF_EXISTS],
  phrase: (given) => `delete policies of router ${given.text('router')}`,
  carryOut: (draft, given) => {
    const router = rowNamed(draft, 'Logical_Router', given.text('router'));
    const priority = given.has('priority') ? given.integer('priority', 0, 32767) : undefined;
    const match = given.optional('match');
    const doomed = policiesOf(draft, router).filter(
      (each) =>
        (priority === undefined || each.integer('priority') === priority) &&
        (match === undefined || each.string('match') === match),
    );
    if (doomed.length === 0) {
      if (priority === undefined || given.flag('if-exists')) return;
      throw new NotFoundError('manage.not-found', `router "${router.string('name')}" has no such policy`);
    }
    draft.remove(router, 'policies', references(...doomed.map(({ uuid }) => uuid)));
  },
};

function policiesOf(draft: Draft, router: Row): readonly Row[] {
  return router.refs('policies').flatMap((uuid) => draft.table('Logical_Router_Policy').get(uuid) ?? []);
}

const isPolicy = (row: Row, priority: number, match: string): boolean =>
  row.integer('priority') === priority && row.string('match') === match;
