const MAC = /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/;

/** An Ethernet address as a 48-bit number; `undefined` unless the text is six colon-separated pairs of hex digits. */
export function parseMac(text: string): bigint | undefined {
  return MAC.test(text) ? BigInt(`0x${text.replaceAll(':', '')}`) : undefined;
}

export function formatMac(address: bigint): string {
  const digits = BigInt.asUintN(48, address).toString(16).padStart(12, '0');
  return (digits.match(/../g) ?? []).join(':');
}
