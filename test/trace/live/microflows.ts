/** Microflows over the hand-made topology: every feature once, then sources × destinations × protocols. */
export interface LiveCall {
  readonly datapath: string;
  readonly microflow: string;
  readonly options: readonly string[];
}

interface Source {
  readonly datapath: string;
  readonly port: string;
  readonly mac: string;
  readonly ip: string;
  readonly ip6?: string;
  /** The router's MAC address on this switch. */
  readonly router: string;
}

const SOURCES: readonly Source[] = [
  {
    datapath: 'sw0',
    port: 'vm1',
    mac: '0a:00:00:00:00:03',
    ip: '10.0.0.3',
    ip6: 'fd00::3',
    router: '00:00:00:00:ff:01',
  },
  {
    datapath: 'sw0',
    port: 'vm2',
    mac: '0a:00:00:00:00:04',
    ip: '10.0.0.4',
    ip6: 'fd00::4',
    router: '00:00:00:00:ff:01',
  },
  { datapath: 'sw0', port: 'vm5', mac: '0a:00:00:00:00:05', ip: '10.0.0.5', router: '00:00:00:00:ff:01' },
  {
    datapath: 'sw1',
    port: 'vm3',
    mac: '0a:00:00:00:01:03',
    ip: '10.0.1.3',
    ip6: 'fd00:1::3',
    router: '00:00:00:00:ff:02',
  },
  {
    datapath: 'sw1',
    port: 'vm4',
    mac: '0a:00:00:00:01:04',
    ip: '10.0.1.4',
    ip6: 'fd00:1::4',
    router: '00:00:00:00:ff:02',
  },
  { datapath: 'ext', port: 'ln-ext', mac: '0a:00:00:00:09:fe', ip: '192.168.100.254', router: '00:00:00:00:fe:02' },
  { datapath: 'public', port: 'ln-public', mac: '0a:00:00:00:09:05', ip: '172.16.0.5', router: '00:00:00:00:ff:03' },
];

const DESTINATIONS = [
  ...[
    '10.0.0.3',
    '10.0.1.3',
    '10.0.1.4',
    '10.0.0.1',
    '8.8.8.8',
    '20.0.0.7',
    '21.0.0.7',
    '22.0.0.7',
    '23.0.0.7',
    '40.0.0.7',
  ],
  ...[
    '41.0.0.7',
    '42.0.0.7',
    '43.0.0.7',
    '30.0.0.1',
    '30.0.0.2',
    '30.0.0.4',
    '30.0.0.5',
    '30.0.0.6',
    '30.0.0.7',
    '30.0.0.8',
  ],
  ...['30.0.0.9', '172.16.0.100', '172.16.0.101', '172.16.0.102', '172.16.0.9', '192.168.100.1', '192.168.100.50'],
  ...['192.168.100.51', '10.0.0.77'],
];
const DESTINATIONS6 = ['fd00::3', 'fd00:1::4', 'fd00::1', 'fd30::1', '2001:db8::1', 'fd00::77'];

/** Neighbours on the same switch are reached without the router. */
const LOCAL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sw0: { '10.0.0.3': '0a:00:00:00:00:03', '10.0.0.77': '0a:00:00:00:00:77', 'fd00::3': '0a:00:00:00:00:03' },
  sw1: { '10.0.1.3': '0a:00:00:00:01:03', '10.0.1.4': '0a:00:00:00:01:04', 'fd00:1::4': '0a:00:00:00:01:04' },
};
const TRANSPORTS = [
  'tcp.src == 40000 && tcp.dst == 80',
  'tcp.src == 40000 && tcp.dst == 8080',
  'udp.src == 40000 && udp.dst == 9999',
  'icmp4.type == 8 && icmp4.code == 0',
  'tcp.src == 40000 && tcp.dst == 30080',
  'tcp.src == 40000 && tcp.dst == 23',
];
const STATES: readonly (readonly string[])[] = [
  ['--ct=new', '--ct=new', '--ct=new', '--ct=new', '--ct=new'],
  [],
  ['--ct=new'],
  ['--ct=est,rpl', '--ct=inv'],
];

