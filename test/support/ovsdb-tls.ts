import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a certificate, and their contents. */
export interface Credentials {
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly privateKey: string;
  readonly certificate: string;
}

export interface Authority extends Credentials {
  /** A certificate for the names (`DNS:…`, `IP:…`), valid for `days` from `from` (days ago). */
  issue(name: string, names: string, validity?: { readonly from: string; readonly to: string }): Credentials;
}

/** A part of the machine, like the servers that are tested against; not of this package. */
const OPENSSL = 'openssl';
const openssl = (...args: string[]): void => {
  execFileSync(OPENSSL, args, { stdio: 'pipe' });
};

const credentials = (folder: string, name: string): Credentials => {
  const keyFile = join(folder, `${name}.key`);
  const certificateFile = join(folder, `${name}.pem`);
  return {
    keyFile,
    certificateFile,
    get privateKey() {
      return readFileSync(keyFile, 'utf8');
    },
    get certificate() {
      return readFileSync(certificateFile, 'utf8');
    },
  };
};

/** Makes a certificate authority with files in `folder`. */
export function makeAuthority(folder: string, name: string): Authority {
  const made = credentials(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    made.keyFile,
    '-out',
    made.certificateFile,
    '-subj',
    `/CN=${name}`,
    '-days',
    '10',
  );
  const index = join(folder, `${name}.index`);
  const config = join(folder, `${name}.cnf`);
  writeFileSync(index, '');
  writeFileSync(
    config,
    `[ca]\ndefault_ca=c\n[c]\ndatabase=${index}\nnew_certs_dir=${folder}\nrand_serial=yes\ndefault_md=sha256\npolicy=p\n` +
      'unique_subject=no\ncopy_extensions=copy\n[p]\ncommonName=supplied\n',
  );
  const format = (days: number): string =>
    new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');
  return Object.assign(made, {
    issue(subject: string, names: string, validity = { from: format(-1), to: format(5) }): Credentials {
      const issued = credentials(folder, subject);
      const request = join(folder, `${subject}.csr`);
      const extension = names === '' ? [] : ['-addext', `subjectAltName=${names}`];
      openssl(
        'req',
        '-new',
        ...key,
        '-keyout',
        issued.keyFile,
        '-out',
        request,
        '-subj',
        `/CN=${subject}`,
        ...extension,
      );
      const dates = ['-startdate', validity.from, '-enddate', validity.to];
      const by = ['-config', config, '-cert', made.certificateFile, '-keyfile', made.keyFile];
      openssl('ca', '-batch', '-notext', ...by, ...dates, '-in', request, '-out', issued.certificateFile);
      return issued;
    },
  });
}
