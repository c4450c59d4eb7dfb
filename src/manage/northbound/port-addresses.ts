import { parseMac } from '../../net/mac.js';
import { parsePrefix } from '../../net/prefix.js';
import type { Given } from '../verb.js';

const WORDS = new Set(['unknown', 'router', 'dynamic']);

/**
 * One element of `addresses` or `port_security` (ovn-nb(5)): `unknown`, `router`, `dynamic [IP]…`, or a MAC address with
 * addresses and networks. UsageError says which word is wrong.
 */
export function readPortAddresses(text: string, given: Given): string {
  const [first = '', ...others] = text.trim().split(/\s+/);
  if (!WORDS.has(first) && parseMac(first) === undefined) {
    throw given.wrong(
      `"${text}" begins with no MAC address`,
      'an address is "MAC [IP]…", dynamic, unknown or router, for example "0a:58:0a:f4:01:05 10.244.1.5"',
    );
  }
  if ((first === 'unknown' || first === 'router') && others.length > 0)
    throw given.wrong(`"${text}": nothing follows ${first}`);
  for (const word of others) {
    if (word !== 'dynamic' && parsePrefix(word) === undefined)
      throw given.wrong(`"${text}": "${word}" is no IP address or network`);
  }
  return [first, ...others].join(' ');
}
