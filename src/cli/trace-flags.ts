/**
 * What the three path commands share on their command line, and how it becomes the question a use case answers. Every
 * mistake that can be seen without the cluster is found here, as a UsageError that says what would be right.
 */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { UsageError } from '../base/errors.js';
import { formatAddress } from '../net/prefix.js';
import type { PathQuery } from '../usecase/trace-path.js';
import { PATH_VIEWS } from '../view/path/render-path-trace.js';
import { backendOf, externalAddress, namespacedName, portNumber } from './endpoints.js';
import { namespaceFlags } from './flags.js';
import { sourceFlags } from './source-flags.js';

const PROTOCOLS = ['tcp', 'udp', 'sctp', 'icmp'] as const;
/** By which of its addresses a service is asked, in the words of `--via` and of the use case. */
const VIA = {
  clusterip: 'clusterIP',
  externalip: 'externalIP',
  lb: 'loadBalancer',
  nodeport: 'nodePort',
  node: 'clusterIP',
} as const;
type Via = keyof typeof VIA;
const VIA_WORDS = ['clusterip', 'externalip', 'lb', 'nodeport'] as const;
const INBOUND_WORDS = ['lb', 'nodeport', 'externalip', 'node'] as const;
const STATES = ['new', 'established'] as const;
const FAMILIES = ['4', '6', 'both'] as const;
export const EXPECTATIONS = ['delivered', 'dropped', 'rejected'] as const;

/** On every path command. */
export const pathFlags = {
  ...namespaceFlags,
  protocol: Flags.option({
    options: PROTOCOLS,
    helpValue: PROTOCOLS.join('|'),
    summary: 'Protocol of the packet: tcp, or that of the service port, when not given; icmp is an echo request',
  })(),
  family: Flags.option({
    options: FAMILIES,
    default: 'both',
    helpValue: FAMILIES.join('|'),
    summary: 'Address family; both follows every family the two ends have in common',
  })(),
  'src-port': Flags.string({ summary: 'Source port; one of the ephemeral range when not given', helpValue: 'PORT' }),
  size: Flags.string({
    summary: 'Length of the IP packet; says where it is too big and what the sender is told',
    helpValue: 'BYTES',
  }),
  network: Flags.string({
    summary: 'Network of the source pod to send from; its primary network when not given',
    helpValue: 'NAME',
  }),
  state: Flags.option({
    options: STATES,
    default: 'new',
    helpValue: STATES.join('|'),
    summary: 'The first packet of a connection, or one after its reply',
  })(),
  reply: Flags.boolean({
    allowNo: true,
    default: true,
    summary: 'Follow the reply as well; a packet whose reply is lost counts as not delivered',
  }),
  view: Flags.option({
    options: PATH_VIEWS,
    default: 'path',
    helpValue: PATH_VIEWS.join('|'),
    summary: 'How much to show: the verdict, one line a datapath, or every stage',
  })(),
  expect: Flags.option({
    options: EXPECTATIONS,
    helpValue: EXPECTATIONS.join('|'),
    summary: 'Exit with 0 if this is the verdict and with 1 if it is another one',
  })(),
  ...sourceFlags,
};

export const portFlag = {
  port: Flags.string({ summary: 'Destination port; required unless the protocol is icmp', helpValue: 'PORT' }),
};

export const serviceFlags = {
  port: Flags.string({
    summary: 'Port of the service, by number or name; may be left out when it has one port',
    helpValue: 'PORT|NAME',
  }),
  backend: Flags.string({
    summary: 'Follow one backend only',
    helpValue: 'IP[:PORT]|all',
    default: 'all',
  }),
  via: Flags.option({
    options: VIA_WORDS,
    helpValue: VIA_WORDS.join('|'),
    summary: 'Address of the service the pod uses, its cluster address when not given; nodeport is that of one node',
  })(),
};

/** For a packet from outside: by which of its addresses the service is asked. */
export const externalServiceFlags = {
  port: serviceFlags.port,
  backend: serviceFlags.backend,
  via: Flags.option({
    options: INBOUND_WORDS,
    helpValue: INBOUND_WORDS.join('|'),
    summary:
      'Address the client uses: load balancer, node port, external IP, or the cluster address routed to the node',
    description: 'The first of lb, externalip and nodeport that the service has, when not given.',
  })(),
};

export const sourceArg = Args.string({
  required: true,
  ignoreStdin: true,
  description: 'Who sends the packet: NAMESPACE/POD, node/NAME or port/LOGICAL-PORT',
});

