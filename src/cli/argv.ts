/**
 * What must be known of the command line before it is parsed, because parsing may fail: the format an error is reported in,
 * and the name the program was called by.
 */
import { basename } from 'node:path';

/** How an error is shown: lines on stderr, and a document on stdout for the formats that scripts read. */
export type ErrorFormat = 'text' | 'json' | 'yaml';

/** The value of a flag in arguments nobody has parsed yet: `--long V`, `--long=V`, `-sV`, `-s=V`, `-s V`; the last wins. */
function rawFlag(argv: readonly string[], long: string, short: string): string | undefined {
  let value: string | undefined;
  for (const [at, arg] of argv.entries()) {
    if (arg === '--') break;
    if (arg === long || arg === short) value = argv[at + 1];
    else if (arg.startsWith(`${long}=`)) value = arg.slice(long.length + 1);
    else if (arg.startsWith(short) && !arg.startsWith('--')) value = arg.slice(short.length).replace(/^=/, '');
  }
  return value;
}

/** The format in which an error must be reported. */
export function errorFormat(argv: readonly string[]): ErrorFormat {
  const format = rawFlag(argv, '--output', '-o');
  return format === 'json' || format === 'yaml' ? format : 'text';
}

/** `ovnctl`, or `kubectl ovn` / `oc ovn` when called as their plugin (`kubectl-ovn`, also through a link). */
export function programName(path: string | undefined): string {
  const name = basename(path ?? '').replace(/\.(js|exe|cmd)$/, '');
  const plugin = /^(kubectl|oc)-ovn$/.exec(name);
  return plugin ? `${plugin[1] ?? ''} ovn` : 'ovnctl';
}