function from({ port, mac }: Source, ethDst: string): string {
  return `inport == "${port}" && eth.src == ${mac} && eth.dst == ${ethDst}`;
}

function* unicast(): Generator<LiveCall> {
  let count = 0;
  for (const source of SOURCES) {
    for (const ip of DESTINATIONS) {
      if (ip === source.ip) continue;
      const transport = TRANSPORTS[count % TRANSPORTS.length] ?? '';
      const options = STATES[Math.floor(count / 2) % STATES.length] ?? [];
      const ethDst = LOCAL[source.datapath]?.[ip] ?? source.router;
      const packet = `ip4.src == ${source.ip} && ip4.dst == ${ip} && ip.ttl == 64 && ${transport}`;
      yield { datapath: source.datapath, microflow: `${from(source, ethDst)} && ${packet}`, options };
      count++;
    }
    for (const ip of source.ip6 === undefined ? [] : DESTINATIONS6) {
      if (ip === source.ip6) continue;
      const ethDst = LOCAL[source.datapath]?.[ip] ?? source.router;
      const packet = `ip6.src == ${source.ip6 ?? ''} && ip6.dst == ${ip} && ip.ttl == 64 && tcp.dst == ${count % 2 === 0 ? 80 : 8080}`;
      yield {
        datapath: source.datapath,
        microflow: `${from(source, ethDst)} && ${packet}`,
        options: STATES[count++ % STATES.length] ?? [],
      };
    }
  }
}

