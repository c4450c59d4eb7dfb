/** Asks the recorded first packets of pods, nodes and outsiders again in a user's words: names, a port, a family. */
import {
  traceExternalToService,
  tracePodToExternal,
  tracePodToPod,
  tracePodToService,
} from '../../../src/usecase/trace-path.js';
import type { PathQuery } from '../../../src/usecase/trace-path.js';
import type { PathTrace } from '../../../src/trace/path/path-trace.js';
import type { World } from '../../../src/world/world.js';
import type { RecordedCase } from './recording.js';

/** By which of its addresses a recorded service was asked. */
const VIA: Readonly<Record<string, 'loadBalancer' | 'externalIP'>> = {
  '203.0.113.77': 'externalIP',
};

const viaOf = (address: string): NonNullable<PathQuery['via']> =>
  VIA[address] ?? (/^(10\.96\.|fd00:10:96:)/.test(address) ? 'clusterIP' : 'loadBalancer');

export function isAskable({ state, src, dst, kind, name }: RecordedCase): boolean {
  if (state !== 'new') return false;
  if (src.kind === 'pod' || kind === 'host-service' || kind === 'host-pod') return true;
  // From outside only services can be asked.
  return dst.kind === 'service' || dst.service !== undefined || name.startsWith('udn-in-np-g-svc');
}

export async function askAgain(world: World, recorded: RecordedCase): Promise<PathTrace> {
  const { src, dst, port, proto, family, kind, start } = recorded;
  const network = networkOf(recorded);
  const query: PathQuery = {
    source: `${src.ns ?? ''}/${src.name ?? ''}`,
    destination: start.header.dst,
    protocol: proto,
    family: family === 'ipv4' ? '4' : '6',
    sourcePort: start.header.tp_src,
    // Replies were recorded apart.
    reply: false,
    ...(port === null ? {} : { port: String(port) }),
    ...(network === undefined ? {} : { network }),
  };
  const name = `${dst.ns ?? ''}/${dst.name ?? ''}`;
  const node = start.zone;
  if (kind === 'host-pod') {
    return tracePodToPod(world, { ...query, source: `node/${node}`, destination: name, network: 'default' });
  }
  if (kind === 'host-service') return tracePodToService(world, { ...query, source: `node/${node}`, destination: name });
  if (src.kind === 'external') {
    const outside = { ...query, source: start.header.src, node };
    if (dst.kind === 'service') {
      const via = viaOf(start.header.dst);
      return traceExternalToService(world, { ...outside, destination: name, via });
    }
    // The recorded service of the one case that does not name it.
    return traceExternalToService(world, {
      ...outside,
      destination: dst.service ?? 'udn-green/g-svc',
      via: 'nodePort',
    });
  }
  switch (dst.kind) {
    case 'pod':
      return tracePodToPod(world, { ...query, destination: name });
    case 'service': {
      const via = kind === 'pod-lbip' ? (VIA[start.header.dst] ?? 'loadBalancer') : 'clusterIP';
      return tracePodToService(world, { ...query, destination: name, via });
    }
    default:
      return tracePodToExternal(world, query);
  }
}

/**
 * Pods were recorded on their default network unless it says otherwise: by the destination's network, or by the port the
 * packet starts from, which is called after its network unless that is the default one.
 */
function networkOf({ kind, src, dst }: RecordedCase): string | undefined {
  const isDefault = src.lsp === `${src.ns ?? ''}_${src.name ?? ''}`;
  if (kind === 'pod-pod' || (dst.kind !== 'pod' && isDefault)) return 'default';
  if (dst.network === 'secondary') return 'sec-l2';
  return src.lsp?.startsWith('monitoring.lan_') === true ? 'lan' : undefined;
}
