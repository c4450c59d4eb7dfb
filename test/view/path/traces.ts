/** Small answers of path commands, one for every kind of verdict, shaped as the recorded dual-stack cluster gives them. */
import type { Cause, Hop, OwnerSummary, Path, PathTrace, Reply, Stage } from '../../../src/trace/path/path-trace.js';

const uuid = (digit: string): string => `${digit.repeat(8)}-1111-4222-8333-${digit.repeat(12)}`;

const service: OwnerSummary = {
  kind: 'Service',
  namespace: 'shop',
  name: 'web-svc',
  text: 'Service shop/web-svc',
};

const webIngress: OwnerSummary = {
  kind: 'NetworkPolicy',
  namespace: 'shop',
  name: 'web-ingress',
  rule: 0,
  direction: 'ingress',
  text: 'NetworkPolicy shop/web-ingress, ingress rule 0',
};

const defaultDeny: OwnerSummary = {
  kind: 'DefaultDeny',
  namespace: 'payments',
  name: 'payments',
  direction: 'ingress',
  text: 'default deny (Ingress) of namespace payments because of NetworkPolicy default-deny',
};

function stage(
  table: number,
  name: string,
  priority: number,
  match: string,
  actions: string,
  owner?: OwnerSummary,
): Stage {
  const pipeline = name.includes('_in_') ? 'ingress' : 'egress';
  const found = { pipeline, table, name, priority, match, actions, uuid: uuid(String(table % 10)) } as const;
  return owner === undefined ? found : { ...found, owner };
}

const portSecurity = stage(0, 'ls_in_check_port_sec', 50, '1', 'reg0[15] = check_in_port_sec(); next;');
const lookup = (port: string): Stage =>
  stage(32, 'ls_in_l2_lkup', 50, 'eth.dst == 0a:58:0a:f4:02:01', `outport = "${port}"; output;`);
const allowed = (priority: number, owner: OwnerSummary): Stage =>
  stage(
    6,
    'ls_out_acl_eval',
    priority,
    'reg0[7] == 1 && outport == @a123 && tcp.dst == 8080',
    'reg8[16] = 1; next;',
    owner,
  );

/** The packet leaves the client's switch towards the router; a service address is translated there. */
function clientSwitch(changes: Record<string, string> = {}): Hop[] {
  const common = { zone: 'ovn-worker', datapath: 'ovn-worker', datapathType: 'switch', inport: 'shop_client' } as const;
  return [
    { ...common, pipeline: 'ingress', stages: [portSecurity, lookup('stor-ovn-worker')], changes },
    { ...common, pipeline: 'egress', outport: 'stor-ovn-worker', stages: [] },
  ];
}

function clusterRouter(zone: string, inport: string, outport: string, stages: readonly Stage[]): Hop[] {
  const common = { zone, datapath: 'ovn_cluster_router', datapathType: 'router', inport } as const;
  return [
    { ...common, pipeline: 'ingress', stages, changes: { 'ip.ttl': '64 -> 63' } },
    { ...common, pipeline: 'egress', outport, stages: [] },
  ];
}

function lastSwitch(zone: string, outport: string, egress: readonly Stage[]): Hop[] {
  const common = { zone, datapath: zone, datapathType: 'switch', inport: `stor-${zone}` } as const;
  return [
    { ...common, pipeline: 'ingress', stages: [lookup(outport)] },
    { ...common, pipeline: 'egress', outport, stages: egress },
  ];
}

const connected = stage(
  16,
  'lr_in_ip_routing',
  194,
  'reg7 == 0 && ip4.dst == 10.244.2.0/24',
  'ip.ttl--; reg0 = ip4.dst; next;',
);
const toWorker2 = stage(
  16,
  'lr_in_ip_routing',
  196,
  'reg7 == 0 && ip4.dst == 10.244.0.0/24',
  'ip.ttl--; reg0 = 100.88.0.3; next;',
);

const headers = (ipDst: string, dstPort: number, ttl = 64): Path['packet']['in'] => ({
  ethSrc: '0a:58:0a:f4:02:06',
  ethDst: '0a:58:0a:f4:02:01',
  ipSrc: '10.244.2.6',
  ipDst,
  ttl,
  protocol: 'tcp',
  srcPort: 50000,
  dstPort,
});

const client = {
  kind: 'Pod',
  namespace: 'shop',
  name: 'client',
  node: 'ovn-worker',
  addresses: ['10.244.2.6'],
} as const;

/** What the backend answers, as the client gets it: from the address it asked. */
function answer(address: string, zone: string, port: string): Reply {
  return {
    verdict: 'delivered',
    translations: [
      { kind: 'snat', zone: 'ovn-worker', datapath: 'ovn-worker', from: `${address}:8080`, to: '10.96.35.50:80' },
    ],
    hops: [
      ...lastSwitch(zone, 'shop_client', [stage(11, 'ls_out_qos', 999, 'ip4.src == $a4', 'ip.dscp = 30; next;')]).map(
        (hop) => ({ ...hop, inport: port }),
      ),
    ],
    packet: {
      in: { ...headers('10.244.2.6', 50000), ipSrc: address, srcPort: 8080 },
      out: { ...headers('10.244.2.6', 50000, 63), ipSrc: '10.96.35.50', srcPort: 80 },
    },
  };
}

