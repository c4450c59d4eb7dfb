/** An IPv4 address as a 32-bit number; `undefined` unless the text is four decimal octets without leading zeros. */
export function parseIpv4(text: string): bigint | undefined {
  let address = 0;
  let octets = 0;
  let octet = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT;
    if (code === DOT) {
      if (octet < 0) return undefined;
      address = address * 256 + octet;
      octets += 1;
      octet = -1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || octet === 0) return undefined;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return undefined;
  }
  return octets === 4 ? BigInt(address) : undefined;
}

const DOT = 0x2e;
const ZERO = 0x30;

export function formatIpv4(address: bigint): string {
  const n = Number(BigInt.asUintN(32, address));
  return `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`;
}
