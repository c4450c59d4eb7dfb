import type { Draft, Network } from './draft.js';
import { quoted, v4Of, v6Of } from './draft.js';

/** What the virtual network answers itself: DHCP, DNS; and multicast with its groups. */
export function conveniences(draft: Draft): void {
  const { random } = draft;
  for (const network of draft.networks) {
    if (network.hosts.length > 0 && random.chance(0.4)) dhcp(draft, network);
    if (network.hosts.length > 0 && random.chance(0.3)) dns(draft, network);
    if (random.chance(0.4)) multicast(draft, network);
  }
}

function dhcp(draft: Draft, { index, hosts }: Network): void {
  const { random } = draft;
  const mac = quoted(draft.mac());
  const four = draft.unique('@dhcp');
  const options = [
    `options:server_id=${v4Of(index, 1)}`,
    `options:server_mac=${mac}`,
    'options:lease_time=3600',
    `options:router=${v4Of(index, 1)}`,
  ];
  if (random.chance(0.4)) options.push('options:mtu=1400', `options:dns_server=${quoted('{8.8.8.8,8.8.4.4}')}`);
  if (random.chance(0.3)) options.push(`options:domain_name=${quoted('"example.org"')}`);
  draft.do(`--id=${four}`, 'create', 'DHCP_Options', `cidr=${v4Of(index, 0)}/24`, ...options);
  const six = draft.unique('@dhcp');
  const stateless = random.chance(0.3) ? ['options:dhcpv6_stateless=true'] : [];
  draft.do(
    `--id=${six}`,
    'create',
    'DHCP_Options',
    `cidr=${quoted(`${v6Of(index, 0)}/64`)}`,
    `options:server_id=${mac}`,
    ...stateless,
  );
  for (const { port } of hosts) {
    if (random.chance(0.7)) draft.do('set', 'Logical_Switch_Port', port, `dhcpv4_options=${four}`);
    if (random.chance(0.7)) draft.do('set', 'Logical_Switch_Port', port, `dhcpv6_options=${six}`);
  }
}

function dns(draft: Draft, { name, hosts }: Network): void {
  const id = draft.unique('@dns');
  const [host] = hosts;
  draft.do(`--id=${id}`, 'create', 'DNS', `records:${name}.example=${quoted(host?.v4 ?? '')}`);
  draft.do('add', 'Logical_Switch', name, 'dns_records', id);
}

function multicast(draft: Draft, { name, index, hosts }: Network): void {
  const { random } = draft;
  const config = (option: string): void => draft.do('set', 'Logical_Switch', name, `other_config:${option}`);
  config('mcast_snoop=true');
  if (random.chance(0.5)) {
    config('mcast_querier=true');
    config(`mcast_eth_src=${quoted(draft.mac())}`);
    config(`mcast_ip4_src=${v4Of(index, 99)}`);
  } else config('mcast_querier=false');
  if (random.chance(0.5)) config('mcast_flood_unregistered=true');
  for (const { port } of hosts) {
    if (random.chance(0.2)) draft.do('set', 'Logical_Switch_Port', port, 'options:mcast_flood=true');
    if (random.chance(0.2)) draft.do('set', 'Logical_Switch_Port', port, 'options:mcast_flood_reports=true');
  }
  const members = random.some(
    hosts.map(({ port }) => port),
    2,
  );
  if (members.length > 0 && random.chance(0.6))
    draft.learned.groups.push({ datapath: name, address: random.pick(['239.1.2.3', 'ff0e::1:2:3']), ports: members });
}
