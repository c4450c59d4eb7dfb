import type { Draft, Network, Router, RouterPort } from './draft.js';
import { networkOf, v4Of, v6Of } from './draft.js';

/**
 * Switches, routers of both kinds and the links between them: tenants behind distributed routers, routers joined by a switch
 * or back to back, physical networks behind gateway routers and behind a distributed gateway port, a transit switch with
 * ports of other zones.
 */
export function skeleton(draft: Draft): void {
  const { random } = draft;
  for (let i = 0, count = random.between(1, 3); i < count; i++) chassisOf(draft, `gw${i}`);
  const distributed = routers(draft, 'lr', random.between(1, 2), false);
  const gateways = routers(draft, 'gr', random.between(0, 2), true);
  for (let i = 0, count = random.between(1, 3); i < count; i++) {
    const network = addNetwork(draft, 'sw', random.between(1, 4));
    const router = random.chance(0.9) ? random.pick([...distributed, ...distributed, ...gateways]) : undefined;
    if (router !== undefined) attach(draft, router, network);
    if (router !== undefined && distributed.length > 1 && random.chance(0.15)) {
      const other = distributed.find((each) => each !== router);
      if (other !== undefined) attach(draft, other, network);
    }
  }
  const all = [...distributed, ...gateways];
  if (all.length > 1 && random.chance(0.85)) {
    const join = addNetwork(draft, 'join', 0);
    for (const router of all) if (random.chance(0.9)) attach(draft, router, join);
  }
  if (distributed.length > 1 && random.chance(0.4)) backToBack(draft, distributed);
  for (const router of gateways) if (random.chance(0.85)) attach(draft, router, physical(draft, 'ext'));
  for (const router of distributed) if (random.chance(0.55)) distributedGateway(draft, router);
  // Several gateway ports on one router.
  if (random.chance(0.15)) distributedGateway(draft, random.pick(distributed));
  if (random.chance(0.3)) transit(draft, random.pick(distributed));
  if (random.chance(0.15)) vtep(draft, random.pick(draft.networks));
  if (random.chance(0.04)) draft.do('set', 'Logical_Router', random.pick(all).name, 'enabled=false');
}

function chassisOf(draft: Draft, name: string): void {
  const { random } = draft;
  const options: string[] = [];
  for (const option of ['ct-no-masked-label', 'ovn-ct-lb-related', 'port-up-notif', 'mac-binding-timestamp']) {
    if (random.chance(0.7)) options.push(`other_config:${option}=true`);
  }
  draft.chassis.push({ name, options });
}

function routers(draft: Draft, prefix: string, count: number, gateway: boolean): Router[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `${prefix}${i}`;
    draft.do('lr-add', name);
    if (gateway) draft.do('set', 'Logical_Router', name, `options:chassis=${draft.random.pick(draft.chassis).name}`);
    const router: Router = { name, gateway, ports: [] };
    draft.routers.push(router);
    return router;
  });
}

function addNetwork(draft: Draft, prefix: string, hosts: number): Network {
  const { random } = draft;
  const index = draft.networks.length + 1;
  const network: Network = { name: `${prefix}${index}`, index, hosts: [], gateways: [] };
  draft.do('ls-add', network.name);
  draft.networks.push(network);
  for (let i = 0; i < hosts; i++) {
    const number = 10 + i;
    const host = { port: `${network.name}-p${i}`, mac: draft.mac(), v4: v4Of(index, number), v6: v6Of(index, number) };
    draft.do('lsp-add', network.name, host.port);
    const families = random.weighted([
      [6, `${host.v4} ${host.v6}`],
      [2, host.v4],
      [1, host.v6],
      [1, ''],
    ]);
    const address = `${host.mac} ${families}`.trim();
    draft.do(
      'lsp-set-addresses',
      host.port,
      ...random.weighted<string[]>([
        [8, [address]],
        [1, [address, 'unknown']],
        [1, ['unknown']],
      ]),
    );
    network.hosts.push(host);
    draft.v4.push(host.v4);
    draft.v6.push(host.v6);
    if (random.chance(0.8)) draft.bound.push({ port: host.port, chassis: random.pick(draft.chassis).name });
    draft.places.push({
      datapath: network.name,
      port: host.port,
      macs: [host.mac],
      v4: [host.v4],
      v6: [host.v6],
      // Filled as routers are attached.
      get routers() {
        return network.gateways.map(({ mac }) => mac);
      },
    });
  }
  return network;
}

