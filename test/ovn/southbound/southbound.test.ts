import { describe, expect, it } from 'vitest';
import { databaseFromRows } from '../../../src/ovsdb/replica/from-rows.js';
import type { RowsByTable } from '../../../src/ovsdb/replica/from-rows.js';
import { southboundOf } from '../../../src/ovn/southbound/southbound.js';
import type { Southbound } from '../../../src/ovn/southbound/southbound.js';

const uuid = (first: string): string => `${first.padEnd(8, '0')}-0000-4000-8000-000000000001`;
const ref = (first: string): ['uuid', string] => ['uuid', uuid(first)];
const refs = (...firsts: string[]): ['set', ['uuid', string][]] => ['set', firsts.map(ref)];
const map = (pairs: Readonly<Record<string, string>>): ['map', [string, string][]] => ['map', Object.entries(pairs)];

const ROWS: RowsByTable = {
  Datapath_Binding: [
    { _uuid: uuid('d1'), tunnel_key: 1, external_ids: map({ name: 'sw', 'logical-switch': uuid('c1') }) },
    {
      _uuid: uuid('d2'),
      tunnel_key: 2,
      external_ids: map({ name: `neutron-${uuid('e1')}`, 'logical-router': uuid('c2') }),
    },
    {
      _uuid: uuid('d3'),
      tunnel_key: 3,
      external_ids: map({ name: 'ls3', name2: 'third' }),
      type: 'logical-switch',
      nb_uuid: ref('c3'),
    },
    { _uuid: uuid('d3ff'), tunnel_key: 4 },
  ],
  Port_Binding: [
    { _uuid: uuid('a1'), datapath: ref('d1'), logical_port: 'p1', tunnel_key: 1, external_ids: map({ name: 'one' }) },
    {
      _uuid: uuid('a2'),
      datapath: ref('d1'),
      logical_port: 'p2',
      tunnel_key: 2,
      type: 'patch',
      options: map({ peer: 'p3' }),
    },
    {
      _uuid: uuid('a3'),
      datapath: ref('d2'),
      logical_port: 'p3',
      tunnel_key: 1,
      type: 'patch',
      options: map({ peer: 'p2' }),
    },
    { _uuid: uuid('a4'), datapath: ref('d2'), logical_port: 'p4', tunnel_key: 2, external_ids: map({ name: 'twin' }) },
    { _uuid: uuid('a5'), datapath: ref('d2'), logical_port: 'p5', tunnel_key: 3, external_ids: map({ name: 'twin' }) },
    { _uuid: uuid('a6'), datapath: ref('99'), logical_port: 'orphan', tunnel_key: 9 },
    {
      _uuid: uuid('a7'),
      datapath: ref('d1'),
      logical_port: 'p7',
      tunnel_key: 7,
      type: 'patch',
      options: map({ peer: 'gone' }),
    },
  ],
  Multicast_Group: [
    {
      _uuid: uuid('b1'),
      datapath: ref('d1'),
      name: '_MC_flood',
      tunnel_key: 32768,
      ports: refs('a2', 'a1', 'a7', '77'),
    },
  ],
  Logical_DP_Group: [{ _uuid: uuid('f0'), datapaths: refs('d1', 'd2') }],
  Logical_Flow: [
    flow('11', { logical_datapath: ref('d1'), priority: 5 }),
    flow('12', {
      logical_dp_group: ref('f0'),
      priority: 9,
      external_ids: map({ 'stage-name': 'st', source: 's.c:1' }),
    }),
    flow('13', { logical_datapath: ref('d2'), priority: 7, pipeline: 'egress' }),
  ],
  Address_Set: [{ _uuid: uuid('51'), name: 'as', addresses: ['set', ['10.0.0.1', '10.0.1.0/24']] }],
  Port_Group: [
    { _uuid: uuid('52'), name: '1_pg', ports: 'p1' },
    { _uuid: uuid('53'), name: 'pg', ports: 'p2' },
  ],
  MAC_Binding: [
    { _uuid: uuid('61'), datapath: ref('d1'), logical_port: 'p1', ip: '10.0.0.9', mac: '0a:00:00:00:00:09' },
    { _uuid: uuid('62'), datapath: ref('d2'), logical_port: 'p1', ip: '10.0.0.8', mac: '0a:00:00:00:00:08' },
  ],
  Static_MAC_Binding: [
    {
      _uuid: uuid('63'),
      datapath: ref('d1'),
      logical_port: 'p1',
      ip: '10.0.0.7',
      mac: '0a:00:00:00:00:07',
      override_dynamic_mac: true,
    },
  ],
  FDB: [{ _uuid: uuid('64'), dp_key: 1, mac: '0a:00:00:00:00:55', port_key: 2 }],
  Load_Balancer: [
    {
      _uuid: uuid('71'),
      name: 'lb',
      protocol: 'udp',
      vips: map({
        '30.0.0.1:53': '10.0.0.1:5353,10.0.0.2:5353',
        '[fd30::1]:53': '[fd00::1]:53',
        '30.0.0.2': '',
        'fd30::2': 'fd00::2',
      }),
      ls_datapath_group: ref('f0'),
    },
    { _uuid: uuid('72'), name: 'other', vips: map({ '30.0.0.1:80': '10.0.0.1:8080' }), datapaths: ref('d3') },
  ],
  Chassis: [
    { _uuid: uuid('81'), name: 'ch1', hostname: 'node-1' },
    { _uuid: uuid('82'), name: 'ch2', hostname: 'node-2', other_config: map({ 'is-remote': 'true' }) },
  ],
  HA_Chassis: [
    { _uuid: uuid('83'), chassis: ref('81'), priority: 1 },
    { _uuid: uuid('84'), chassis: ref('82'), priority: 5 },
    { _uuid: uuid('85'), priority: 9 },
  ],
  HA_Chassis_Group: [{ _uuid: uuid('86'), ha_chassis: refs('83', '84', '85') }],
  Chassis_Template_Var: [{ _uuid: uuid('87'), chassis: 'ch1', variables: map({ NODE: '172.18.0.2' }) }],
  DHCP_Options: [{ _uuid: uuid('91'), name: 'offerip', code: 0, type: 'ipv4' }],
};

