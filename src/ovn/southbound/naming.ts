import { isUuid } from '../../ovsdb/wire/value.js';

const UUID_LENGTH = 36;

/** Cuts a full uuid at the end of a name to its first six digits, as OVN's tools show generated names. */
export function shortenUuid(name: string): string {
  const start = name.length - UUID_LENGTH;
  return start >= 0 && isUuid(name.slice(start)) ? name.slice(0, start + 6) : name;
}

/** Order of C's strcmp, in which OVN sorts names. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Whether the text may be the beginning of a uuid that OVN's tools accept in place of a name: four characters or more. */
export function isUuidPrefix(text: string): boolean {
  return (
    text.length >= 4 &&
    /^[0-9a-f]{1,8}(-[0-9a-f]{0,4}(-[0-9a-f]{0,4}(-[0-9a-f]{0,4}(-[0-9a-f]{0,12})?)?)?)?$/i.test(text)
  );
}
