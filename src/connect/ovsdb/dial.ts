import { X509Certificate } from 'node:crypto';
import { connect as connectSocket, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { InputError, UsageError } from '../../base/errors.js';
import type { Remote } from '../../ovsdb/client/remote.js';
import type { Dial, Transport } from '../../ovsdb/client/transport.js';
import { socketError } from './socket-errors.js';
import { streamTransport } from './stream-transport.js';

/** PEM texts, and what to expect of servers reached by `ssl:`. */
export interface TlsOptions {
  /** The CA that has signed the servers' certificates; the system's CAs are not asked. */
  readonly ca: string | Uint8Array;
  readonly certificate?: string | Uint8Array;
  readonly privateKey?: string | Uint8Array;
  /**
   * The name that the server's certificate has to carry; default: the host of the remote. `'any'` accepts every certificate
   * of the CA, which is all that Open vSwitch's own programs check.
   */
  readonly serverName?: string | { readonly accept: 'any' };
}

/** Dials unix, tcp and ssl remotes. TLS is verified or not spoken: there is no way to leave the CA out. */
export function socketDial(tls: TlsOptions | undefined): Dial {
  return (remote, signal) => {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (remote.kind !== 'ssl') {
      const socket =
        remote.kind === 'unix'
          ? connectSocket({ path: remote.path })
          : connectSocket({ host: remote.host, port: remote.port });
      return opened(remote, socket, 'connect', signal);
    }
    if (tls === undefined) {
      return Promise.reject(new UsageError('ovsdb.tls-ca', `${remote.text}: a CA certificate is needed for ssl`));
    }
    try {
      return opened(remote, tlsSocket(remote, tls), 'secureConnect', signal);
    } catch (cause) {
      // OpenSSL reads the PEM texts before anything is sent.
      return Promise.reject(new InputError('tls.credentials', 'a certificate or key cannot be read', { cause }));
    }
  };
}

function tlsSocket(remote: Extract<Remote, { host: string }>, tls: TlsOptions): Socket {
  const { ca, certificate, privateKey, serverName = remote.host } = tls;
  // TLS would take a text without certificates for a list of no authorities, and blame the server.
  new X509Certificate(ca);
  const socket = connectTls({
    host: remote.host,
    port: remote.port,
    ca: pem(ca),
    ...(certificate !== undefined && { cert: pem(certificate) }),
    ...(privateKey !== undefined && { key: pem(privateKey) }),
    ...(typeof serverName === 'string' && isIP(serverName) === 0 && { servername: serverName }),
    // Not that of the process's environment, which can switch it off.
    rejectUnauthorized: true,
    checkServerIdentity: (_, peer) =>
      typeof serverName === 'string' ? checkServerIdentity(serverName, peer) : undefined,
  });
  return socket;
}

const pem = (text: string | Uint8Array): string | Buffer => (typeof text === 'string' ? text : Buffer.from(text));

function opened(
  remote: Remote,
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      socket.off(event, succeed);
      socket.off('error', fail);
      socket.off('close', fail);
      signal.removeEventListener('abort', abort);
    };
    const succeed = (): void => {
      done();
      socket.setNoDelay(true);
      resolve(streamTransport(remote.text, socket));
    };
    const fail = (error?: unknown): void => {
      done();
      // An error on a socket that nobody listens to any more would end the process.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(
        error instanceof Error
          ? socketError(remote.text, error)
          : socketError(remote.text, Object.assign(new Error('closed'), { code: 'ECONNRESET' })),
      );
    };
    const abort = (): void => fail(signal.reason);
    socket.once(event, succeed);
    socket.once('error', fail);
    socket.once('close', fail);
    signal.addEventListener('abort', abort, { once: true });
  });
}