function flow(first: string, row: object): never {
  const common = { _uuid: uuid(first), pipeline: 'ingress', table_id: 0, match: '1', actions: 'next;' };
  // The rows of a table differ in their columns, which a literal cannot say without repeating all of them.
  return { ...common, ...row } as never;
}

const southbound: Southbound = southboundOf(databaseFromRows('OVN_Southbound', ROWS));
const datapath = (word: string): NonNullable<ReturnType<typeof southbound.datapaths.get>> => {
  const found = southbound.datapaths.lookUp(word).found;
  if (found === undefined) throw new Error(word);
  return found;
};

describe('datapaths', () => {
  it('are found by either name, by key, and by the first digits of either uuid', () => {
    expect(datapath('sw').key).toBe(1);
    expect(datapath('ls3').key).toBe(3);
    expect(datapath('third').key).toBe(3);
    expect(datapath('d200').key).toBe(2);
    expect(datapath('C300').key).toBe(3);
    expect(southbound.datapaths.withKey(2)?.kind).toBe('router');
  });

  it('are not guessed', () => {
    expect(southbound.datapaths.lookUp('d1').found).toBeUndefined();
    expect(southbound.datapaths.lookUp('nope').found).toBeUndefined();
    const several = southbound.datapaths.lookUp('d3');
    expect(several.found).toBeUndefined();
  });

  it('are shown by the name people gave, generated uuids cut short', () => {
    expect(datapath('third').displayName).toBe('third');
    expect(datapath('d200').displayName).toBe('neutron-e10000');
    expect(southbound.datapaths.withKey(4)?.displayName).toBe('');
  });

  it('have a kind from the ids or, since 25.09, from columns', () => {
    expect([datapath('sw').kind, datapath('d200').kind, datapath('third').kind]).toEqual([
      'switch',
      'router',
      'switch',
    ]);
    expect(southbound.datapaths.withKey(4)?.kind).toBe('unknown');
    expect(datapath('third').northboundUuid).toBe(uuid('c3'));
  });
});

describe('ports', () => {
  it('are found by name, key, a display name that is unique, or the first digits of the uuid', () => {
    expect(southbound.ports.lookUp('p1')?.key).toBe(1);
    expect(southbound.ports.lookUp('one')?.name).toBe('p1');
    expect(southbound.ports.lookUp('twin')).toBeUndefined();
    expect(southbound.ports.lookUp('a300')?.name).toBe('p3');
    expect(southbound.ports.withKey(datapath('sw'), 2)?.name).toBe('p2');
  });

  it('of a datapath that is not there do not exist', () => {
    expect(southbound.ports.named('orphan')).toBeUndefined();
    expect([...southbound.ports.all()].map(({ name }) => name)).not.toContain('orphan');
  });

  it('have a peer only when both rows are there', () => {
    const port = (name: string): Parameters<typeof southbound.ports.peerOf>[0] => southbound.ports.named(name)!;
    expect(southbound.ports.peerOf(port('p2'))?.name).toBe('p3');
    expect(southbound.ports.peerOf(port('p7'))).toBeUndefined();
    expect(southbound.ports.peerOf(port('p1'))).toBeUndefined();
  });
});

describe('groups and sets', () => {
  it('list members by name and leave out what is not there', () => {
    const group = southbound.multicastGroups.named(datapath('sw'), '_MC_flood');
    expect(group?.ports.map(({ name }) => name)).toEqual(['p1', 'p2', 'p7']);
    expect(southbound.multicastGroups.withKey(datapath('sw'), 32768)).toBe(group);
  });

  it('are looked up by the datapath’s key, the bare name only where the release did so', () => {
    expect(southbound.sets.portGroup(1, 'pg', false)).toEqual(['p1']);
    expect(southbound.sets.portGroup(2, 'pg', false)).toBeUndefined();
    expect(southbound.sets.portGroup(2, 'pg', true)).toEqual(['p2']);
    expect(southbound.sets.addressSet('as')).toEqual(['10.0.0.1', '10.0.1.0/24']);
  });
});

