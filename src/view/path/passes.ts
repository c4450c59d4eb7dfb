import type { Hop } from '../../trace/path/path-trace.js';

/** One visit of a datapath: its ingress pipeline and, when the packet got that far, its egress pipeline. */
export interface Pass {
  readonly zone: string;
  readonly datapath: string;
  readonly datapathType: Hop['datapathType'];
  readonly inport: string | undefined;
  readonly outport: string | undefined;
  /** One or two, in the order the packet met them. */
  readonly hops: readonly Hop[];
}

const continues = (ingress: Hop, next: Hop | undefined): next is Hop =>
  next !== undefined &&
  ingress.pipeline === 'ingress' &&
  next.pipeline === 'egress' &&
  ingress.zone === next.zone &&
  ingress.datapath === next.datapath;

/** Joins every ingress hop with the egress hop that follows it in the same datapath of the same zone. */
export function passesOf(hops: readonly Hop[]): Pass[] {
  const passes: Pass[] = [];
  for (let at = 0; at < hops.length; at++) {
    const first = hops[at];
    if (first === undefined) break;
    const next = hops[at + 1];
    const joined = continues(first, next) ? [first, next] : [first];
    at += joined.length - 1;
    passes.push({
      zone: first.zone,
      datapath: first.datapath,
      datapathType: first.datapathType,
      inport: first.inport,
      outport: joined.at(-1)?.outport ?? first.outport,
      hops: joined,
    });
  }
  return passes;
}
