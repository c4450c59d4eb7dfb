/**
 * Random packets over a topology: sensible ones made of its own addresses, ports and MAC addresses, most of them then bent
 * a little, since the mistakes are near the borders (wrong MAC, other family, TTL 0, 1 and 255, fragments, group addresses).
 */
import type { Random } from './random.js';
import type { Draft, Place } from './topology/draft.js';
import { endpoint } from './topology/translations.js';

/** A microflow in terms, so that terms can be taken away, and what ovn-trace is called with. */
export interface Call {
  readonly datapath: string;
  readonly terms: readonly string[];
  /** Those of ovn-trace, without formats. */
  readonly options: readonly string[];
  /** The state of every conntrack action, however many there are; `options` then has none. */
  readonly always?: string;
}

export const microflowOf = ({ terms }: Pick<Call, 'terms'>): string => terms.join(' && ');

const BROADCAST = 'ff:ff:ff:ff:ff:ff';

export class Microflows {
  readonly #draft: Draft;
  readonly #random: Random;

  constructor(draft: Draft, random: Random) {
    this.#draft = draft;
    this.#random = random;
  }

  next(): Call {
    const random = this.#random;
    const place = random.pick(this.#draft.places);
    let terms = random.weighted<() => string[]>([
      [60, () => this.#unicast(place, 4)],
      [22, () => this.#unicast(place, 6)],
      [9, () => this.#arp(place)],
      [6, () => this.#neighbourDiscovery(place)],
      [4, () => this.#dhcp(place)],
      [6, () => this.#multicast(place)],
      [2, () => this.#bare(place)],
    ])();
    const self = random.chance(0.06) ? this.#hairpin() : undefined;
    if (self !== undefined) return self;
    for (
      let count = random.weighted([
        [5, 0],
        [3, 1],
        [1, 2],
      ] as const);
      count > 0;
      count--
    )
      terms = this.#mutated(terms);
    return { datapath: place.datapath, terms, ...this.#options() };
  }

  /** A host behind a service asks that service and gets itself, or answers. */
  #hairpin(): Call | undefined {
    const random = this.#random;
    const services = this.#draft.services.filter(({ backends }) => backends.length > 0);
    if (services.length === 0) return undefined;
    const { address, port, protocol, backends, hairpin } = random.pick(services);
    const { host, port: target } = random.pick(backends);
    const place = this.#draft.places.find((each) => each.port === host.port);
    if (place === undefined) return undefined;
    const family = address.includes(':') ? 6 : 4;
    const own = family === 6 ? host.v6 : host.v4;
    const answers = random.chance(0.4);
    const to = answers && random.chance(0.7) ? (hairpin ?? address) : address;
    const [asked, listens] = [port ?? 80, target ?? port ?? 80];
    return {
      datapath: place.datapath,
      terms: [
        ...this.#from(place, random.chance(0.7) ? this.#router(place) : host.mac),
        `ip${family}.src == ${own}`,
        `ip${family}.dst == ${to}`,
        'ip.ttl == 64',
        `${protocol}.src == ${answers ? listens : 40000}`,
        `${protocol}.dst == ${answers ? 40000 : asked}`,
      ],
      options: answers ? [] : [...SIX_NEW, `--lb-dst=${endpoint(own, listens)}`],
      ...(answers && { always: random.pick(['new', 'est', 'est,rpl']) }),
    };
  }

  /** The call with one thing changed. */
  bent(call: Call): Call {
    return { ...call, terms: this.#mutated(call.terms) };
  }

  #options(): Pick<Call, 'options' | 'always'> {
    const { services, hosts } = this.#draft;
    const random = this.#random;
    return random.weighted<() => Pick<Call, 'options' | 'always'>>([
      [3, () => ({ options: [] })],
      [10, () => ({ options: [], always: random.weighted(ALWAYS) })],
      // Lists that run out, or change on the way.
      [1, () => ({ options: [`--ct=${random.weighted(ALWAYS)}`] })],
      [1, () => ({ options: Array.from({ length: random.between(1, 6) }, () => `--ct=${random.pick(STATES)}`) })],
      [
        1,
        () => {
          if (hosts.length === 0) return { options: [] };
          const host = random.pick(hosts);
          const port = services.length > 0 ? random.pick(services).port : 80;
          const address = random.chance(0.7) ? host.v4 : host.v6;
          const wanted = endpoint(address, random.chance(0.5) ? undefined : (port ?? 8080));
          return { options: [...(random.chance(0.5) ? SIX_NEW : []), `--lb-dst=${wanted}`] };
        },
      ],
      [0.5, () => ({ options: [...SIX_NEW, `--select-id=${random.between(1, 3)}`] })],
      [0.7, () => ({ options: ['--no-friendly-names'] })],
    ])();
  }

  #from(place: Place, destinationMac: string): string[] {
    const random = this.#random;
    return [
      `inport == "${place.port}"`,
      `eth.src == ${place.macs.length > 0 ? random.pick(place.macs) : random.pick(this.#draft.macs)}`,
      `eth.dst == ${destinationMac}`,
    ];
  }

  #router(place: Place): string {
    return this.#random.pick(place.routers.length > 0 ? place.routers : this.#draft.macs);
  }

  /** The neighbour's own address where the destination is on the same switch, else a router's. */
  #nextMac(place: Place, destination: string): string {
    const network = this.#draft.networks.find(({ name }) => name === place.datapath);
    const host = network?.hosts.find(({ v4, v6 }) => v4 === destination || v6 === destination);
    const gateway = network?.gateways.find(({ v4, v6 }) => v4 === destination || v6 === destination);
    return host?.mac ?? gateway?.mac ?? this.#router(place);
  }

  #unicast(place: Place, family: 4 | 6): string[] {
    const random = this.#random;
    const draft = this.#draft;
    const services = draft.services.filter(({ address }) => address.includes(':') === (family === 6));
    const service = services.length > 0 && random.chance(0.35) ? random.pick(services) : undefined;
    const all = family === 4 ? draft.v4 : draft.v6;
    if (all.length === 0) return this.#bare(place);
    const destination =
      service?.address ?? (random.chance(0.93) ? random.pick(all) : family === 4 ? '8.8.8.8' : '2001:4860::8');
    const own = family === 4 ? place.v4 : place.v6;
    const source = own.length > 0 && random.chance(0.9) ? random.pick(own) : random.pick(all);
    return [
      ...this.#from(place, this.#nextMac(place, destination)),
      `ip${family}.src == ${source}`,
      `ip${family}.dst == ${destination}`,
      `ip.ttl == ${random.weighted([
        // Few hops do: packets in circles make long traces.
        [16, 12],
        [4, 64],
        [1, 2],
        [1, 1],
        [1, 0],
      ])}`,
      ...this.#transport(family, service),
    ];
  }

  #transport(family: 4 | 6, service?: { readonly port: number | undefined; readonly protocol: string }): string[] {
    const random = this.#random;
    const protocol =
      service !== undefined && random.chance(0.85)
        ? service.protocol
        : random.weighted([
            [5, 'tcp'],
            [3, 'udp'],
            [1, 'sctp'],
            [2, 'icmp'],
            [0.5, 'other'],
          ]);
    if (protocol === 'other') return [`ip.proto == ${random.pick([2, 47, 50, 89])}`];
    if (protocol === 'icmp') {
      const type = family === 4 ? random.pick([8, 8, 0, 3, 11]) : random.pick([128, 128, 129, 1, 2, 3]);
      return [
        `icmp${family}.type == ${type}`,
        `icmp${family}.code == ${random.weighted([
          [5, 0],
          [1, 4],
        ])}`,
      ];
    }
    const port = random.chance(0.85) ? (service?.port ?? random.pick(this.#draft.ports)) : random.between(0, 65535);
    const flags =
      protocol === 'tcp' && random.chance(0.4) ? [`tcp.flags == ${random.pick([2, 16, 18, 4, 17, 20])}`] : [];
    return [`${protocol}.src == ${random.pick([40000, 40000, 3, 53, 1])}`, `${protocol}.dst == ${port}`, ...flags];
  }

  #arp(place: Place): string[] {
    const random = this.#random;
    const request = random.chance(0.75);
    const mac = random.pick(place.macs.length > 0 ? place.macs : this.#draft.macs);
    const all = this.#draft.v4;
    const source = place.v4.length > 0 && random.chance(0.85) ? random.pick(place.v4) : random.pick(all);
    return [
      `inport == "${place.port}"`,
      `eth.src == ${mac}`,
      `eth.dst == ${request && random.chance(0.9) ? BROADCAST : this.#router(place)}`,
      `arp.op == ${request ? 1 : 2}`,
      `arp.sha == ${random.chance(0.9) ? mac : random.pick(this.#draft.macs)}`,
      `arp.spa == ${source}`,
      `arp.tpa == ${random.chance(0.08) ? source : random.pick(all)}`,
    ];
  }

  #neighbourDiscovery(place: Place): string[] {
    const random = this.#random;
    const mac = random.pick(place.macs.length > 0 ? place.macs : this.#draft.macs);
    const all = this.#draft.v6;
    const source =
      place.v6.length > 0 && random.chance(0.8) ? random.pick(place.v6) : random.pick([...all, '::', 'fe80::1']);
    const target = random.pick([...all, ...place.v6, 'fe80::1']);
    const last = /([0-9a-f]+)$/.exec(target)?.[1] ?? '1';
    return random.weighted<() => string[]>([
      [
        5,
        () => [
          ...this.#at(
            place,
            mac,
            random.chance(0.8) ? `33:33:ff:00:00:${last.slice(-2).padStart(2, '0')}` : this.#router(place),
          ),
          'nd_ns',
          `ip6.src == ${source}`,
          `ip6.dst == ${random.chance(0.8) ? `ff02::1:ff00:${last}` : target}`,
          `nd.target == ${target}`,
          `nd.sll == ${random.chance(0.85) ? mac : random.pick(this.#draft.macs)}`,
        ],
      ],
      [
        3,
        () => [
          ...this.#at(place, mac, random.chance(0.5) ? '33:33:00:00:00:01' : this.#router(place)),
          'nd_na',
          `ip6.src == ${source}`,
          `ip6.dst == ${random.pick([...all, 'ff02::1'])}`,
          `nd.target == ${random.chance(0.7) ? source : target}`,
          `nd.tll == ${random.chance(0.85) ? mac : random.pick(this.#draft.macs)}`,
        ],
      ],
      [
        1,
        () => [
          ...this.#at(place, mac, '33:33:00:00:00:02'),
          'nd_rs',
          `ip6.src == ${random.pick([source, 'fe80::1', '::'])}`,
          'ip6.dst == ff02::2',
        ],
      ],
      [
        1,
        () => [
          ...this.#at(place, mac, '33:33:00:00:00:01'),
          'nd_ra',
          `ip6.src == ${random.pick([source, 'fe80::1'])}`,
          'ip6.dst == ff02::1',
        ],
      ],
    ])();
  }

  #at(place: Place, mac: string, destinationMac: string): string[] {
    return [`inport == "${place.port}"`, `eth.src == ${mac}`, `eth.dst == ${destinationMac}`];
  }

  #dhcp(place: Place): string[] {
    const random = this.#random;
    const mac = random.pick(place.macs.length > 0 ? place.macs : this.#draft.macs);
    if (random.chance(0.6)) {
      const renewal = random.chance(0.3) && place.v4.length > 0;
      const to = renewal ? random.pick(this.#draft.v4) : '255.255.255.255';
      return [
        ...this.#at(place, mac, renewal ? this.#router(place) : BROADCAST),
        `ip4.src == ${renewal ? random.pick(place.v4) : '0.0.0.0'}`,
        `ip4.dst == ${to}`,
        'ip.ttl == 64',
        'udp.src == 68',
        'udp.dst == 67',
      ];
    }
    return [
      ...this.#at(place, mac, '33:33:00:01:00:02'),
      `ip6.src == ${random.pick(['fe80::1', ...place.v6])}`,
      'ip6.dst == ff02::1:2',
      'ip.ttl == 64',
      `udp.src == 546`,
      `udp.dst == 547`,
    ];
  }

  #multicast(place: Place): string[] {
    const random = this.#random;
    const mac = random.pick(place.macs.length > 0 ? place.macs : this.#draft.macs);
    const ttl = `ip.ttl == ${random.pick([1, 2, 64])}`;
    if (random.chance(0.6) && this.#draft.v4.length > 0) {
      const group = random.pick(['224.0.0.1', '224.0.0.22', '239.1.2.3', '239.9.9.9', '255.255.255.255', '224.0.1.1']);
      const ethDst = group.startsWith('255')
        ? BROADCAST
        : `01:00:5e:${group
            .split('.')
            .slice(1)
            .map((part, i) => (i === 0 ? Number(part) & 0x7f : Number(part)).toString(16).padStart(2, '0'))
            .join(':')}`;
      const protocol = random.weighted<string[]>([
        [3, ['udp.src == 5000', 'udp.dst == 5000']],
        [1, ['igmp']],
        [1, ['ip.proto == 2']],
        [1, ['udp.src == 5000', 'udp.dst == 53']],
      ]);
      return [
        ...this.#at(place, mac, ethDst),
        `ip4.src == ${random.pick([...place.v4, random.pick(this.#draft.v4), '0.0.0.0'])}`,
        `ip4.dst == ${group}`,
        ttl,
        ...protocol,
      ];
    }
    const group = random.pick(['ff02::1', 'ff02::16', 'ff0e::1:2:3', 'ff05::9', 'ff00::', 'ff02::fb']);
    const protocol = random.weighted<string[]>([
      [3, ['udp.dst == 5000']],
      [1, ['icmp6.type == 143', 'icmp6.code == 0']],
      [1, ['mldv1']],
      [0.5, ['mldv2']],
    ]);
    const kept = protocol.includes('mldv1') || protocol.includes('mldv2') ? [] : [ttl];
    return [
      ...this.#at(place, mac, `33:33:00:00:00:${random.pick(['01', '16', '03'])}`),
      `ip6.src == ${random.pick([...place.v6, 'fe80::1', '::'])}`,
      `ip6.dst == ${group}`,
      ...kept,
      ...protocol,
    ];
  }

  /** No network layer, or one that nobody expects. */
  #bare(place: Place): string[] {
    const random = this.#random;
    const to = random.pick([BROADCAST, ...this.#draft.macs]);
    return [
      ...this.#from(place, to),
      ...random.pick([[], ['eth.type == 0x88cc'], ['rarp'], ['vlan.present'], ['eth.type == 0x8847']]),
    ];
  }

  #mutated(terms: readonly string[]): string[] {
    const random = this.#random;
    const draft = this.#draft;
    const replace = (field: string, value: string): string[] => {
      const left = terms.filter((term) => !term.startsWith(`${field} == `));
      return [...left, `${field} == ${value}`];
    };
    const family = terms.some((term) => term.startsWith('ip6') || term.startsWith('nd')) ? 6 : 4;
    const hasIp = terms.some((term) => term.startsWith('ip4') || term.startsWith('ip6'));
    const onlyIp = (made: () => string[]): (() => string[]) =>
      hasIp ? made : () => replace('eth.dst', random.pick(draft.macs));
    const addresses = family === 4 ? draft.v4 : draft.v6;
    const address = addresses.length > 0 ? random.pick(addresses) : family === 4 ? '1.2.3.4' : '1::2';
    return random.weighted<() => string[]>([
      [3, () => replace('eth.src', random.pick(draft.macs))],
      [
        3,
        () =>
          replace(
            'eth.dst',
            random.pick([...draft.macs, BROADCAST, '01:00:5e:00:00:05', '33:33:00:00:00:01', '00:00:00:00:00:00']),
          ),
      ],
      [1, () => replace('eth.src', random.pick(['01:00:00:00:00:01', '00:00:00:00:00:00', BROADCAST]))],
      [3, onlyIp(() => replace(`ip${family}.src`, address))],
      [3, onlyIp(() => replace(`ip${family}.dst`, address))],
      [
        1,
        onlyIp(() =>
          replace(
            `ip${family}.src`,
            family === 4
              ? random.pick(['0.0.0.0', '255.255.255.255', '127.0.0.1', '224.0.0.5', '169.254.1.1'])
              : random.pick(['::', '::1', 'ff02::5', 'fe80::5']),
          ),
        ),
      ],
      [
        1,
        onlyIp(() =>
          replace(
            `ip${family}.dst`,
            family === 4
              ? random.pick(['0.0.0.0', '255.255.255.255', '127.0.0.1', '169.254.1.1'])
              : random.pick(['::', '::1', 'fe80::5']),
          ),
        ),
      ],
      [
        3,
        onlyIp(() =>
          terms.some((t) => /^(nd_|mldv)/.test(t))
            ? [...terms]
            : replace(
                'ip.ttl',
                String(
                  random.weighted([
                    [6, 0],
                    [6, 1],
                    [4, 2],
                    [4, 3],
                    [1, 255],
                  ]),
                ),
              ),
        ),
      ],
      [2, onlyIp(() => replace('ip.frag', String(random.pick([1, 3, 2]))))],
      [1, onlyIp(() => replace('ip.dscp', String(random.between(1, 63))))],
      [
        2,
        () => [
          ...terms,
          random.pick(['vlan.vid == 5', 'vlan.tci == 5', 'vlan.present', 'vlan.vid == 1000', 'vlan.pcp == 3']),
        ],
      ],
      [
        1,
        () => [
          ...terms,
          random.pick([
            'flags.loopback == 1',
            'flags == 0x40',
            'flags.force_snat_for_lb == 1',
            'flags.skip_snat_for_lb == 1',
            'flags == 0x800',
          ]),
        ],
      ],
      [
        2,
        () => [
          ...terms,
          random.pick([
            'ct.trk',
            'ct.new',
            'ct.est',
            'ct.rpl && ct.est',
            'ct.inv',
            'ct.dnat && ct.est',
            'ct.snat',
            'ct_mark == 1',
            'ct_mark == 2',
            'ct_label == 1',
            'ct_label == 0x10000000000000000000000000',
            'ct_mark.blocked == 1',
            'ct_label.natted == 1',
          ]),
        ],
      ],
      [1, () => [...terms, `reg${random.between(0, 9)} == ${random.pick([1, 2, 3, 0x40, 0xffff])}`]],
      [0.5, () => [...terms, `pkt.mark == ${random.pick([1, 77])}`]],
      [0.5, () => [...terms, `outport == "${random.pick(draft.places).port}"`]],
      [0.5, () => replace('inport', `"${random.pick(draft.places).port}"`)],
      // Often makes the microflow ambiguous or a contradiction, which must be refused alike.
      [0.7, () => terms.filter(() => random.chance(0.8))],
      [
        0.3,
        () => [
          ...terms,
          random.pick([
            'ip4',
            'ip6',
            'tcp',
            'udp',
            'arp',
            'icmp',
            'nd',
            'ip.proto == 6',
            'tcp.dst > 10',
            'ip.ttl == {1, 2}',
            'eth.bcast',
            'nd_ns_mcast',
            'foo == 1',
          ]),
        ],
      ],
    ])();
  }
}

const SIX_NEW: readonly string[] = new Array<string>(6).fill('--ct=new');
const STATES = ['new', 'est', 'est,rpl', 'inv', 'new,rel', 'rel', 'trk', 'new,dnat', 'est,snat'] as const;
const ALWAYS = [
  [6, 'new'],
  [2, 'est'],
  [2, 'est,rpl'],
  [1, 'inv'],
  [1, 'new,rel'],
  [1, 'est,rpl,dnat'],
] as const;