function toService(address: string, pod: string, zone: string, between: readonly Hop[], answered = true): Path {
  const port = pod.replace('/', '_');
  return {
    family: 'ipv4',
    backend: { address, port: 8080, pod },
    verdict: 'delivered',
    deliveredTo: { kind: 'pod', zone, port, portType: '', name: pod },
    translations: [
      {
        kind: 'dnat',
        zone: 'ovn-worker',
        datapath: 'ovn-worker',
        from: '10.96.35.50:80',
        to: `${address}:8080`,
        owner: service,
      },
    ],
    hops: [
      ...clientSwitch({ 'ip.dst': `10.96.35.50 -> ${address}`, 'tcp.dst': '80 -> 8080' }),
      ...between,
      ...lastSwitch(zone, port, [allowed(2001, webIngress)]),
    ],
    packet: { in: headers('10.96.35.50', 80), out: headers(address, 8080, 63) },
    ...(answered ? { reply: answer(address, zone, port) } : {}),
  };
}

const local = clusterRouter('ovn-worker', 'rtos-ovn-worker', 'rtos-ovn-worker', [connected]);
const transit = { datapath: 'transit_switch', datapathType: 'switch' } as const;
const remote: Hop[] = [
  ...clusterRouter('ovn-worker', 'rtos-ovn-worker', 'rtots-ovn-worker', [toWorker2]),
  {
    ...transit,
    zone: 'ovn-worker',
    pipeline: 'ingress',
    inport: 'tstor-ovn-worker',
    stages: [lookup('tstor-ovn-worker2')],
  },
  {
    ...transit,
    zone: 'ovn-worker',
    pipeline: 'egress',
    inport: 'tstor-ovn-worker',
    outport: 'tstor-ovn-worker2',
    stages: [],
  },
  {
    ...transit,
    zone: 'ovn-worker2',
    pipeline: 'egress',
    inport: 'tstor-ovn-worker',
    outport: 'tstor-ovn-worker2',
    stages: [],
  },
  ...clusterRouter('ovn-worker2', 'rtots-ovn-worker2', 'rtos-ovn-worker2', [
    stage(16, 'lr_in_ip_routing', 194, 'reg7 == 0 && ip4.dst == 10.244.0.0/24', 'ip.ttl--; reg0 = ip4.dst; next;'),
  ]),
];

const web0 = toService('10.244.2.3', 'shop/web-0', 'ovn-worker', local);
const web2 = toService('10.244.2.4', 'shop/web-2', 'ovn-worker', local);
const web1 = toService('10.244.0.3', 'shop/web-1', 'ovn-worker2', remote);
const unansweredWeb1 = toService('10.244.0.3', 'shop/web-1', 'ovn-worker2', remote, false);

const serviceRequest: PathTrace['request'] = {
  source: client,
  destination: { kind: 'Service', namespace: 'shop', name: 'web-svc', addresses: ['10.96.35.50'] },
  protocol: 'tcp',
  port: 80,
  family: 'ipv4',
  state: 'new',
};

/** Three backends: two on the client's node, which differ in nothing else, one on another node. */
export const deliveredService: PathTrace = {
  verdict: 'delivered',
  request: serviceRequest,
  paths: [web0, web1, web2],
  notes: [],
};

/** The packet arrives; what the backend answers is not translated back, so the client does not know it. */
export const lostReply: PathTrace = {
  verdict: 'dropped',
  request: { ...serviceRequest, state: 'established' },
  paths: [
    {
      ...web0,
      verdict: 'dropped',
      cause: { type: 'reply-lost', message: 'the packet arrives but its reply does not: it was not translated back' },
      reply: {
        ...answer('10.244.2.3', 'ovn-worker', 'shop_web-0'),
        verdict: 'dropped',
        cause: { type: 'wrong-destination', message: 'it was not translated back' },
        translations: [],
      },
    },
    web2,
  ],
  notes: [],
};

const denied: Cause = {
  type: 'policy',
  object: defaultDeny,
  row: { database: 'northbound', zone: 'ovn-worker', table: 'ACL', uuid: uuid('a') },
  message: 'No rule allows tcp port 5432 from pod shop/client to pod payments/db-0, and the pod is isolated.',
  hint: 'Add an ingress rule for this traffic to a NetworkPolicy that selects pod payments/db-0.',
};

const toDatabase: Path = {
  family: 'ipv4',
  verdict: 'dropped',
  cause: denied,
  translations: [],
  hops: [
    ...clientSwitch(),
    ...local,
    ...lastSwitch('ovn-worker', 'payments_db-0', [
      stage(6, 'ls_out_acl_eval', 32001, 'outport == @a7', 'next;', {
        kind: 'AdminNetworkPolicy',
        name: 'protect-payments',
        rule: 1,
        direction: 'ingress',
        text: 'AdminNetworkPolicy protect-payments, ingress rule 1 (Pass)',
      }),
      stage(6, 'ls_out_acl_eval', 2000, 'outport == @a8', 'reg8[17] = 1; next;', defaultDeny),
    ]),
  ],
  packet: { in: headers('10.244.2.7', 5432), out: headers('10.244.2.7', 5432, 63) },
};

