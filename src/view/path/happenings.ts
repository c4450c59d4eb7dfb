import { unreachable } from '../../base/unreachable.js';
import type { Translation } from '../../trace/path/path-trace.js';
import type { Pass } from './passes.js';
import { effectsOf } from './stage-effects.js';
import type { Way } from './ways.js';
import { backendSocket, by } from './words.js';

/** How the ends of a path are called: by their own names, or in words that fit every path of a group. */
export type Naming = 'own' | 'shared';

/** One thing that happened to the packet in one visit of a datapath. */
export interface Happening {
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'unknown';
  /** The flow behind it, for the wide view. */
  readonly priority?: number;
  readonly uuid?: string;
}

/** Whether this visit is the one that wrote the translated address into the headers. */
function wrote(pass: Pass, { to }: Translation): boolean {
  return pass.hops.some((hop) =>
    Object.values(hop.changes ?? {}).some((change) => {
      const after = change.split(' -> ').at(-1) ?? '';
      return after !== '' && (to === after || to.startsWith(`${after}:`) || to.startsWith(`[${after}]`));
    }),
  );
}

/**
 * Which visit made which translation. A path may visit one datapath twice, so among the visits of the translation's
 * datapath the one whose headers changed accordingly comes first.
 */
export function translationsOf(way: Way, passes: readonly Pass[]): ReadonlyMap<Pass, readonly Translation[]> {
  const made = new Map<Pass, Translation[]>();
  for (const translation of way.translations) {
    const there = passes.filter(({ zone, datapath }) => zone === translation.zone && datapath === translation.datapath);
    const pass = there.find((each) => wrote(each, translation)) ?? there[0] ?? passes[0];
    if (pass === undefined) continue;
    made.set(pass, [...(made.get(pass) ?? []), translation]);
  }
  return made;
}

/** Whether a translation leads to the backend that the heading of the path names. */
const toBackend = ({ to }: Translation, { backend }: Way): boolean =>
  backend !== undefined && to === backendSocket(backend);

function translationText(translation: Translation, way: Way, naming: Naming): string {
  const { kind, from, to, owner } = translation;
  const target = naming === 'shared' && toBackend(translation, way) ? 'the backend' : to;
  return `${kind.toUpperCase()} ${from} → ${target}${by(owner)}`;
}

/** Whether the port the packet ended at belongs to the backend, so that "its port" says no less. */
export const endsAtBackend = ({ deliveredTo, backend }: Way): boolean =>
  deliveredTo?.kind === 'pod' && backend?.pod !== undefined && deliveredTo.name === backend.pod;

function arrival(way: Way, naming: Naming): string {
  const { deliveredTo } = way;
  if (deliveredTo === undefined) return 'delivered';
  if (naming === 'shared' && endsAtBackend(way)) return 'delivered to the backend';
  const { kind, name, port } = deliveredTo;
  switch (kind) {
    case 'pod':
      return `delivered to pod ${name ?? port}`;
    case 'external':
      return `leaves the cluster${name === undefined ? '' : ` from node ${name}`}`;
    case 'host':
      return `handed to the host${name === undefined ? '' : ` ${name}`}`;
    case 'port':
      return `delivered to port ${port}`;
    default:
      return unreachable(kind);
  }
}

/** The end of the way, said on the line of the last visit. */
function ending(way: Way, naming: Naming): Happening {
  const who = way.cause?.object === undefined ? ' here' : by(way.cause.object);
  switch (way.verdict) {
    case 'delivered':
      return { text: arrival(way, naming), tone: 'good' };
    case 'dropped':
      // It was delivered after all, but not where it should have been.
      if (way.cause?.type === 'wrong-destination') return { text: 'ends here', tone: 'bad' };
      if (way.cause?.mtu !== undefined) return { text: `too big for ${way.cause.mtu.port}`, tone: 'bad' };
      return { text: `dropped${who}`, tone: 'bad' };
    case 'rejected':
      return { text: `rejected${who}`, tone: 'bad' };
    case 'unknown':
      return { text: 'not known from here', tone: 'unknown' };
    default:
      return unreachable(way.verdict);
  }
}

/**
 * What happened in one visit, in words and in order: DNAT, what access control, routes and marks did, SNAT, the way to the
 * next zone, and the end of the path when this visit is the last one.
 */
export function happeningsIn(
  way: Way,
  pass: Pass,
  next: Pass | undefined,
  translations: readonly Translation[],
  naming: Naming,
): Happening[] {
  const plain = (text: string): Happening => ({ text, tone: 'plain' });
  const translated = (kind: Translation['kind']): Happening[] =>
    translations.filter((each) => each.kind === kind).map((each) => plain(translationText(each, way, naming)));
  const told = effectsOf(pass.hops.flatMap((hop) => hop.stages)).map(({ text, stage }): Happening => {
    const { priority, uuid } = stage;
    return { ...plain(text), ...(priority === undefined ? {} : { priority }), ...(uuid === undefined ? {} : { uuid }) };
  });
  const happenings = [...translated('dnat'), ...told, ...translated('snat')];
  if (next !== undefined) return next.zone === pass.zone ? happenings : [...happenings, plain(`to zone ${next.zone}`)];
  const end = ending(way, naming);
  // An effect is often the very end of the path: said once, in colour, with the flow behind it.
  const same = happenings.findIndex(({ text }) => text === end.text);
  if (same === -1) return [...happenings, end];
  return [...happenings.toSpliced(same, 1), { ...happenings[same], ...end }];
}