/** A port of the router, its addresses in the network, and the switch port it plugs into. */
function attach(draft: Draft, router: Router, network: Network): RouterPort {
  const { random } = draft;
  const number = network.gateways.length + 1;
  const port: RouterPort = {
    router: router.name,
    port: `${router.name}-${network.name}`,
    mac: draft.mac(),
    v4: v4Of(network.index, number),
    v6: v6Of(network.index, number),
  };
  const networks = random.weighted([
    [8, [`${port.v4}/24`, `${port.v6}/64`]],
    [1, [`${port.v4}/24`]],
    [1, [`${port.v6}/64`]],
  ]);
  draft.do('lrp-add', router.name, port.port, port.mac, ...networks);
  const plug = `${network.name}-${router.name}`;
  draft.do('lsp-add', network.name, plug);
  draft.do('lsp-set-type', plug, 'router');
  draft.do('lsp-set-addresses', plug, random.chance(0.85) ? 'router' : port.mac);
  draft.do('lsp-set-options', plug, `router-port=${port.port}`);
  router.ports.push(port);
  network.gateways.push(port);
  draft.v4.push(port.v4);
  draft.v6.push(port.v6);
  draft.places.push({
    datapath: router.name,
    port: port.port,
    macs: network.hosts.map(({ mac }) => mac),
    v4: [v4Of(network.index, 200), ...network.hosts.map(({ v4 }) => v4)],
    v6: [v6Of(network.index, 200), ...network.hosts.map(({ v6 }) => v6)],
    routers: [port.mac],
  });
  return port;
}

function backToBack(draft: Draft, [first, second]: readonly Router[]): void {
  if (first === undefined || second === undefined) return;
  const ends = [first, second].map((router, i) => ({
    router,
    port: `${router.name}-peer`,
    mac: draft.mac(),
    v4: v4Of(99, i + 1),
    v6: v6Of(99, i + 1),
  }));
  for (const [i, { router, port, mac, v4, v6 }] of ends.entries()) {
    draft.do('lrp-add', router.name, port, mac, `${v4}/24`, `${v6}/64`, `peer=${ends[1 - i]?.port ?? ''}`);
    router.ports.push({ router: router.name, port, mac, v4, v6 });
    draft.v4.push(v4);
    draft.v6.push(v6);
  }
}

/** A switch with a way to the physical network, and a host out there. */
function physical(draft: Draft, prefix: string): Network {
  const { random } = draft;
  const network = addNetwork(draft, prefix, random.chance(0.2) ? 1 : 0);
  const port = `ln-${network.name}`;
  draft.do('lsp-add', network.name, port);
  draft.do('lsp-set-addresses', port, 'unknown');
  const [type, options] = random.weighted<readonly [string, string]>([
    [9, ['localnet', `network_name=phys${network.index}`]],
    [1, ['l2gateway', `network_name=phys${network.index}`]],
  ]);
  draft.do('lsp-set-type', port, type);
  draft.do('lsp-set-options', port, options);
  if (type === 'l2gateway') {
    draft.do('set', 'Logical_Switch_Port', port, `options:l2gateway-chassis=${random.pick(draft.chassis).name}`);
  }
  if (random.chance(0.2)) draft.do('set', 'Logical_Switch_Port', port, 'options:localnet_learn_fdb=true');
  if (random.chance(0.2)) {
    draft.do('set', 'Logical_Switch_Port', port, 'options:qos_max_rate=100000', 'options:qos_burst=1000');
  }
  if (random.chance(0.3)) draft.do('set', 'Logical_Switch_Port', port, `tag_request=${random.between(1, 4000)}`);
  const outside = { mac: draft.mac(), v4: v4Of(network.index, 254), v6: v6Of(network.index, 254) };
  draft.v4.push(outside.v4, `192.0.2.${network.index}`);
  draft.v6.push(outside.v6, `2001:db8::${network.index}`);
  draft.places.push({
    datapath: network.name,
    port,
    macs: [outside.mac],
    v4: [outside.v4, `192.0.2.${network.index}`],
    v6: [outside.v6, `2001:db8::${network.index}`],
    get routers() {
      return network.gateways.map(({ mac }) => mac);
    },
  });
  if (random.chance(0.5)) draft.learned.macs.push({ datapath: network.name, port, mac: outside.mac });
  return network;
}

