/**
 * Asks a node for facts: one shell in one container runs the commands of many facts, each with a time limit, and prints every
 * answer with its length before it, so that no answer can pretend to be another.
 *
 * In: facts. Out: a script, and what its output says of each fact. Must not know how the script gets to the node.
 */
import type { HostFact } from '../../world/host-facts.js';
import { HOST_COMMANDS } from './host-commands.js';

/** `absent`: there is nothing to ask on that node; `failed`: with its exit code, 127 when the image lacks a program. */
export type Answer =
  | { readonly kind: 'told'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly stderr: string };

const SECONDS = 10;
const MAX_BYTES = 8 << 20;
const HEAD = /^ovnctl-fact ([a-z0-9-]+) (\d+|absent) (\d+)\n/;
const MARK = 'ovnctl-fact ';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** For `sh -c`. Works with dash, bash and BusyBox; without `timeout` the whole has only the caller's limit. */
export function batchScript(facts: readonly HostFact[]): string {
  const lines = [
    'LC_ALL=C; export LC_ALL',
    `if command -v timeout >/dev/null 2>&1; then t='timeout ${String(SECONDS)}'; else t=; fi`,
    'ask() {',
    `  printf '%s%s\\n' ${quoted(MARK)} "$1" >&2`,
    `  if ! $t sh -c "$2" >/dev/null 2>&1 </dev/null; then printf '%s%s absent 0\\n\\n' ${quoted(MARK)} "$1"; return; fi`,
    '  out=$($t sh -c "$3" </dev/null); code=$?',
    `  if [ \${#out} -gt ${String(MAX_BYTES)} ]; then echo 'the answer is too long' >&2; code=1; fi`,
    '  [ $code -eq 0 ] || out=',
    `  printf '%s%s %d %d\\n%s\\n' ${quoted(MARK)} "$1" "$code" "\${#out}" "$out"`,
    '}',
    ...facts.map((fact) => {
      const { when = 'true', run } = HOST_COMMANDS[fact];
      return ['ask', fact, when, run].map(quoted).join(' ');
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the script printed, by fact; a fact that is not in it was not told. */
export function batchAnswers(stdout: Uint8Array, stderr: string): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  const bytes = Buffer.from(stdout);
  for (let at = 0; at < bytes.length;) {
    const head = HEAD.exec(bytes.subarray(at, at + 100).toString('latin1'));
    if (head === null) break;
    const [all, fact = '', code = '', length = ''] = head;
    const start = at + all.length;
    const end = start + Number(length);
    // Cut off in the middle.
    if (end > bytes.length) break;
    const text = bytes.subarray(start, end).toString('utf8');
    if (code === 'absent') answers.set(fact, { kind: 'absent' });
    else if (code === '0') answers.set(fact, { kind: 'told', text: text === '' ? '' : `${text}\n` });
    else answers.set(fact, { kind: 'failed', exitCode: Number(code), stderr: errorOf(fact, stderr) });
    at = end + 1;
  }
  return answers;
}

/** What was written on stderr while the fact was asked for. */
function errorOf(fact: string, stderr: string): string {
  const [, after = ''] = `\n${stderr}\n`.split(`\n${MARK}${fact}\n`);
  return (after.split(`\n${MARK}`)[0] ?? '').trim();
}
