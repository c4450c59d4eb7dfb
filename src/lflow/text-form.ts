/**
 * The form of a match or an action list: what is left when the constants that cannot decide whether the text parses are
 * taken out. Texts of one form are all understood or all not, so of thousands of flows that differ in addresses, ports and
 * names only one has to be parsed. What the constant is does decide something of the texts themselves: a message about one of
 * them must be made from that text.
 *
 * In: a text. Out: its form, which is no text of the language. Taken out are:
 * - addresses that are well formed and no mask, by family, because a constant's width is that of its family;
 * - 16-bit numbers behind a comparison or a colon, by the bits they need (0 and 1 stay: a predicate tells them apart);
 * - strings where a string can be anything: in matches, and as the name of a port;
 * - names of address sets and port groups that OVN-Kubernetes makes of hashes;
 * - comments.
 */
import { parseIpv6 } from '../net/ipv6.js';
import { parseMac } from '../net/mac.js';

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const PARTS = [
  // 1: text in quotes, with what makes it a port's name before it
  '((?:port ==? ?)?"[^"]*")',
  // 2: a comment in one line
  '(/\\*[^*\\n]*\\*/)',
  // 3: an IPv4 address, 4: the port behind it
  `(?<![\\w.:/$@^])(${OCTET}(?:\\.${OCTET}){3})(?![\\w.])(?::(\\d{1,5})(?![\\w.]))?`,
  // 5: an IPv6 or Ethernet address, 6: the port behind it in brackets
  '(?<![\\w.:/$@^])([0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\\w.:])(?:\\]:(\\d{1,5})(?![\\w.]))?',
  // 7: what stands before a number, 8: the number
  '((?:\\]|\\b(?:tcp|udp|sctp)\\.(?:dst|src)) ?==? ?)(\\d{1,5})(?![\\w.:/])',
  // 9: the name of a set
  '([$@]a\\d{10,}(?:_ip[46])?)(?![\\w.])',
];
const CONSTANTS = new RegExp(PARTS.join('|'), 'g');

export const matchForm = (text: string): string => formOf(text, true);

export const actionsForm = (text: string): string => formOf(text, false);

function formOf(text: string, anyString: boolean): string {
  // An escaped quote would be taken for the end of the string.
  if (text.includes('\\')) return text;
  return text.replace(
    CONSTANTS,
    (
      all: string,
      string: string | undefined,
      comment: string | undefined,
      ipv4: string | undefined,
      port4: string | undefined,
      other: string | undefined,
      port6: string | undefined,
      before: string | undefined,
      number: string | undefined,
    ) => {
      if (string !== undefined) return anyString || string.startsWith('p') ? string.replace(/".*"/s, '"') : string;
      if (comment !== undefined) return ' ';
      if (ipv4 !== undefined) return port4 === undefined ? '#4' : `#4:${sizeOf(port4)}`;
      if (other !== undefined) {
        const kind = kindOf(other);
        if (kind === undefined) return all;
        return port6 === undefined ? kind : `${kind}]:${sizeOf(port6)}`;
      }
      if (before !== undefined && number !== undefined) return `${before}${sizeOf(number)}`;
      // `$a123` and `@a123`
      return `${all.charAt(0)}#`;
    },
  );
}

/** Bits that the number needs; what is too large or not written plainly stays what it is. */
function sizeOf(digits: string): string {
  const value = Number(digits);
  if (value < 2 || value > 0xffff || digits.startsWith('0')) return digits;
  return `#${32 - Math.clz32(value)}b`;
}

function kindOf(text: string): '#6' | '#m' | undefined {
  return parseMac(text) !== undefined ? '#m' : parseIpv6(text) !== undefined ? '#6' : undefined;
}
