import type { Draft, Router } from './draft.js';
import { networkOf, quoted, v4Of, v6Of } from './draft.js';

const PROTOCOLS = ['tcp', 'tcp', 'udp', 'sctp'] as const;

/** Load balancers with every option, in groups and alone, and NAT of every kind. */
export function translations(draft: Draft): void {
  const { random } = draft;
  if (draft.hosts.length === 0) return;
  for (let i = 0, count = random.between(0, 5); i < count; i++) balancer(draft, i);
  if (random.chance(0.25)) template(draft);
  for (const router of draft.routers) nats(draft, router);
}

function balancer(draft: Draft, number: number): void {
  const { random } = draft;
  const name = `lb${number}`;
  const six = random.chance(0.35);
  const protocol = random.pick(PROTOCOLS);
  const withPort = random.chance(0.8);
  const vips: string[] = [];
  const hairpin = random.chance(0.15) ? (six ? 'fd30::ff' : '30.0.9.9') : undefined;
  const options = balancerOptions(draft);
  if (hairpin !== undefined) options.push(`options:hairpin_snat_ip=${quoted(hairpin)}`);
  const own = draft.routers.flatMap(({ ports }) => ports.map((port) => (six ? port.v6 : port.v4)));
  for (let i = 0, count = random.between(1, 2); i < count; i++) {
    const address = random.weighted([
      [5, six ? `fd30::${number}${i}` : `30.0.${number}.${i + 1}`],
      [1, own.length > 0 ? random.pick(own) : six ? 'fd30::99' : '30.0.99.1'],
    ]);
    const port = withPort ? random.pick(draft.ports) : undefined;
    const behind = random
      .some(draft.hosts, random.between(0, 3))
      .map((host) => ({ host, port: withPort ? random.pick([8080, port ?? 80]) : undefined }));
    const backends = behind.map((each) => endpoint(six ? each.host.v6 : each.host.v4, each.port));
    const vip = endpoint(address, port);
    if (vips.some((each) => each.startsWith(`vips:${quoted(vip)}=`))) continue;
    vips.push(`vips:${quoted(vip)}=${quoted(backends.join(','))}`);
    draft.services.push({ address, port, protocol, backends: behind, ...(hairpin !== undefined && { hairpin }) });
    (six ? draft.v6 : draft.v4).push(address);
  }
  const id = draft.unique('@lb');
  draft.do(
    `--id=${id}`,
    'create',
    'Load_Balancer',
    `name=${name}`,
    ...(withPort ? [`protocol=${protocol}`] : []),
    ...vips,
    ...options,
  );
  if (random.chance(0.15)) {
    const [host] = draft.hosts;
    const [vip] = vips;
    if (host !== undefined && vip !== undefined && !six && withPort) {
      const check = draft.unique('@hc');
      draft.do(
        `--id=${check}`,
        'create',
        'Load_Balancer_Health_Check',
        `vip=${vip.slice(5).split('=')[0] ?? ''}`,
        'options:interval=5',
      );
      draft.do(
        'set',
        'Load_Balancer',
        name,
        `health_check=${check}`,
        `ip_port_mappings:${host.v4}=${quoted(`${host.port}:${host.v4}`)}`,
      );
    }
  }
  if (random.chance(0.2)) {
    const group = draft.unique('@lbg');
    draft.do(`--id=${group}`, 'create', 'Load_Balancer_Group', `name=${draft.unique('lbg')}`, `load_balancer=${id}`);
    for (const { name: owner } of draft.networks)
      if (random.chance(0.6)) draft.do('add', 'Logical_Switch', owner, 'load_balancer_group', group);
    for (const { name: owner } of draft.routers)
      if (random.chance(0.6)) draft.do('add', 'Logical_Router', owner, 'load_balancer_group', group);
    return;
  }
  for (const { name: owner } of draft.networks) if (random.chance(0.5)) draft.do('ls-lb-add', owner, name);
  for (const { name: owner } of draft.routers) if (random.chance(0.5)) draft.do('lr-lb-add', owner, name);
}

function balancerOptions(draft: Draft): string[] {
  const { random } = draft;
  const options: string[] = [];
  if (random.chance(0.2)) options.push(`options:affinity_timeout=${random.between(0, 120)}`);
  if (random.chance(0.15)) options.push('options:skip_snat=true');
  if (random.chance(0.2)) options.push('options:reject=true');
  else if (random.chance(0.2)) options.push('options:event=true');
  if (random.chance(0.15)) options.push('options:neighbor_responder=all');
  if (random.chance(0.15)) options.push('options:add_route=true');
  if (random.chance(0.15)) options.push(`selection_fields=${random.pick(['ip_src', 'ip_dst,tp_dst', 'eth_src'])}`);
  return options;
}

