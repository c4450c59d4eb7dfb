/**
 * A change as a line of words, as `batch` reads it: the verb, its arguments, `--option value` or `--option=value`. Words are
 * divided at spaces; quotation marks of both kinds hold them together, a backslash takes the next character as it is.
 */
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { Parameter, Verb } from './verb.js';

/** Divides a line into words; what follows a `#` at the beginning of a word is a comment. */
export function wordsOf(line: string): Result<readonly string[], string> {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"' && at + 1 < line.length) word = (word ?? '') + line.charAt(++at);
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && at + 1 < line.length) word = (word ?? '') + line.charAt(++at);
    else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#' && word === undefined) break;
    else word = (word ?? '') + character;
  }
  if (quote !== '') return err(`the quotation mark ${quote} is not closed`);
  if (word !== undefined) words.push(word);
  return ok(words);
}

/** The verb that words begin with, the longest of several, and how many words it has. */
export function verbOf(
  words: readonly string[],
  verbs: readonly Verb[],
): { readonly verb: Verb; readonly length: number } | undefined {
  let best: { verb: Verb; length: number } | undefined;
  for (const verb of verbs) {
    const parts = verb.name.split(' ');
    if (parts.every((part, at) => words[at] === part) && parts.length > (best?.length ?? 0))
      best = { verb, length: parts.length };
  }
  return best;
}

/** What the words after the verb give for its parameters. */
export function valuesOf(
  words: readonly string[],
  { name: verb, parameters }: Verb,
): Result<ReadonlyMap<string, readonly string[]>, string> {
  const values = new Map<string, string[]>();
  const put = ({ name }: Parameter, text: string): void => {
    const known = values.get(name);
    if (known === undefined) values.set(name, [text]);
    else known.push(text);
  };
  const positional = parameters.filter(({ kind }) => kind === 'argument');
  let next = 0;
  let onlyArguments = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!onlyArguments && word === '--') {
      onlyArguments = true;
    } else if (!onlyArguments && word.startsWith('--')) {
      const [, name = '', , inline] = /^--([^=]*)(=([\s\S]*))?$/.exec(word) ?? [];
      const parameter = parameters.find((each) => each.kind !== 'argument' && each.name === name);
      if (parameter === undefined) return err(`"${verb}" has no --${name}`);
      if (parameter.kind === 'switch') {
        if (inline !== undefined) return err(`--${name} takes no value`);
        put(parameter, 'true');
        continue;
      }
      const value = inline ?? words[++at];
      if (value === undefined) return err(`--${name} needs a value`);
      put(parameter, value);
    } else {
      const parameter = positional[next] ?? positional.at(-1);
      if (parameter === undefined || (next >= positional.length && parameter.many !== true))
        return err(`"${word}" is one word more than "${verb}" takes`);
      put(parameter, word);
      next++;
    }
  }
  return ok(values);
}
