/** Asks the recorded first packets of pods again in a user's words: names, a port, a family. */
import { tracePodToExternal, tracePodToPod, tracePodToService } from '../../../src/usecase/trace-path.js';
import type { PathQuery } from '../../../src/usecase/trace-path.js';
import type { PathTrace } from '../../../src/trace/path/path-trace.js';
import type { World } from '../../../src/world/world.js';
import type { RecordedCase } from './recording.js';

/** By which of its addresses a recorded service was asked. */
const VIA: Readonly<Record<string, 'loadBalancer' | 'externalIP'>> = {
  '203.0.113.77': 'externalIP',
};

export function isAskable({ state, src }: RecordedCase): boolean {
  return state === 'new' && src.kind === 'pod';
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
