import { unreachable } from '../../base/unreachable.js';
import type { Palette } from '../color.js';
import type { Piece } from './flowing.js';
import { endsAtBackend, happeningsIn, translationsOf, type Happening, type Naming } from './happenings.js';
import { passesOf } from './passes.js';
import type { Way } from './ways.js';

/** One line of the path view, before it is laid out: one visit of a datapath. */
export interface PathRow {
  readonly zone: string;
  readonly type: string;
  readonly datapath: string;
  /** `shop_client → stor-ovn-worker`. */
  readonly ports: string;
  readonly happenings: readonly Happening[];
}

/** The visits of a way, first to last. */
export function rowsOf(way: Way, naming: Naming): PathRow[] {
  const passes = passesOf(way.hops);
  const translations = translationsOf(way, passes);
  return passes.map((pass, at) => {
    const last = at === passes.length - 1;
    const backendPort = naming === 'shared' && last && endsAtBackend(way) && pass.outport === way.deliveredTo?.port;
    const out = backendPort ? "the backend's port" : pass.outport;
    return {
      zone: pass.zone,
      type: pass.datapathType,
      datapath: pass.datapath,
      ports: [pass.inport ?? [], out ?? []].flat().join(' → '),
      happenings: happeningsIn(way, pass, passes[at + 1], translations.get(pass) ?? [], naming),
    };
  });
}

/** A happening as a piece of a line; `evidence` adds the flow behind it. */
export function pieceOf({ text, tone, priority, uuid }: Happening, palette: Palette, evidence: boolean): Piece {
  const flow = uuid === undefined || !evidence ? '' : ` [priority ${priority ?? '?'}, flow ${uuid}]`;
  const whole = text + flow;
  switch (tone) {
    case 'plain':
      return { text: whole };
    case 'good':
      return { text: whole, paint: palette.good };
    case 'bad':
      return { text: whole, paint: palette.bad };
    case 'unknown':
      return { text: whole, paint: palette.warn };
    default:
      return unreachable(tone);
  }
}
