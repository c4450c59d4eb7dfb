import type { Fields } from './fields.js';
import { readMeta } from './object-meta.js';
import type { KubeObject } from './object-meta.js';

/** certificates.k8s.io/v1 CertificateSigningRequest, without what it asks to be signed. */
export interface CertificateRequest extends KubeObject {
  readonly signer: string;
  readonly usages: readonly string[];
  /** Who asked. */
  readonly user: string;
  readonly conditions: readonly {
    /** Approved, Denied or Failed. */
    readonly type: string;
    readonly reason: string;
    readonly message: string;
  }[];
  /** Whether there is a certificate. */
  readonly issued: boolean;
}

export function readCertificateRequest(object: Fields): CertificateRequest {
  const spec = object.inside('spec');
  const status = object.inside('status');
  return {
    metadata: readMeta(object),
    signer: spec.text('signerName') ?? '',
    usages: spec.texts('usages'),
    user: spec.text('username') ?? '',
    conditions: status.list('conditions', (condition) => ({
      type: condition.text('type') ?? '',
      reason: condition.text('reason') ?? '',
      message: condition.text('message') ?? '',
    })),
    issued: (status.text('certificate') ?? '') !== '',
  };
}
