import { UsageError } from '../base/errors.js';
import { formatAddress, parseAddress, type Address } from '../net/prefix.js';

/** What a command expects in one place of its command line. */
export type NamedKind = 'pod' | 'service';

const FORM: Readonly<Record<NamedKind, string>> = { pod: 'NAMESPACE/POD', service: 'NAMESPACE/SERVICE' };

function malformed(code: string, message: string, ...hints: string[]): UsageError {
  return new UsageError(code, message, { hints });
}

/**
 * `NAMESPACE/NAME` of a pod or service as given, or of a bare name and `--namespace`. Throws UsageError for anything that
 * cannot be one; whether the object exists is not known here.
 */
export function namespacedName(text: string, kind: NamedKind, namespace: string | undefined): string {
  const form = FORM[kind];
  const parts = text.split('/');
  const bad = /\s/.test(text) || parts.some((part) => part === '') || parts.length > 2;
  if (bad) {
    const what = text.trim() === '' ? `no ${kind} is named` : `"${text}" names no ${kind}`;
    throw malformed('usage.endpoint', what, `write ${form}, or NAME with -n NAMESPACE`);
  }
  if (parts.length === 2) return text;
  if (parseAddress(text) !== undefined) {
    throw malformed(
      'usage.endpoint',
      `"${text}" is an address, not a ${kind}`,
      `write ${form}; for an address outside the cluster use "trace pod-to-external"`,
    );
  }
  if (namespace === undefined || namespace === '') {
    throw malformed('usage.endpoint', `"${text}" says no namespace`, `write ${form}, or give -n NAMESPACE`);
  }
  return `${namespace}/${text}`;
}

/** One address, canonical. Throws UsageError for a name, a network or an address with a port. */
export function externalAddress(text: string): Address {
  const address = parseAddress(text);
  if (address !== undefined) return address;
  const message = text.trim() === '' ? 'no address is given' : `"${text}" is not an IP address`;
  throw malformed('usage.endpoint', message, addressHint(text));
}

function addressHint(text: string): string {
  if (socketParts(text)?.port !== undefined) return 'write the address alone, and the port with --port';
  const [before = '', after] = text.split('/');
  if (parseAddress(before) !== undefined) return 'write one address of the network';
  if (after !== undefined) return 'for a pod use "trace pod-to-pod", for a service "trace pod-to-service"';
  return 'write an IPv4 or IPv6 address; names are not looked up';
}

interface Socket {
  readonly address: Address;
  readonly port: number | undefined;
}

/** `IP`, `IPv4:PORT` or `[IPv6]:PORT`. */
function socketParts(text: string): Socket | undefined {
  const bare = parseAddress(text);
  if (bare !== undefined) return { address: bare, port: undefined };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = parseAddress(bracketed ?? plain ?? '');
  const port = digits === undefined ? undefined : Number(digits);
  if (address === undefined || port === 0 || (port ?? 0) > 65535) return undefined;
  if (bracketed !== undefined && address.family !== 6) return undefined;
  return { address, port };
}

/** `--backend`, canonical; undefined for `all`. */
export function backendOf(text: string | undefined): string | undefined {
  if (text === undefined || text === 'all') return undefined;
  const socket = socketParts(text);
  if (socket === undefined) {
    throw malformed('usage.backend', `--backend "${text}" is not a backend`, 'write IP, IP:PORT, [IPv6]:PORT or all');
  }
  const address = formatAddress(socket.address);
  if (socket.port === undefined) return address;
  return socket.address.family === 6 ? `[${address}]:${socket.port}` : `${address}:${socket.port}`;
}

/** A port number in a flag. */
export function portNumber(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port > 0 && port < 65536) return port;
  throw malformed('usage.port', `${flag} "${text}" is not a port number`, 'a port is a number from 1 to 65535');
}