/** A balancer whose addresses every chassis fills in for itself; ovn-trace has no values for them. */
function template(draft: Draft): void {
  const { random } = draft;
  const [host] = draft.hosts;
  if (host === undefined) return;
  draft.do(
    'create',
    'Chassis_Template_Var',
    'chassis=gw0',
    `variables:vip=${quoted(v4Of(9, 9))}`,
    'variables:vport=8081',
    `variables:back=${quoted(`${host.v4}:8080`)}`,
  );
  draft.do('--template', 'lb-add', 'lbt', '^vip:^vport', '^back', 'tcp', 'ipv4');
  draft.do('lr-lb-add', random.pick(draft.routers).name, 'lbt');
  draft.do('ls-lb-add', random.pick(draft.networks).name, 'lbt');
  draft.v4.push(v4Of(9, 9));
}

export function endpoint(address: string, port: number | undefined): string {
  if (port === undefined) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function nats(draft: Draft, router: Router): void {
  const { random } = draft;
  const taken = new Set<string>();
  for (let i = 0, count = random.between(0, 4); i < count; i++) nat(draft, router, i, taken);
  const { ports } = router;
  const own = ports.length > 0 ? random.pick(ports.map(({ v4, v6 }) => `${v4} ${v6}`)) : '10.98.0.1 fd00:98::1';
  for (const option of ['lb_force_snat_ip', 'dnat_force_snat_ip']) {
    if (!random.chance(router.gateway ? 0.35 : 0.05)) continue;
    const value = option === 'lb_force_snat_ip' && random.chance(0.4) ? 'router_ip' : own;
    draft.do('set', 'Logical_Router', router.name, `options:${option}=${quoted(value)}`);
  }
}

function nat(draft: Draft, router: Router, number: number, taken: Set<string>): void {
  const { random } = draft;
  const six = random.chance(0.3);
  const host = random.pick(draft.hosts);
  const inside = six ? host.v6 : host.v4;
  const port = router.ports.at(-1);
  const network = port === undefined ? 97 : networkOf(port.v4);
  const outside = random.weighted([
    [4, six ? v6Of(network, 150 + number) : v4Of(network, 150 + number)],
    [1, six ? `2001:db8:1::${number + 1}` : `198.51.100.${number + 1}`],
    [1, port === undefined ? v4Of(network, 1) : six ? port.v6 : port.v4],
  ]);
  const type = random.pick(['snat', 'dnat', 'dnat_and_snat', 'dnat_and_snat']);
  const subnet = six ? `${inside.split('::')[0] ?? ''}::/64` : `${inside.replace(/\d+$/, '0')}/24`;
  const logical = type === 'snat' && random.chance(0.7) ? subnet : inside;
  const columns = [`type=${type}`, `external_ip=${quoted(outside)}`, `logical_ip=${quoted(logical)}`];
  if (type === 'dnat_and_snat') {
    const option = random.weighted<string[]>([
      [4, []],
      [3, [`logical_port=${host.port}`, `external_mac=${quoted(draft.mac())}`]],
      [1, ['options:stateless=true']],
    ]);
    columns.push(...option);
  } else if (random.chance(0.3)) columns.push('external_port_range=5000-6000');
  if (random.chance(0.2)) columns.push('options:add_route=true');
  const sets = draft.addressSets.filter((set) => set.startsWith(six ? '6' : '4')).map((set) => set.slice(1));
  if (sets.length > 0 && random.chance(0.2)) {
    columns.push(`${random.pick(['exempted', 'allowed'])}_ext_ips=@${random.pick(sets)}`);
  }
  // Two rules for one address would be the user's mistake.
  if ([outside, logical].some((address) => taken.has(address))) return;
  taken.add(outside).add(logical);
  if (type !== 'snat') {
    draft.services.push({ address: outside, port: undefined, protocol: 'tcp', backends: [{ host, port: undefined }] });
  }
  (six ? draft.v6 : draft.v4).push(outside);
  const held = draft.gatewayPorts.filter(({ router: owner }) => owner === router.name);
  if (held.length > 1 && random.chance(0.6)) {
    const through = `--gateway-port=${random.pick(held).port}`;
    draft.afterwards.push(['--may-exist', through, 'lr-nat-add', router.name, type, outside, logical]);
    return;
  }
  const id = draft.unique('@nat');
  draft.do(`--id=${id}`, 'create', 'NAT', ...columns);
  draft.do('add', 'Logical_Router', router.name, 'nat', id);
}
