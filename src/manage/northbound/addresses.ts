import { formatAddress, parseAddress, parsePrefix, prefixMask } from '../../net/prefix.js';
import type { Family } from '../../net/prefix.js';
import type { Given } from '../verb.js';

const WIDTH: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** An address in the form that ovn-nbctl writes, with its family. UsageError when it is none. */
export function addressIn(text: string, given: Given): { readonly family: Family; readonly text: string } {
  const address = parseAddress(text);
  if (address === undefined) throw given.wrong(`"${text}" is not an IP address`);
  return { family: address.family, text: formatAddress(address) };
}

/** A network in the form that ovn-nbctl writes: host bits cleared, and no length where it is the whole address. */
export function networkIn(text: string, given: Given): { readonly family: Family; readonly text: string } {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw given.wrong(`"${text}" is not an IP address or network`, 'for example 10.0.0.0/16');
  const { family, value, length } = prefix;
  const masked = formatAddress({ family, value: value & prefixMask(WIDTH[family], length) });
  return { family, text: length === WIDTH[family] ? masked : `${masked}/${length}` };
}
