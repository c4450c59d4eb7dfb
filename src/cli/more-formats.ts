import * as Flags from '@oclif/core/flags';
import { FORMATS } from './flags.js';

/** The flag `output` of a command that has more formats than the others; it takes the place of the shared one. */
export function outputWith<F extends string>(...more: readonly F[]) {
  const options = [...FORMATS, ...more];
  return Flags.option({
    char: 'o',
    options,
    default: 'table',
    helpValue: options.join('|'),
    summary: 'Output format',
    helpGroup: 'GLOBAL',
  })();
}
