import * as Flags from '@oclif/core/flags';
import { UsageError } from '../base/errors.js';

/** Of `snapshot take`. */
export const takeFlags = {
  since: Flags.string({
    summary: 'Leave out what is older in logs: a duration like 2h or 90m, or a time like 2026-07-01T10:00:00Z',
    helpValue: 'DURATION|TIME',
  }),
  lines: Flags.integer({ min: 0, max: 1_000_000, default: 2000, helpValue: 'N', summary: 'Last lines of each log' }),
  force: Flags.boolean({ summary: 'Replace what OUT names, once the snapshot is complete' }),
  'dry-run': Flags.boolean({ summary: 'Say what would be read; read and write nothing' }),
};

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/** `--since` in milliseconds since the Unix epoch. Throws UsageError for what is neither a duration nor a time. */
export function sinceOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text) {
    return now - parts.reduce((sum, [, number = '0', unit = 's']) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
  }
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new UsageError('usage.since', `--since ${text} is neither a duration nor a time`, {
    hints: ['it looks like 90m, 2h, 1d or 2026-07-01T10:00:00Z'],
  });
}
