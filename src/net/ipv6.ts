import { formatIpv4, parseIpv4 } from './ipv4.js';

const GROUP = /^[0-9a-fA-F]{1,4}$/;

/** An IPv6 address as a 128-bit number (RFC 4291, section 2.2, no zone); `undefined` if the text is none. */
export function parseIpv6(text: string): bigint | undefined {
  const gap = text.indexOf('::');
  if (gap < 0) {
    const groups = parseGroups(text);
    return groups?.length === 8 ? join(groups) : undefined;
  }
  const head = gap === 0 ? [] : parseGroups(text.slice(0, gap), false);
  const tail = gap + 2 === text.length ? [] : parseGroups(text.slice(gap + 2));
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  return missing >= 1 ? join([...head, ...new Array<number>(missing).fill(0), ...tail]) : undefined;
}

/** Colon-separated groups; a dotted quad may stand for the last two where `quad` allows it. */
function parseGroups(text: string, quad = true): number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const address = quad && i === parts.length - 1 ? parseIpv4(part) : undefined;
    if (address === undefined) return undefined;
    groups.push(Number(address >> 16n), Number(address & 0xffffn));
  }
  return groups;
}

function join(groups: readonly number[]): bigint {
  let value = 0n;
  for (const group of groups) value = (value << 16n) | BigInt(group);
  return value;
}

/**
 * The canonical text as OVS prints it: RFC 5952, and the last 32 bits of a mapped (`::ffff:a.b.c.d`) or compatible
 * (`::a.b.c.d`) address as a dotted quad, the way inet_ntop(3) does.
 */
export function formatIpv6(address: bigint): string {
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((address >> shift) & 0xffffn));
  const gap = longestZeroRun(groups);
  const quad = gap.start === 0 && (gap.length === 6 || (gap.length === 5 && groups[5] === 0xffff));
  const parts = groups.map((group) => group.toString(16));
  if (quad) parts.splice(6, 2, formatIpv4(address & 0xffff_ffffn));
  if (gap.length < 2) return parts.join(':');
  return `${parts.slice(0, gap.start).join(':')}::${parts.slice(gap.start + gap.length).join(':')}`;
}

function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [i, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: i + 1 - length, length };
  }
  return best;
}
