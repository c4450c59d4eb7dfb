import type { Draft, Network } from './draft.js';
import { quoted } from './draft.js';

/** From where the health of balanced services is looked at. */
const SERVICE_MONITOR = '0a:00:00:01:00:01';

/** Port groups, address sets, ACLs in both directions with all their options, and QoS rules. */
export function rules(draft: Draft): void {
  const { random } = draft;
  addressSets(draft);
  const meters = random.chance(0.5) ? [draft.unique('meter')] : [];
  for (const meter of meters) draft.do('meter-add', meter, 'drop', '10', 'pktps');
  for (let i = 0, count = random.between(0, 3); i < count; i++) portGroup(draft, meters);
  for (const network of draft.networks) {
    if (random.chance(0.5))
      for (let i = 0; i < random.between(1, 4); i++)
        acl(
          draft,
          network.name,
          'switch',
          network.hosts.map((h) => h.port),
          meters,
        );
    if (random.chance(0.3)) qos(draft, network);
  }
  if (random.chance(0.1)) draft.do('set', 'NB_Global', '.', 'options:default_acl_drop=true');
  const everywhere = (option: string): void => draft.do('set', 'NB_Global', '.', `options:${option}`);
  if (random.chance(0.2)) everywhere('use_ct_inv_match=false');
  if (random.chance(0.2)) everywhere('lb_hairpin_use_ct_mark=false');
  if (random.chance(0.3)) everywhere('ignore_lsp_down=false');
  if (random.chance(0.3)) everywhere('use_logical_dp_groups=false');
  if (random.chance(0.2)) {
    everywhere('debug_drop_domain_id=1');
    everywhere('debug_drop_collector_set=123');
  }
  // Drawn by northd itself, it would be another one in every run.
  everywhere(`svc_monitor_mac=${quoted(SERVICE_MONITOR)}`);
}

function addressSets(draft: Draft): void {
  const { random } = draft;
  for (let i = 0, count = random.between(1, 3); i < count; i++) {
    const name = draft.unique('as');
    const [addresses, family] = random.chance(0.6) ? ([draft.v4, '4'] as const) : ([draft.v6, '6'] as const);
    const members = random
      .some(addresses, random.between(1, 4))
      .map((address, k) => (k === 0 && random.chance(0.3) ? `${address}/${family === '4' ? '25' : '120'}` : address));
    draft.do(`--id=@${name}`, 'create', 'Address_Set', `name=${name}`, `addresses=${members.map(quoted).join(',')}`);
    draft.addressSets.push(`${family}${name}`);
  }
  if (random.chance(0.3)) {
    draft.do('--id=@asempty', 'create', 'Address_Set', 'name=asempty');
    draft.addressSets.push('4asempty');
  }
}

function portGroup(draft: Draft, meters: readonly string[]): void {
  const { random } = draft;
  const name = draft.unique('pg');
  const members = random.some(
    draft.hosts.map(({ port }) => port),
    random.between(1, 5),
  );
  draft.do('pg-add', name, ...members);
  for (let i = 0, count = random.between(1, 4); i < count; i++) acl(draft, name, 'port-group', members, meters, name);
}

