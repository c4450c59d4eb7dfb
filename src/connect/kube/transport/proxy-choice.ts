import { BlockList, isIP } from 'node:net';

/**
 * The proxy for this server: the kubeconfig's `proxy-url`, else HTTPS_PROXY or HTTP_PROXY unless NO_PROXY excepts the host;
 * undefined for none. The rules are those of Go's net/http, because people's environments are made for kubectl: localhost is
 * never proxied, a domain in NO_PROXY covers its subdomains, `*` is everything, an entry may have a port.
 */
export function proxyFor(
  server: URL,
  proxyUrl: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (proxyUrl !== undefined) return proxyUrl;
  const scheme = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const variable = (name: string): string | undefined => environment[name] || environment[name.toLowerCase()];
  const proxy = variable(scheme);
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (proxy === undefined || isLocal(host) || isExcepted(host, portOf(server), variable('NO_PROXY') ?? '')) {
    return undefined;
  }
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

/** The port a URL means, also where it does not say one. */
export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function isLocal(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) === 6 ? host === '::1' : isIP(host) === 4 && host.startsWith('127.');
}

function isExcepted(host: string, port: number, list: string): boolean {
  const entries = list.split(',').map((entry) => entry.trim().toLowerCase());
  return entries.filter((entry) => entry !== '').some((entry) => covers(entry, host, port));
}

function covers(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  const family = isIP(host);
  const [network = '', prefix] = entry.split('/');
  if (prefix !== undefined) {
    if (family === 0 || isIP(network) !== family || !/^\d+$/.test(prefix)) return false;
    const block = new BlockList();
    const kind = family === 4 ? 'ipv4' : 'ipv6';
    if (Number(prefix) > (family === 4 ? 32 : 128)) return false;
    block.addSubnet(network, Number(prefix), kind);
    return block.check(host, kind);
  }
  if (isIP(entry) !== 0) return entry === host;
  const [, name = entry, wanted] = /^(.*):(\d+)$/.exec(entry) ?? [];
  if (wanted !== undefined && Number(wanted) !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}