/** The flags as oclif parsed them, as far as the question depends on them. */
interface QueryFlags {
  readonly namespace: string | undefined;
  readonly protocol: PathQuery['protocol'] | undefined;
  readonly family: PathQuery['family'];
  readonly port: string | undefined;
  readonly 'src-port': string | undefined;
  readonly size: string | undefined;
  readonly network: string | undefined;
  readonly state: (typeof STATES)[number];
  readonly reply: boolean;
  readonly backend?: string | undefined;
  readonly via?: Via | undefined;
  /** One: the node by which the packet comes in; a list limits what is read, and is no part of the question. */
  readonly node?: string | readonly string[] | undefined;
}

interface QueryArgs {
  readonly source: string;
  readonly destination: string;
}

/** `inbound`: from an address outside to a service. */
export type DestinationKind = 'pod' | 'service' | 'external' | 'inbound';

const isService = (kind: DestinationKind): boolean => kind === 'service' || kind === 'inbound';

/** icmp has no ports; what is not a service cannot tell its port by itself. */
function checkPorts(flags: QueryFlags, destination: DestinationKind): void {
  const { protocol, port } = flags;
  if (protocol === 'icmp') {
    const given = port !== undefined ? '--port' : flags['src-port'] !== undefined ? '--src-port' : undefined;
    if (given === undefined) return;
    throw new UsageError('usage.port', `${given} makes no sense with --protocol icmp`, {
      hints: [`leave ${given} out, or choose tcp, udp or sctp`],
    });
  }
  if (port === undefined && !isService(destination)) {
    throw new UsageError('usage.port', `--port is needed for ${protocol ?? 'tcp'}`, {
      hints: ['give the port the packet is sent to, or --protocol icmp'],
    });
  }
}

/** A service port may be a name (RFC 6335, section 5.1: letters, digits and hyphens); everything else is a number. */
function portOf(text: string, destination: DestinationKind): string {
  if (isService(destination) && /^[a-z0-9-]*[a-z][a-z0-9-]*$/i.test(text)) return text;
  return String(portNumber('--port', text));
}

function destinationOf(
  text: string,
  kind: DestinationKind,
  flags: QueryFlags,
): Pick<PathQuery, 'destination' | 'family'> {
  const { family, namespace } = flags;
  if (kind === 'pod') return { destination: namespacedName(text, 'pod', namespace), family };
  if (kind !== 'external') return { destination: namespacedName(text, 'service', namespace), family };
  const address = externalAddress(text);
  const own = address.family === 4 ? '4' : '6';
  if (family !== 'both' && family !== own) {
    throw new UsageError('usage.family', `${text} is not an IPv${family} address`, {
      hints: [`leave --family out: the address says it`],
    });
  }
  return { destination: formatAddress(address), family: own };
}

/** Nothing is shorter than an IP header and a UDP or ICMP header, nothing longer than the length field says. */
function sizeOf(text: string): number {
  const size = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (size >= 28 && size <= 65535) return size;
  throw new UsageError('usage.size', `--size "${text}" is not the length of an IP packet`, {
    hints: ['give a number of bytes from 28 to 65535, IP header included and Ethernet header not'],
  });
}

/** The question these arguments and flags ask. Throws UsageError for a malformed endpoint, port or backend. */
export function pathQuery(kind: DestinationKind, args: QueryArgs, flags: QueryFlags): PathQuery {
  const { namespace, protocol, port, network, state, reply, via, node } = flags;
  const source =
    kind === 'inbound' ? formatAddress(externalAddress(args.source)) : namespacedName(args.source, 'pod', namespace);
  const destination = destinationOf(args.destination, kind, flags);
  checkPorts(flags, kind);
  const backend = backendOf(flags.backend);
  const sourcePort = flags['src-port'];
  return {
    source,
    ...destination,
    state,
    reply,
    ...(protocol === undefined ? {} : { protocol }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(port === undefined ? {} : { port: portOf(port, kind) }),
    ...(sourcePort === undefined ? {} : { sourcePort: portNumber('--src-port', sourcePort) }),
    ...(flags.size === undefined ? {} : { size: sizeOf(flags.size) }),
    ...(backend === undefined ? {} : { backend }),
    ...(network === undefined ? {} : { network }),
    ...(via === undefined ? {} : { via: VIA[via] }),
    ...(typeof node === 'string' ? { node } : {}),
  };
}