function acl(
  draft: Draft,
  owner: string,
  type: 'switch' | 'port-group',
  ports: readonly string[],
  meters: readonly string[],
  group?: string,
): void {
  const { random } = draft;
  const direction = random.pick(['from-lport', 'to-lport']);
  const side = direction === 'from-lport' ? 'inport' : 'outport';
  const terms: string[] = [];
  if (group !== undefined) terms.push(`${side} == @${group}`);
  else if (ports.length > 0 && random.chance(0.4)) terms.push(`${side} == ${quoted(random.pick(ports))}`);
  terms.push(...condition(draft));
  if (terms.length === 0) terms.push(random.pick(['ip', 'ip4', 'ip6', '1', 'arp || ip4', '!eth.mcast']));
  const options = ['--may-exist', `--type=${type}`];
  if (random.chance(0.3)) {
    options.push('--log', `--severity=${random.pick(['alert', 'warning', 'notice', 'info', 'debug'])}`);
    if (random.chance(0.7)) options.push(`--name=${draft.unique('rule')}`);
    const [meter] = meters;
    if (meter !== undefined) options.push(`--meter=${meter}`);
  }
  const action = random.weighted([
    [4, 'allow-related'],
    [2, 'allow'],
    [1, 'allow-stateless'],
    [3, 'drop'],
    [2, 'reject'],
  ]);
  if (action === 'allow-related' && random.chance(0.2)) options.push(`--label=${random.between(1, 99999)}`);
  if (direction === 'from-lport' && random.chance(0.3)) options.push('--apply-after-lb');
  const priority = random.weighted([
    [6, random.between(1000, 1010)],
    [1, 0],
    [1, 32767],
    [2, random.between(1, 30000)],
  ]);
  draft.do(
    ...options,
    'acl-add',
    owner,
    direction,
    String(priority),
    terms.map((t) => (t.includes('||') ? `(${t})` : t)).join(' && '),
    action,
  );
}

/** Conditions on addresses, protocols and the like, as people write them. */
export function condition(draft: Draft): string[] {
  const { random } = draft;
  const terms: string[] = [];
  const four = random.chance(0.65);
  const [addresses, field] = four ? [draft.v4, 'ip4'] : [draft.v6, 'ip6'];
  const sets = draft.addressSets.filter((set) => set.startsWith(four ? '4' : '6')).map((set) => `$${set.slice(1)}`);
  const side = random.pick(['src', 'dst']);
  const address = random.pick(addresses);
  const term = random.weighted<() => string | undefined>([
    [3, () => `${field}.${side} == ${address}`],
    [2, () => (sets.length > 0 ? `${field}.${side} == ${random.pick(sets)}` : undefined)],
    [1, () => (sets.length > 0 ? `${field}.${side} != ${random.pick(sets)}` : undefined)],
    [1, () => `${field}.${side} == {${random.some(addresses, 3).join(', ')}}`],
    [1, () => `${field}.${side} == ${address}/${four ? random.between(8, 31) : random.between(16, 127)}`],
    [1, () => `${field}.${side} != ${address}`],
    [2, () => field],
    [1, () => undefined],
  ])();
  if (term !== undefined) terms.push(term);
  const port = random.pick([...draft.ports, random.between(1, 65535)]);
  if (random.chance(0.3)) draft.ports.push(port, port + 1);
  const transport = random.weighted<string | undefined>([
    [4, undefined],
    [2, `tcp.dst == ${port}`],
    [1, `udp.dst == ${port}`],
    [1, `sctp.dst == ${port}`],
    [1, `tcp && tcp.dst >= ${port}`],
    [1, `${Math.max(1, port - 1)} <= udp.dst <= ${Math.min(65535, port + 1)}`],
    [1, `tcp.dst == {${port}, ${(port % 65000) + 1}}`],
    [1, `tcp.src != ${port}`],
    [1, 'tcp'],
    [1, 'udp'],
    [1, four ? 'icmp4' : 'icmp6'],
    [1, four ? 'icmp4.type == 8' : 'icmp6.type == 128'],
    [0.5, four ? 'ip4.mcast' : 'ip6.mcast'],
    [0.5, 'ip.ttl == 1'],
    [0.3, 'ip.dscp == 10'],
    [0.3, '!ip.later_frag'],
    [0.3, 'ip.frag == 0'],
    [0.3, `(tcp.dst == ${port} || udp.dst == ${port})`],
    [0.3, four ? 'arp' : 'nd'],
  ]);
  if (transport !== undefined) terms.push(transport);
  return terms;
}

function qos(draft: Draft, network: Network): void {
  const { random } = draft;
  const actions = random.pick([['dscp=46'], ['rate=1000', 'burst=100'], ['rate=2000', 'dscp=10']]);
  const match = condition(draft).join(' && ') || 'ip4';
  draft.do(
    '--may-exist',
    'qos-add',
    network.name,
    random.pick(['from-lport', 'to-lport']),
    String(random.between(1, 200)),
    match,
    ...actions,
  );
}
