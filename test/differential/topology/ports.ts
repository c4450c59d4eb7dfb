import type { Draft, Host, Network } from './draft.js';
import { quoted, v4Of, v6Of } from './draft.js';

/** What ports may be besides plain: secured, disabled, nested, virtual, local, external, flooding, named by a cloud. */
export function portFeatures(draft: Draft): void {
  for (const network of draft.networks) {
    for (const host of network.hosts) portSecurity(draft, network, host);
    if (network.hosts.length === 0) continue;
    special(draft, network);
    switchOptions(draft, network);
  }
  if (draft.random.chance(0.3)) {
    for (const { name } of draft.networks) {
      if (draft.random.chance(0.5))
        draft.do('set', 'Logical_Switch', name, `external_ids:neutron\\:network_name=net-${name}`);
    }
  }
}

function portSecurity(draft: Draft, network: Network, { port, mac, v4, v6 }: Host): void {
  const { random } = draft;
  if (random.chance(0.5)) return;
  const prefix = random.pick([`${v4Of(network.index, 0)}/24`, `${v4}/24`, `${v4Of(network.index, 128)}/25`]);
  const prefix6 = random.pick([`${v6}/64`, `${v6Of(network.index, 0)}/64`]);
  const entries = random.weighted<string[]>([
    [4, [`${mac} ${v4} ${v6}`]],
    [3, [mac]],
    [2, [`${mac} ${v4}`]],
    [2, [`${mac} ${v6}`]],
    [2, [`${mac} ${prefix}`]],
    [1, [`${mac} ${prefix6} ${v4}`]],
    [1, [`${draft.mac()} ${v4}`, `${mac} ${v6} ${prefix}`]],
    [1, [`${mac} ${v4}`, `${mac} ${v6}`]],
  ]);
  draft.do('lsp-set-port-security', port, ...entries);
}

function special(draft: Draft, network: Network): void {
  const { random } = draft;
  const { name, index } = network;
  const host = random.pick(network.hosts);
  const add = (suffix: string, number: number, ...extra: string[]): Host => {
    const made = { port: `${name}-${suffix}`, mac: draft.mac(), v4: v4Of(index, number), v6: v6Of(index, number) };
    draft.do('lsp-add', name, made.port, ...extra);
    draft.do('lsp-set-addresses', made.port, `${made.mac} ${made.v4} ${made.v6}`);
    draft.v4.push(made.v4);
    draft.v6.push(made.v6);
    draft.places.push({
      datapath: name,
      port: made.port,
      macs: [made.mac],
      v4: [made.v4],
      v6: [made.v6],
      routers: network.gateways.map(({ mac }) => mac),
    });
    return made;
  };
  if (random.chance(0.2)) draft.do('lsp-set-enabled', host.port, 'disabled');
  if (random.chance(0.3)) add('nested', 30, host.port, String(random.between(1, 4094)));
  if (random.chance(0.3)) {
    const { port, v4 } = add('virtual', 31);
    draft.do('lsp-set-type', port, 'virtual');
    const parents = network.hosts.map((each) => each.port).join(',');
    draft.do('lsp-set-options', port, `virtual-ip=${v4}`, `virtual-parents=${quoted(parents)}`);
    if (random.chance(0.5)) draft.bound.push({ port, chassis: random.pick(draft.chassis).name });
  }
  if (random.chance(0.3)) draft.do('lsp-set-type', add('local', 32).port, 'localport');
  if (random.chance(0.2)) {
    const { port } = add('external', 33);
    draft.do('lsp-set-type', port, 'external');
    const [group, member] = [draft.unique('@hg'), draft.unique('@hc')];
    const chassis = random.pick(draft.chassis).name;
    draft.do(`--id=${member}`, 'create', 'HA_Chassis', `chassis_name=${chassis}`, 'priority=10');
    draft.do(`--id=${group}`, 'create', 'HA_Chassis_Group', `name=${draft.unique('hag')}`, `ha_chassis=${member}`);
    draft.do('set', 'Logical_Switch_Port', port, `ha_chassis_group=${group}`);
  }
  if (random.chance(0.3)) {
    const port = `${name}-floating`;
    draft.do('lsp-add', name, port);
    draft.do('lsp-set-addresses', port, 'unknown');
    const mac = draft.mac();
    if (random.chance(0.7)) draft.learned.macs.push({ datapath: name, port, mac });
    draft.places.push({ datapath: name, port, macs: [mac], v4: [], v6: [], routers: [host.mac] });
  }
  if (random.chance(0.2))
    draft.do('set', 'Logical_Switch_Port', host.port, `external_ids:neutron\\:port_name=vm-${host.port}`);
  if (random.chance(0.15)) {
    draft.do(
      'set',
      'Logical_Switch',
      name,
      `other_config:subnet=${v4Of(index, 0)}/24`,
      `other_config:exclude_ips=${v4Of(index, 1)}..${v4Of(index, 60)}`,
    );
    const port = `${name}-dynamic`;
    draft.do('lsp-add', name, port);
    draft.do('lsp-set-addresses', port, `${draft.mac()} dynamic`);
    draft.v4.push(v4Of(index, 61));
  }
}

function switchOptions(draft: Draft, network: Network): void {
  const { random } = draft;
  const { name, index, hosts, gateways } = network;
  if (random.chance(0.2)) draft.do('set', 'Logical_Switch', name, 'other_config:vlan-passthru=true');
  if (random.chance(0.15)) draft.do('set', 'Logical_Switch', name, 'other_config:broadcast-arps-to-all-routers=false');
  if (random.chance(0.15)) {
    const host = random.pick(hosts);
    draft.do('set', 'Logical_Switch_Port', host.port, 'options:qos_max_rate=200000', 'options:qos_burst=1000');
  }
  const [gateway] = gateways;
  if (gateway !== undefined && random.chance(0.2)) {
    const proxied = [v4Of(index, 240), `10.${index}.0.248/29`, v6Of(index, 240)];
    const list = random.chance(0.5) ? [draft.mac(), ...proxied] : proxied;
    draft.do('set', 'Logical_Switch_Port', `${name}-${gateway.router}`, `options:arp_proxy=${quoted(list.join(' '))}`);
    draft.v4.push(v4Of(index, 240), v4Of(index, 250));
    draft.v6.push(v6Of(index, 240));
  }
  if (random.chance(0.2)) {
    const v4 = v4Of(index, 235);
    draft.do('fwd-group-add', draft.unique('fwd'), name, v4, draft.mac(), ...hosts.map(({ port }) => port));
    draft.v4.push(v4);
  }
}