const FEATURES: readonly (readonly [datapath: string, microflow: string, ...options: string[]])[] = [
  // Port security
  ['sw0', 'inport == "vm1" && eth.src == 0a:00:00:00:00:99 && eth.dst == 0a:00:00:00:00:04'],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 0a:00:00:00:00:04 && ip4.src == 10.0.0.99 && ip.ttl == 64',
  ],
  [
    'sw0',
    'inport == "vm2" && eth.src == 0a:00:00:00:00:04 && eth.dst == 0a:00:00:00:00:03 && ip4.src == 10.0.0.99 && ip4.dst == 10.0.0.3 && ip.ttl == 64',
  ],
  [
    'sw1',
    'inport == "vm4" && eth.src == 0a:00:00:00:01:04 && eth.dst == 0a:00:00:00:01:03 && ip4.src == 10.0.1.77 && ip4.dst == 10.0.1.3 && ip.ttl == 64',
  ],
  [
    'sw1',
    'inport == "vm3" && eth.src == 0a:00:00:00:01:03 && eth.dst == 0a:00:00:00:01:04 && ip4.src == 10.0.1.3 && ip4.dst == 224.1.1.1 && ip.ttl == 64',
  ],
  // Layer 2
  ['sw0', 'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == ff:ff:ff:ff:ff:ff'],
  ['sw0', 'inport == "vm5" && eth.src == 0a:00:00:00:00:05 && eth.dst == 0a:00:00:00:00:55'],
  ['sw0', 'inport == "vm5" && eth.src == 0a:00:00:00:00:55 && eth.dst == 0a:00:00:00:00:03'],
  [
    'sw0',
    'inport == "nested" && eth.src == 0a:00:00:00:00:06 && eth.dst == 0a:00:00:00:00:03 && ip4.src == 10.0.0.6 && ip4.dst == 10.0.0.3 && ip.ttl == 9',
  ],
  ['sw0', 'inport == "lport" && eth.src == 0a:00:00:00:00:08 && eth.dst == 0a:00:00:00:00:03'],
  ['sw0', 'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 0a:00:00:00:00:04 && vlan.vid == 7'],
  ['trunk', 'inport == "t1" && eth.src == 0a:00:00:00:02:01 && eth.dst == 0a:00:00:00:02:09 && vlan.vid == 7'],
  ['sw0', 'inport == "vm1" && eth.src == 01:00:00:00:00:03 && eth.dst == 0a:00:00:00:00:04'],
  // ARP and neighbour discovery
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == ff:ff:ff:ff:ff:ff && arp.op == 1 && arp.sha == 0a:00:00:00:00:03 && arp.spa == 10.0.0.3 && arp.tpa == 10.0.0.4',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == ff:ff:ff:ff:ff:ff && arp.op == 1 && arp.sha == 0a:00:00:00:00:03 && arp.spa == 10.0.0.3 && arp.tpa == 10.0.0.1',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == ff:ff:ff:ff:ff:ff && arp.op == 1 && arp.sha == 0a:00:00:00:00:03 && arp.spa == 10.0.0.99 && arp.tpa == 10.0.0.1',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == ff:ff:ff:ff:ff:ff && arp.op == 1 && arp.sha == 0a:00:00:00:00:03 && arp.spa == 10.0.0.3 && arp.tpa == 10.0.0.7',
  ],
  [
    'sw1',
    'inport == "vm3" && eth.src == 0a:00:00:00:01:03 && eth.dst == ff:ff:ff:ff:ff:ff && arp.op == 1 && arp.sha == 0a:00:00:00:01:03 && arp.spa == 10.0.1.3 && arp.tpa == 10.0.1.50',
  ],
  [
    'public',
    'inport == "ln-public" && eth.src == 0a:00:00:00:09:05 && eth.dst == ff:ff:ff:ff:ff:ff && arp.op == 1 && arp.sha == 0a:00:00:00:09:05 && arp.spa == 172.16.0.5 && arp.tpa == 172.16.0.1',
  ],
  [
    'public',
    'inport == "ln-public" && eth.src == 0a:00:00:00:09:05 && eth.dst == ff:ff:ff:ff:ff:ff && arp.op == 1 && arp.sha == 0a:00:00:00:09:05 && arp.spa == 172.16.0.5 && arp.tpa == 172.16.0.101',
  ],
  [
    'public',
    'inport == "ln-public" && eth.src == 0a:00:00:00:09:05 && eth.dst == 00:00:00:00:ff:03 && arp.op == 2 && arp.sha == 0a:00:00:00:09:05 && arp.spa == 172.16.0.5 && arp.tpa == 172.16.0.1',
  ],
  [
    'ext',
    'inport == "ln-ext" && eth.src == 0a:00:00:00:09:fe && eth.dst == ff:ff:ff:ff:ff:ff && arp.op == 1 && arp.sha == 0a:00:00:00:09:fe && arp.spa == 192.168.100.254 && arp.tpa == 192.168.100.50',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 33:33:ff:00:00:04 && nd_ns && ip6.src == fd00::3 && ip6.dst == ff02::1:ff00:4 && nd.target == fd00::4 && nd.sll == 0a:00:00:00:00:03',
  ],
  [
    'sw0',
    'inport == "vm2" && eth.src == 0a:00:00:00:00:04 && eth.dst == 0a:00:00:00:00:03 && nd_na && ip6.src == fd00::4 && ip6.dst == fd00::3 && nd.target == fd00::4 && nd.tll == 0a:00:00:00:00:04',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 33:33:ff:00:00:03 && nd_ns && ip6.src == :: && ip6.dst == ff02::1:ff00:3 && nd.target == fd00::3',
  ],
  [
    'sw0',
    'inport == "vm2" && eth.src == 0a:00:00:00:00:04 && eth.dst == 33:33:00:00:00:16 && ip6.src == fe80::800:ff:fe00:4 && ip6.dst == ff02::16 && ip.ttl == 1 && icmp6.type == 143',
  ],
  // DHCP, DNS
  [
    'sw0',
    'inport == "vm2" && eth.src == 0a:00:00:00:00:04 && eth.dst == ff:ff:ff:ff:ff:ff && ip4.src == 0.0.0.0 && ip4.dst == 255.255.255.255 && udp.src == 68 && udp.dst == 67 && ip.ttl == 64',
  ],
  [
    'sw0',
    'inport == "vm2" && eth.src == 0a:00:00:00:00:04 && eth.dst == 33:33:00:01:00:02 && ip6.src == fe80::800:ff:fe00:4 && ip6.dst == ff02::1:2 && udp.src == 546 && udp.dst == 547 && ip.ttl == 64',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 10.0.0.1 && udp.src == 5000 && udp.dst == 53 && ip.ttl == 64',
  ],
  // Multicast
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 01:00:5e:01:02:03 && ip4.src == 10.0.0.3 && ip4.dst == 239.1.2.3 && ip.ttl == 64 && udp.dst == 5000',
    '--ct=new',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 01:00:5e:00:00:16 && ip4.src == 10.0.0.3 && ip4.dst == 224.0.0.22 && ip.ttl == 1 && igmp',
  ],
  [
    'sw1',
    'inport == "vm3" && eth.src == 0a:00:00:00:01:03 && eth.dst == 33:33:00:00:00:01 && ip6.src == fd00:1::3 && ip6.dst == ff02::1 && ip.ttl == 64 && udp.dst == 5000',
  ],
  // The router itself
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 10.0.1.3 && ip.ttl == 1 && udp.dst == 33434',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 10.0.0.1 && ip.ttl == 64 && udp.dst == 33434',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 10.0.0.1 && ip.ttl == 64 && tcp.dst == 22',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip6.src == fd00::3 && ip6.dst == fd00:1::3 && ip.ttl == 1 && tcp.dst == 22',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip6.src == fd00::3 && ip6.dst == fd00::1 && ip.ttl == 64 && icmp6.type == 128',
  ],
  [
    'lr0',
    'inport == "lr0-sw1" && eth.src == 0a:00:00:00:01:03 && eth.dst == 00:00:00:00:ff:02 && ip4.src == 10.0.1.3 && ip4.dst == 172.16.0.5 && ip.ttl == 64 && tcp.dst == 443',
    '--ct=new',
    '--ct=new',
  ],
  [
    'gr0',
    'inport == "gr0-join" && eth.src == 00:00:00:00:ff:04 && eth.dst == 00:00:00:00:fe:01 && ip4.src == 10.0.0.4 && ip4.dst == 8.8.8.8 && ip.ttl == 63 && tcp.dst == 443',
    '--ct=new',
    '--ct=new',
  ],
  [
    'gr0',
    'inport == "gr0-ext" && eth.src == 0a:00:00:00:09:fe && eth.dst == 00:00:00:00:fe:02 && ip4.src == 9.9.9.9 && ip4.dst == 30.0.0.1 && ip.ttl == 63 && tcp.dst == 80',
    '--ct=new',
    '--ct=new',
  ],
  // Choices and names
  [
    'sw0',
    'inport == "vm2" && eth.src == 0a:00:00:00:00:04 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.4 && ip4.dst == 30.0.0.2 && ip.ttl == 64 && tcp.dst == 80',
    '--ct=new',
    '--ct=new',
    '--lb-dst=10.0.1.3',
  ],
  [
    'lr0',
    'inport == "lr0-sw0" && eth.src == 0a:00:00:00:00:04 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.4 && ip4.dst == 30.0.0.2 && ip.ttl == 64 && tcp.dst == 80',
    '--ct=new',
    '--ct=new',
    '--lb-dst=10.0.1.3',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 21.0.0.9 && ip.ttl == 64 && tcp.dst == 80',
    '--ct=new',
    '--ct=new',
    '--select-id=2',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 20.0.0.9 && ip.ttl == 64 && tcp.dst == 80',
    '--no-friendly-names',
  ],
  // Fragments, other protocols, hairpin
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 10.0.1.3 && ip.ttl == 64 && ip.proto == 47',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 10.0.1.3 && ip.ttl == 64 && ip.frag == 3 && udp',
    '--ct=new',
    '--ct=new',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 30.0.0.9 && ip.ttl == 64 && tcp.dst == 80',
    '--ct=new',
    '--ct=new',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 30.0.0.3 && ip.ttl == 64 && udp.dst == 53',
    '--ct=new',
    '--ct=new',
  ],
  [
    'sw0',
    'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 00:00:00:00:ff:01 && ip4.src == 10.0.0.3 && ip4.dst == 10.0.1.3 && ip.ttl == 64 && sctp.dst == 5',
    '--ct=new',
    '--ct=new',
  ],
  ['sw0', 'inport == "vm1" && eth.src == 0a:00:00:00:00:03 && eth.dst == 0a:00:00:00:00:04 && eth.type == 0x88cc'],
];

export const LIVE_CALLS: readonly LiveCall[] = [
  ...FEATURES.map(([datapath, microflow, ...options]) => ({ datapath, microflow, options })),
  ...unicast(),
];
