import { AccessError, OvnctlError, UnavailableError } from '../../../base/errors.js';
import { socketError } from '../../ovsdb/socket-errors.js';

/** Why a proxy did not open the way, told by the status of its answer. */
export class ProxyRefusal extends Error {
  readonly proxy: string;
  readonly status: number;

  constructor(proxy: string, status: number) {
    super(`the proxy answered ${String(status)}`);
    this.proxy = proxy;
    this.status = status;
  }
}

/** A connection that ended before the answer did. */
export class CutShort extends Error {
  readonly code = 'ECONNRESET';
}

/** What went wrong below HTTP, in words for the user; told by class and code, never by the text of the error. */
export function networkError(server: URL, error: unknown): OvnctlError {
  if (error instanceof OvnctlError) return error;
  if (error instanceof ProxyRefusal) return proxyError(error);
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  const shown = `API server ${server.host}`;
  if (error instanceof CutShort) {
    return new UnavailableError('kube.cut-short', `${shown}: the connection ended in the middle of the answer`, {
      cause: error,
    });
  }
  if (typeof code === 'string' && code.startsWith('HPE_')) {
    return new UnavailableError('kube.not-http', `${shown}: what listens there does not speak HTTP`, { cause: error });
  }
  const told = socketError(shown, error);
  switch (told.code) {
    case 'tls.server-certificate':
      return new AccessError(told.code, told.message, { cause: error, hints: certificateHints(code) });
    case 'tls.protocol':
      return new UnavailableError(told.code, told.message, {
        cause: error,
        hints: server.protocol === 'https:' ? ['is the server http:// rather than https://?'] : [],
      });
    case 'ovsdb.unreachable':
      return new UnavailableError('kube.unreachable', told.message, {
        cause: error,
        hints: ['check the server in the kubeconfig, and whether a VPN or proxy is needed to reach it'],
      });
    case 'ovsdb.socket-permission':
      return new AccessError('kube.connect-permission', told.message, { cause: error });
    default:
      return told;
  }
}

function certificateHints(code: unknown): readonly string[] {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return ["set tls-server-name in the kubeconfig's cluster if the server is reached under another name than its own"];
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return ["check this machine's clock, then the certificate of the API server"];
  }
  return ["check certificate-authority in the kubeconfig's cluster"];
}

function proxyError(error: ProxyRefusal): OvnctlError {
  const { proxy, status } = error;
  if (status === 407 || status === 401 || status === 403) {
    return new AccessError('kube.proxy-refused', `proxy ${proxy} refuses to connect us (status ${String(status)})`, {
      cause: error,
      hints: status === 407 ? ['give user and password in the proxy URL: http://USER:PASSWORD@HOST:PORT'] : [],
    });
  }
  return new UnavailableError('kube.proxy', `proxy ${proxy} cannot reach the server (status ${String(status)})`, {
    cause: error,
  });
}
