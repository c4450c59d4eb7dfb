import type { Path, Reply } from '../../trace/path/path-trace.js';

/** A packet's way from its sender to its end: out, or back as the reply. */
export type Way = Pick<Path, 'verdict' | 'cause' | 'translations' | 'hops' | 'deliveredTo' | 'backend'>;

/** A reply that did not come back: the path is not delivered although the packet was. */
export function lostReply({ reply }: Path): Reply | undefined {
  return reply === undefined || reply.verdict === 'delivered' ? undefined : reply;
}

/** The way out. Only a packet that arrived is answered, so a lost reply says that the way out was good. */
export function wayOut(path: Path): Way {
  if (lostReply(path) === undefined) return path;
  const { translations, hops, deliveredTo, backend } = path;
  return {
    verdict: 'delivered',
    translations,
    hops,
    ...(deliveredTo === undefined ? {} : { deliveredTo }),
    ...(backend === undefined ? {} : { backend }),
  };
}