describe('flows', () => {
  it('of a datapath are its own and those of its groups, by table and priority', () => {
    const table = (word: string, pipeline: 'ingress' | 'egress'): number[] =>
      southbound.flows
        .flowsOf(datapath(word))
        .table(pipeline, 0)
        .map(({ priority }) => priority);
    expect(table('sw', 'ingress')).toEqual([9, 5]);
    expect(table('d200', 'ingress')).toEqual([9]);
    expect(table('d200', 'egress')).toEqual([7]);
    expect(table('third', 'ingress')).toEqual([]);
  });

  it('of a group are one object for all its datapaths', () => {
    const [first] = southbound.flows.flowsOf(datapath('sw')).table('ingress', 0);
    expect(southbound.flows.flowsOf(datapath('d200')).table('ingress', 0)[0]).toBe(first);
    expect(first).toMatchObject({ stage: 'st', source: 's.c:1', match: '1' });
  });
});

describe('what controllers know', () => {
  it('belongs to a port of a datapath', () => {
    const port = southbound.ports.named('p1')!;
    expect(southbound.bindings.learnedOn(port)).toEqual([
      { ip: '10.0.0.9', mac: '0a:00:00:00:00:09', uuid: uuid('61') },
    ]);
    expect(southbound.bindings.configuredOn(port)).toMatchObject([{ ip: '10.0.0.7', overridesLearned: true }]);
    expect(southbound.bindings.fdbOf(datapath('sw'))).toEqual([{ mac: '0a:00:00:00:00:55', portKey: 2 }]);
  });

  it('reads virtual addresses in every form', () => {
    const [lb] = southbound.loadBalancers.all();
    expect(lb?.vips).toEqual([
      { address: '30.0.0.1', port: 53, backends: ['10.0.0.1:5353', '10.0.0.2:5353'] },
      { address: 'fd30::1', port: 53, backends: ['[fd00::1]:53'] },
      { address: '30.0.0.2', port: 0, backends: [] },
      { address: 'fd30::2', port: 0, backends: ['fd00::2'] },
    ]);
    expect(southbound.loadBalancers.withAddress('30.0.0.1').map(({ balancer }) => balancer.name)).toEqual([
      'lb',
      'other',
    ]);
    expect(southbound.loadBalancers.of(datapath('d200')).map(({ name }) => name)).toEqual(['lb']);
    expect(southbound.loadBalancers.of(datapath('third')).map(({ name }) => name)).toEqual(['other']);
  });

  it('orders gateway candidates and tells remote chassis', () => {
    expect(southbound.chassis.haMembers(uuid('86'))).toEqual([
      { chassis: uuid('82'), priority: 5 },
      { chassis: uuid('81'), priority: 1 },
    ]);
    expect(southbound.chassis.named('ch2')?.remote).toBe(true);
    expect(southbound.chassis.templatesOf('ch1').get('NODE')).toBe('172.18.0.2');
    expect(southbound.chassis.templatesOf('ch2').size).toBe(0);
    expect(southbound.dhcpOptions(4).get('offerip')).toEqual({ code: 0, type: 'ipv4' });
  });
});

describe('release', () => {
  const released = (options: Readonly<Record<string, string>>, version?: string): unknown => {
    const database = databaseFromRows('OVN_Southbound', { SB_Global: [{ _uuid: uuid('aa'), options: map(options) }] });
    const schema = version === undefined ? undefined : { name: 'OVN_Southbound', version, tables: new Map() };
    return southboundOf({ ...database, schema }).release;
  };

  it.each([
    [{ northd_internal_version: '26.03.1-21.8.0-82.14' }, undefined, { release: '26.03', from: 'northd' }],
    [{ northd_internal_version: '23.03.1-20.27.0-70.6' }, undefined, { release: '23.03.1', from: 'northd' }],
    [{ northd_internal_version: '24.03.2-20.33.0-76.8' }, '20.41.0', { release: '24.03', from: 'northd' }],
    [{}, '20.27.0', { release: '23.03.1', from: 'schema' }],
    [{}, '20.30.0', { release: '23.03', from: 'schema' }],
    [{}, '20.37.0', { release: '24.09', from: 'schema' }],
    [{}, '21.5.0', { release: '25.09', from: 'schema' }],
    [{}, '21.8.0', { release: '26.03', from: 'schema' }],
    [{}, undefined, { release: '26.03', from: 'assumed' }],
  ])('of %j with schema %s', (options, version, expected) => {
    expect(released(options, version)).toEqual(expected);
  });
});
