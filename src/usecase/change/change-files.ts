/**
 * Many changes in one go: lines of words, as `batch` reads them, and a file of changes, as `apply -f` does. Either is
 * understood whole before anything is planned.
 */
import { InputError } from '../../base/errors.js';
import { nearestName } from '../../lflow/nearest-name.js';
import { VERBS } from '../../manage/northbound/verbs.js';
import { valuesOf, verbOf, wordsOf } from '../../manage/words.js';
import type { WantedChange } from './plan-changes.js';

/** Changes of a text with one in each line; empty lines and comments (`#`) are passed over. InputError names the line. */
export function changesOfLines(text: string, origin: string): readonly WantedChange[] {
  return text.split('\n').flatMap((line, at) => {
    const wrong = (reason: string): InputError => new InputError('change.line', `${origin}:${at + 1}: ${reason}`);
    const words = wordsOf(line.replace(/\r$/, ''));
    if (!words.ok) throw wrong(words.error);
    if (words.value.length === 0) return [];
    const found = verbOf(words.value, VERBS);
    if (found === undefined) throw wrong(unknown(words.value.slice(0, 3).join(' ')));
    const values = valuesOf(words.value.slice(found.length), found.verb);
    if (!values.ok) throw wrong(values.error);
    return [{ verb: found.verb.name, values: values.value }];
  });
}

/** The `changes` of a document `{changes: [{do: VERB, PARAMETER: VALUE…}…]}`. InputError names the entry. */
export function changesOfDocument(document: unknown, origin: string): readonly WantedChange[] {
  const wrong = (where: string, reason: string): InputError =>
    new InputError('change.file', `${origin}: ${where}${reason}`);
  if (!isObject(document) || !Array.isArray(document['changes']))
    throw wrong('', 'there is no list "changes"; an entry is {do: switch add, switch: s1}');
  const other = Object.keys(document).find((key) => key !== 'changes');
  if (other !== undefined) throw wrong('', `there is no "${other}" beside "changes"`);
  return document['changes'].map((entry: unknown, at) => {
    const where = `changes[${at}]: `;
    if (!isObject(entry)) throw wrong(where, 'not an object');
    const { do: name, ...given } = entry;
    if (typeof name !== 'string') throw wrong(where, '"do" is missing: which change it is');
    if (!VERBS.some((verb) => verb.name === name)) throw wrong(where, unknown(name));
    const values = new Map<string, readonly string[]>();
    for (const [parameter, value] of Object.entries(given)) {
      const texts = textsOf(value);
      if (texts === undefined) throw wrong(where, `${parameter} is neither a value, nor a list, nor a map of values`);
      if (texts.length > 0) values.set(parameter, texts);
    }
    return { verb: name, values };
  });
}

const unknown = (name: string): string => {
  const names = VERBS.map((verb) => verb.name);
  const nearest = nearestName(name, names) ?? names.find((each) => name.startsWith(each.split(' ')[0] ?? '?'));
  return `unknown change "${name}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A scalar as one text, a list as several, a map as pairs; nothing for false, which is a switch that is off. */
function textsOf(value: unknown): readonly string[] | undefined {
  if (value === false) return [];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value === true)
    return [String(value)];
  if (Array.isArray(value)) {
    const texts = value.map((each: unknown) => (isObject(each) ? undefined : textsOf(each)?.[0]));
    return texts.every((text) => text !== undefined) ? texts : undefined;
  }
  if (!isObject(value)) return undefined;
  const pairs = Object.entries(value).map(([key, each]) => {
    const [text] = isObject(each) || Array.isArray(each) ? [] : (textsOf(each) ?? []);
    return text === undefined ? undefined : `${key}=${text}`;
  });
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined;
}
