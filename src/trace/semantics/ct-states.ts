import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';

/** Bits of ct_state as `--ct` names them (ovs-fields(7)). */
export const CT_FLAGS = {
  new: 0x01n,
  est: 0x02n,
  rel: 0x04n,
  rpl: 0x08n,
  inv: 0x10n,
  trk: 0x20n,
  snat: 0x40n,
  dnat: 0x80n,
} as const;
/** What ovn-trace assumes when nobody says: an established connection. */
export const CT_DEFAULT = CT_FLAGS.est | CT_FLAGS.trk;

/**
 * One `--ct` value: flags separated by commas or spaces; `trk` is implied. The error names the first word that is no flag.
 */
export function parseCtState(text: string): Result<bigint, string> {
  let state: bigint = CT_FLAGS.trk;
  for (const word of text.split(/[, ]+/)) {
    if (word === '') continue;
    if (!isFlag(word)) return err(word);
    state |= CT_FLAGS[word];
  }
  return ok(state);
}

function isFlag(word: string): word is keyof typeof CT_FLAGS {
  return Object.hasOwn(CT_FLAGS, word);
}