/** A port of a distributed router that one chassis at a time holds. */
function distributedGateway(draft: Draft, router: Router): void {
  const { random } = draft;
  const port = attach(draft, router, physical(draft, 'public'));
  const holders = random.some(draft.chassis, 2);
  if (random.chance(0.3)) {
    const [group, member] = [draft.unique('@hg'), draft.unique('@hc')];
    draft.do(`--id=${member}`, 'create', 'HA_Chassis', `chassis_name=${holders[0]?.name ?? ''}`, 'priority=10');
    draft.do(`--id=${group}`, 'create', 'HA_Chassis_Group', `name=${draft.unique('hag')}`, `ha_chassis=${member}`);
    draft.do('set', 'Logical_Router_Port', port.port, `ha_chassis_group=${group}`);
  } else {
    for (const [i, { name }] of holders.entries()) {
      draft.do('lrp-set-gateway-chassis', port.port, name, String(20 - i));
    }
  }
  draft.gatewayPorts.push(port);
  const outside = v4Of(networkOf(port.v4), 254);
  if (random.chance(0.7)) {
    draft.learned.neighbours.push({ router: router.name, port: port.port, ip: outside, mac: draft.mac() });
  }
  if (random.chance(0.2)) draft.do('set', 'Logical_Router_Port', port.port, 'options:redirect-type=bridged');
  if (random.chance(0.3)) draft.do('set', 'Logical_Router_Port', port.port, 'options:gateway_mtu=1400');
}

/** A physical switch with a tunnel end of its own. */
function vtep(draft: Draft, { name }: Network): void {
  const port = `${name}-vtep`;
  draft.do('lsp-add', name, port);
  draft.do('lsp-set-type', port, 'vtep');
  draft.do('lsp-set-options', port, 'vtep-physical-switch=ps', 'vtep-logical-switch=vls');
  draft.do('lsp-set-addresses', port, 'unknown');
  draft.places.push({ datapath: name, port, macs: [draft.mac()], v4: [], v6: [], routers: [] });
}

/** The local part of an interconnection: one port of ours, others of type `remote`. */
function transit(draft: Draft, router: Router): void {
  const network = addNetwork(draft, 'ts', 0);
  draft.do('set', 'Logical_Switch', network.name, `other_config:interconn-ts=${network.name}`);
  draft.chassis.push({ name: 'far0', options: ['other_config:is-remote=true'] });
  attach(draft, router, network);
  for (let i = 0, count = draft.random.between(1, 2); i < count; i++) {
    const port = `${network.name}-far${i}`;
    const [mac, v4, v6] = [draft.mac(), v4Of(network.index, 100 + i), v6Of(network.index, 100 + i)];
    draft.do('lsp-add', network.name, port);
    draft.do('lsp-set-type', port, 'remote');
    draft.do('lsp-set-addresses', port, `${mac} ${v4} ${v6}`);
    draft.do('set', 'Logical_Switch_Port', port, `options:requested-tnl-key=${20 + i}`);
    draft.bound.push({ port, chassis: 'far0' });
    draft.v4.push(v4);
    draft.v6.push(v6);
    const datapath = network.name;
    draft.places.push({ datapath, port, macs: [mac], v4: [v4], v6: [v6], routers: network.gateways.map((r) => r.mac) });
    const prefix = `10.${100 + i}.0.0/16`;
    draft.do('--may-exist', 'lr-route-add', router.name, prefix, v4);
    draft.v4.push(`10.${100 + i}.0.9`);
    if (draft.random.chance(0.5)) draft.do('--may-exist', 'lr-route-add', router.name, quoted6(i), v6);
  }
}

const quoted6 = (i: number): string => `fd00:${100 + i}::/64`;