/** A pod that is isolated; an AdminNetworkPolicy passed before. */
export const droppedPod: PathTrace = {
  verdict: 'dropped',
  request: {
    source: client,
    destination: { kind: 'Pod', namespace: 'payments', name: 'db-0', node: 'ovn-worker', addresses: ['10.244.2.7'] },
    protocol: 'tcp',
    port: 5432,
    family: 'both',
    state: 'new',
  },
  paths: [toDatabase],
  notes: [],
};

/** A service without endpoints: the load balancer answers with a reset. */
export const rejectedService: PathTrace = {
  verdict: 'rejected',
  request: {
    ...serviceRequest,
    destination: { kind: 'Service', namespace: 'shop', name: 'empty-svc', addresses: ['10.96.61.88'] },
  },
  paths: [
    {
      family: 'ipv4',
      verdict: 'rejected',
      cause: {
        type: 'no-endpoints',
        object: { ...service, name: 'empty-svc', text: 'Service shop/empty-svc' },
        row: { database: 'northbound', zone: 'ovn-worker', table: 'Load_Balancer', uuid: uuid('b') },
        message: 'Service shop/empty-svc has no ready endpoint for port 80.',
        hint: 'See which pods the selector of the service matches and whether they are ready.',
      },
      translations: [],
      hops: [
        {
          zone: 'ovn-worker',
          datapath: 'ovn-worker',
          datapathType: 'switch',
          pipeline: 'ingress',
          inport: 'shop_client',
          stages: [
            portSecurity,
            stage(15, 'ls_in_lb', 130, 'ct.new && ip4.dst == 10.96.61.88', 'reg0 = 0; reject { outport <-> inport; };'),
          ],
        },
      ],
      packet: { in: headers('10.96.61.88', 80), out: headers('10.96.61.88', 80) },
    },
  ],
  notes: [],
};

/** One backend in a zone whose database could not be read. */
export const unknownBackend: PathTrace = {
  verdict: 'unknown',
  request: serviceRequest,
  paths: [
    web0,
    {
      ...unansweredWeb1,
      verdict: 'unknown',
      cause: {
        type: 'gap',
        message: 'The southbound database of zone ovn-worker2 was not read.',
        hint: 'Record the cluster again with all zones.',
      },
      hops: web1.hops.filter(({ zone }) => zone === 'ovn-worker'),
    },
  ],
  notes: [],
};

const gateway = {
  zone: 'ovn-worker',
  datapath: 'GR_ovn-worker',
  datapathType: 'router',
  inport: 'rtoj-GR_ovn-worker',
} as const;

/** Out of the cluster over two gateways of equal cost, with the node's SNAT. */
export const deliveredExternal: PathTrace = {
  verdict: 'delivered',
  request: {
    source: { ...client, network: 'blue' },
    destination: { kind: 'External', addresses: ['198.51.100.9'] },
    protocol: 'tcp',
    port: 443,
    family: 'ipv4',
    state: 'new',
  },
  paths: ['172.18.0.200', '172.18.0.201'].map((hop) => ({
    family: 'ipv4',
    choices: [hop],
    verdict: 'delivered',
    deliveredTo: {
      kind: 'external',
      zone: 'ovn-worker',
      port: 'breth0_ovn-worker',
      portType: 'localnet',
      name: 'ovn-worker',
    },
    translations: [
      {
        kind: 'snat',
        zone: 'ovn-worker',
        datapath: 'GR_ovn-worker',
        from: '10.244.2.6',
        to: '172.18.0.3',
        owner: { kind: 'Node', name: 'ovn-worker', text: 'node ovn-worker: SNAT' },
      },
    ],
    hops: [
      ...clientSwitch(),
      {
        ...gateway,
        pipeline: 'ingress',
        stages: [
          stage(16, 'lr_in_ip_routing', 256, 'reg7 == 0 && ip4.src == 10.244.2.6/32', 'reg8[0..15] = 2; next;'),
          stage(17, 'lr_in_ip_routing_ecmp', 100, 'reg8[0..15] == 2', `reg0 = ${hop}; next;`),
          { pipeline: 'ingress', table: 20, name: 'lr_in_dhcp_relay_resp_chk' },
        ],
      },
      {
        ...gateway,
        pipeline: 'egress',
        outport: 'rtoe-GR_ovn-worker',
        stages: [stage(3, 'lr_out_snat', 33, 'ip && ip4.src == 10.244.2.6', 'ct_snat(172.18.0.3);')],
        changes: { 'ip.src': '10.244.2.6 -> 172.18.0.3' },
      },
    ],
    packet: { in: headers('198.51.100.9', 443), out: { ...headers('198.51.100.9', 443, 62), ipSrc: '172.18.0.3' } },
  })),
  notes: [],
};
