import type { LogLimits } from './source.js';

/** A line begins with RFC 3339, as the API server, ovn-controller and most programs write it. */
const TIME = /^\s*(?:time=")?(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2}))/;

/** The last lines of a log that are not too old; a line without a time is as old as the one before it. */
export function lastLines(text: string, { lines, since }: LogLimits): readonly string[] {
  const all = text.split('\n');
  if (all.at(-1) === '') all.pop();
  const last = all.slice(Math.max(all.length - lines, 0));
  if (since === undefined) return last;
  let isRecent = false;
  return last.filter((line) => {
    const written = TIME.exec(line)?.[1];
    if (written !== undefined) isRecent = Date.parse(written) >= since;
    return isRecent;
  });
}
