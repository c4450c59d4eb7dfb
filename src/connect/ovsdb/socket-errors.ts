import { AccessError, OvnctlError, UnavailableError } from '../../base/errors.js';

/** OpenSSL's names for a certificate that does not hold, as Node gives them in an error's `code`. */
const CERTIFICATE = new Map([
  ['CERT_HAS_EXPIRED', 'has expired'],
  ['CERT_NOT_YET_VALID', 'is not valid yet'],
  ['CERT_REVOKED', 'is revoked'],
  ['CERT_REJECTED', 'is rejected'],
  ['CERT_UNTRUSTED', 'is not trusted'],
  ['CERT_SIGNATURE_FAILURE', 'has a wrong signature'],
  ['CERT_CHAIN_TOO_LONG', 'has too long a chain'],
  ['INVALID_CA', 'is signed by what is no CA'],
  ['INVALID_PURPOSE', 'is not for a server'],
  ['PATH_LENGTH_EXCEEDED', 'has too long a chain'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is signed by itself, not by the given CA'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'is not signed by the given CA'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'is not signed by the given CA'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'is not signed by the given CA'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'is not signed by the given CA'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another name'],
]);

/** How TLS says that the other side did not like our certificate, or us. */
const REFUSED_BY_SERVER =
  /^ERR_SSL_(?:TLSV1|TLSV13|SSLV3|SSL\/TLS)?_?ALERT|^ERR_SSL_.*ALERT_(?:BAD|UNKNOWN_CA|UNSUPPORTED|CERTIFICATE|ACCESS|HANDSHAKE)/;

const UNREACHABLE = new Map([
  ['ENOENT', 'there is no such socket'],
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'the connection was reset'],
  ['EPIPE', 'the connection was closed'],
  ['ETIMEDOUT', 'the host does not answer'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ENOTFOUND', 'the host name is unknown'],
  ['EAI_AGAIN', 'the host name cannot be looked up now'],
]);

const codeOf = (error: unknown): string => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
};

/** What a socket's error means to a user, told by its code. */
export function socketError(remote: string, error: unknown): OvnctlError {
  if (error instanceof OvnctlError) return error;
  const code = codeOf(error);
  const certificate = CERTIFICATE.get(code);
  if (certificate !== undefined) {
    const hints =
      code === 'ERR_TLS_CERT_ALTNAME_INVALID'
        ? ["give the name in the server's certificate if it is known under another than its address"]
        : [];
    return new AccessError('tls.server-certificate', `${remote}: the server's certificate ${certificate}`, {
      cause: error,
      hints,
    });
  }
  if (REFUSED_BY_SERVER.test(code)) {
    return new AccessError('tls.refused', `${remote}: the server refused the TLS connection`, {
      cause: error,
      hints: ['check that the client certificate is signed by the CA that the server trusts, and has not expired'],
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new AccessError('ovsdb.socket-permission', `${remote}: no permission to connect`, { cause: error });
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) {
    return new UnavailableError('tls.protocol', `${remote}: what listens there does not speak TLS with us`, {
      cause: error,
    });
  }
  const why = UNREACHABLE.get(code) ?? (error instanceof Error ? error.message : String(error));
  return new UnavailableError('ovsdb.unreachable', `${remote}: ${why}`, { cause: error });
}
