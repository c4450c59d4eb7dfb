/**
 * What ovnkube says about default gateways, in the words of each of its releases (node/gateway_init.go, helper_linux.go).
 *
 * In: the text of a log or of a container's last words. Out: what was said, line by line. Prefixes of container runtimes and
 * of klog may stand before a message; they are kept in the quoted line.
 */
export type GatewayMessage =
  /** `Found default gateway interface br-ex 192.0.2.1` */
  | { readonly kind: 'found'; readonly interface: string; readonly address: string }
  /** `Provided gateway interface "br-ex", found as index: 5` */
  | { readonly kind: 'provided'; readonly interface: string }
  /** `multiple gateway interfaces detected: 'br-ex' 'ens4'`; unquoted until July 2023. */
  | {
      readonly kind: 'different-interfaces';
      readonly first: string;
      readonly second: string;
      readonly quoted: boolean;
    }
  /** `failed to get default gateway interface`, until September 2022. */
  | { readonly kind: 'none-on-interface' }
  /** `failed to find IPV6 default gateway from interface …`, in April and May 2023. */
  | { readonly kind: 'no-ipv6' }
  /** `unable to find default gateway and none provided via config`, since September 2022. */
  | { readonly kind: 'none' }
  /** A warning: `Found default gateway interface: "ens4" does not match provided interface from config: "br-ex"`. */
  | { readonly kind: 'mismatch'; readonly found: string; readonly provided: string }
  /** A warning: `Failed to get gateway for route …` */
  | { readonly kind: 'no-gateway-in-route' }
  /** `failed to find valid external IP family match for join subnet IP …`: the node lacks an address of that family. */
  | { readonly kind: 'no-address-of-family'; readonly joinAddress: string };

export interface SaidLine {
  /** From 1. */
  readonly number: number;
  readonly line: string;
  readonly message: GatewayMessage;
}

const NAME = `['"]?([\\w.@-]+)['"]?`;
const FOUND = /Found default gateway interface ([\w.@-]+) ([0-9a-fA-F.:]+)/;
const PROVIDED = /Provided gateway interface "([^"]*)", found as index/;
const DIFFERENT = new RegExp(`multiple gateway interfaces detected: ${NAME} ${NAME}`);
const MISMATCH = /Found default gateway interface: "([^"]*)" does not match provided interface from config: "([^"]*)"/;
const JOIN = /failed to find valid external IP family match for join subnet IP:? ?([0-9a-fA-F.:/]*)/;

function messageIn(line: string): GatewayMessage | undefined {
  // Logs in JSON and quoted errors escape the quotes.
  const text = line.replaceAll('\\"', '"');
  const different = DIFFERENT.exec(text);
  if (different !== null) {
    const [whole, first = '', second = ''] = different;
    return { kind: 'different-interfaces', first, second, quoted: /detected: ['"]/.test(whole) };
  }
  const mismatch = MISMATCH.exec(text);
  if (mismatch !== null) return { kind: 'mismatch', found: mismatch[1] ?? '', provided: mismatch[2] ?? '' };
  const found = FOUND.exec(text);
  if (found !== null) return { kind: 'found', interface: found[1] ?? '', address: found[2] ?? '' };
  const provided = PROVIDED.exec(text);
  if (provided !== null) return { kind: 'provided', interface: provided[1] ?? '' };
  if (text.includes('failed to get default gateway interface')) return { kind: 'none-on-interface' };
  if (text.includes('failed to find IPV6 default gateway from interface')) return { kind: 'no-ipv6' };
  if (text.includes('unable to find default gateway and none provided via config')) return { kind: 'none' };
  if (text.includes('Failed to get gateway for route')) return { kind: 'no-gateway-in-route' };
  const join = JOIN.exec(text);
  if (join !== null) return { kind: 'no-address-of-family', joinAddress: join[1] ?? '' };
  return undefined;
}

/** What can be told from the text, in its order. */
export function gatewayMessages(text: string): readonly SaidLine[] {
  const said: SaidLine[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const message = messageIn(line);
    if (message !== undefined) said.push({ number: at + 1, line: line.trim(), message });
  }
  return said;
}

/** Messages that ovnkube ends after. */
const FATAL: readonly GatewayMessage['kind'][] = [
  'different-interfaces',
  'none-on-interface',
  'no-ipv6',
  'none',
  'no-address-of-family',
];

/** The last start in the text: its fatal message, if it has one, and what was said before it. */
export function lastStart(said: readonly SaidLine[]): {
  readonly fatal: SaidLine | undefined;
  readonly before: readonly SaidLine[];
} {
  const at = said.findLastIndex(({ message }) => FATAL.includes(message.kind));
  if (at < 0) return { fatal: undefined, before: said };
  const previous = said.slice(0, at).findLastIndex(({ message }) => FATAL.includes(message.kind));
  return { fatal: said[at], before: said.slice(previous + 1, at) };
}
