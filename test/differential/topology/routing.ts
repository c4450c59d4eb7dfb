import type { Draft, Router, RouterPort } from './draft.js';
import { networkOf, v4Of, v6Of } from './draft.js';
import { condition } from './rules.js';

/** Static routes (ECMP, by source, with BFD, discarding, by table) and routing policies of every action. */
export function routing(draft: Draft): void {
  for (const router of draft.routers) {
    if (router.ports.length === 0) continue;
    routes(draft, router);
    if (draft.random.chance(0.5)) policies(draft, router);
    options(draft, router);
  }
}

/** Other routers' ports in the same network, hosts there, and somebody who does not exist. */
function nextHops(draft: Draft, port: RouterPort, six: boolean): string[] {
  const index = networkOf(port.v4);
  const others = draft.routers
    .flatMap(({ ports }) => ports)
    .filter((other) => other !== port && networkOf(other.v4) === index);
  const network = draft.networks.find((each) => each.index === index);
  const hosts = network?.hosts ?? [];
  const of = (number: number): string => (six ? v6Of(index, number) : v4Of(index, number));
  return [
    ...others.map((each) => (six ? each.v6 : each.v4)),
    ...hosts.map((each) => (six ? each.v6 : each.v4)),
    of(254),
    of(253),
  ];
}

function routes(draft: Draft, router: Router): void {
  const { random } = draft;
  const used = new Set<string>();
  const add = (options: readonly string[], prefix: string, hop: string, ...rest: string[]): void => {
    const key = `${prefix} ${options.includes('--policy=src-ip') ? 'src' : 'dst'}`;
    if (used.has(key) && !options.some((option) => option.startsWith('--ecmp'))) return;
    used.add(key);
    draft.do('--may-exist', ...options, 'lr-route-add', router.name, prefix, hop, ...rest);
  };
  for (const six of [false, true]) {
    const port = random.pick(router.ports);
    const hops = nextHops(draft, port, six);
    if (random.chance(0.75)) add([], six ? '::/0' : '0.0.0.0/0', random.pick(hops));
    for (let i = 0, count = random.between(0, 4); i < count; i++) {
      const prefix = six ? `fd20:${i}::/${random.pick([32, 64, 127])}` : `20.${i}.0.0/${random.pick([16, 24, 31])}`;
      (six ? draft.v6 : draft.v4).push(six ? `fd20:${i}::1` : `20.${i}.0.1`);
      random.weighted<() => void>([
        [3, () => add([], prefix, random.pick(hops))],
        [
          2,
          () => {
            for (const hop of random.some(hops, 3)) add(['--ecmp'], prefix, hop);
          },
        ],
        [
          1,
          () => {
            for (const hop of random.some(hops, 2)) add(['--ecmp-symmetric-reply'], prefix, hop);
          },
        ],
        [
          1,
          () =>
            add(
              ['--policy=src-ip'],
              six ? `${draft.hosts[0]?.v6 ?? 'fd00::1'}/128` : `${draft.hosts[0]?.v4 ?? '10.0.0.1'}/32`,
              random.pick(hops),
            ),
        ],
        [1, () => add([], prefix, 'discard')],
        [1, () => add(['--bfd'], prefix, random.pick(hops), port.port)],
        [1, () => add([], prefix, random.pick(hops), port.port)],
        [1, () => add([`--route-table=rtb${i}`], prefix, random.pick(hops))],
      ])();
    }
    if (random.chance(0.1)) draft.do('set', 'Logical_Router_Port', port.port, 'options:route_table=rtb0');
  }
}

function policies(draft: Draft, router: Router): void {
  const { random } = draft;
  for (let i = 0, count = random.between(1, 4); i < count; i++) {
    const match = condition(draft);
    if (random.chance(0.2)) match.unshift(`inport == "${random.pick(router.ports).port}"`);
    const text = match.map((term) => (term.includes('||') ? `(${term})` : term)).join(' && ') || 'ip4';
    const six = text.includes('ip6');
    const hops = nextHops(draft, random.pick(router.ports), six);
    const rest = random.weighted<string[]>([
      [2, ['allow']],
      [1, ['allow', `pkt_mark=${random.between(1, 200)}`]],
      [2, ['drop']],
      [2, ['reroute', random.pick(hops)]],
      [2, ['reroute', random.some(hops, 2).join(',')]],
      [1, ['reroute', random.pick(hops), `pkt_mark=${random.between(1, 200)}`]],
    ]);
    draft.do(
      '--may-exist',
      'lr-policy-add',
      router.name,
      String(random.pick([100, 100 + i, random.between(1, 32767)])),
      text,
      ...rest,
    );
  }
}

function options(draft: Draft, router: Router): void {
  const { random } = draft;
  const set = (option: string): void => draft.do('set', 'Logical_Router', router.name, `options:${option}`);
  if (random.chance(0.2)) set('learn_from_arp_request=false');
  if (random.chance(0.2)) set('always_learn_from_arp_request=false');
  if (random.chance(0.3)) set('dynamic_neigh_routers=true');
  if (random.chance(0.3)) set('mcast_relay=true');
  if (random.chance(0.1)) set('mac_binding_age_threshold=100');
  if (random.chance(0.05)) draft.do('lrp-set-enabled', random.pick(router.ports).port, 'disabled');
  if (random.chance(0.15)) {
    const [meter, copp] = [draft.unique('cpm'), draft.unique('@copp')];
    draft.do('meter-add', meter, 'drop', '5', 'pktps');
    draft.do(
      `--id=${copp}`,
      'create',
      'Copp',
      `name=${draft.unique('copp')}`,
      `meters:arp=${meter}`,
      `meters:icmp4-error=${meter}`,
    );
    draft.do('set', 'Logical_Router', router.name, `copp=${copp}`);
  }
  for (const port of router.ports) {
    const index = networkOf(port.v4);
    if (random.chance(0.2)) draft.do('--may-exist', 'static-mac-binding-add', port.port, v4Of(index, 77), draft.mac());
    if (random.chance(0.4)) {
      draft.learned.neighbours.push({
        router: router.name,
        port: port.port,
        ip: random.chance(0.6) ? v4Of(index, 253) : v6Of(index, 253),
        mac: draft.mac(),
      });
    }
    if (random.chance(0.25)) {
      const mode = random.pick(['slaac', 'dhcpv6_stateful', 'dhcpv6_stateless']);
      draft.do(
        'set',
        'Logical_Router_Port',
        port.port,
        `ipv6_ra_configs:address_mode=${mode}`,
        'ipv6_ra_configs:send_periodic=true',
        'ipv6_ra_configs:mtu=1450',
      );
    }
    if (random.chance(0.1)) {
      draft.do('set', 'Logical_Router_Port', port.port, 'options:prefix_delegation=true', 'options:prefix=true');
    }
    if (random.chance(0.1)) draft.do('set', 'Logical_Router_Port', port.port, 'options:mcast_flood=true');
    if (random.chance(0.1))
      draft.do('set', 'Logical_Router_Port', port.port, 'options:reside-on-redirect-chassis=true');
  }
}
