/**
 * What `ovs-appctl -t ovs-monitor-ipsec tunnels/show` and `ip xfrm state` print, as far as tunnels are told from it.
 * Sources: the guide "Encrypt Open vSwitch Tunnels with IPsec", ip-xfrm(8).
 */
export interface IpsecTunnel {
  readonly interface: string;
  /** CONFIGURED, INIT, REMOVED, or INVALID with a reason. */
  readonly state: string;
  readonly remote: string;
  /** Whether the kernel has an association to the other end. */
  readonly associated: boolean;
  /** The head and the address, as printed. */
  readonly line: string;
}

const HEAD = /^Interface name: (\S+) v\d+ \((.*)\)$/;

/** undefined for a text that is none of the daemon. */
export function parseTunnels(text: string): readonly IpsecTunnel[] | undefined {
  const blocks = text.split(/^(?=Interface name: )/m);
  const tunnels = blocks.flatMap((block) => {
    const [line = '', ...rest] = block.split('\n');
    const [, name = '', state = ''] = HEAD.exec(line.trimEnd()) ?? [];
    if (name === '') return [];
    const remoteLine = rest.find((each) => each.trim().startsWith('Remote IP:')) ?? '';
    const associations = (block.split(/^\s*Kernel security associations installed:$/m)[1] ?? '').split(
      /^\s*IPsec connections that are active:/m,
    )[0];
    const associated = /\bdst\b/.test(associations ?? '');
    const remote = remoteLine.replace(/^\s*Remote IP:\s*/, '').trim();
    return [{ interface: name, state, remote, associated, line: `${line.trim()} ${remoteLine.trim()}` }];
  });
  return tunnels.length > 0 || text.includes('No tunnels configured with IPsec') || text.trim() === ''
    ? tunnels
    : undefined;
}

/** Addresses that the kernel has an outgoing and an incoming association with. */
export function associatedPeers(text: string): ReadonlySet<string> {
  const heads = [...text.matchAll(/^src (\S+) dst (\S+)$/gm)];
  const sources = new Set(heads.map(([, source]) => source ?? ''));
  return new Set(heads.flatMap(([, , destination]) => (destination && sources.has(destination) ? [destination] : [])));
}
