import { describe, expect, test } from 'vitest';
import { AccessError, ConflictError, UnavailableError } from '../../../src/base/errors.js';
import { socketError } from '../../../src/connect/ovsdb/socket-errors.js';

const coded = (code: string): Error => Object.assign(new Error('whatever it says'), { code });

describe('an error of a socket', () => {
  test.each([
    ['ECONNREFUSED', UnavailableError, 'ovsdb.unreachable'],
    ['ENOENT', UnavailableError, 'ovsdb.unreachable'],
    ['EACCES', AccessError, 'ovsdb.socket-permission'],
    ['CERT_HAS_EXPIRED', AccessError, 'tls.server-certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', AccessError, 'tls.server-certificate'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', AccessError, 'tls.refused'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', AccessError, 'tls.refused'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', AccessError, 'tls.refused'],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', AccessError, 'tls.refused'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', UnavailableError, 'tls.protocol'],
    ['EPROTO', UnavailableError, 'tls.protocol'],
    ['ESOMETHINGNEW', UnavailableError, 'ovsdb.unreachable'],
  ])('%s is told by its code', (code, type, ours) => {
    const error = coded(code);
    const told = socketError('tcp:host:1', error);
    expect(told).toBeInstanceOf(type);
    expect([told.code, told.cause, told.message.startsWith('tcp:host:1: ')]).toEqual([ours, error, true]);
  });

  test('that is told already stays as it is', () => {
    const told = new ConflictError('x', 'y');
    expect(socketError('unix:x', told)).toBe(told);
  });
});
