import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decodeDatabaseFile } from '../../src/ovsdb/file/database-file.js';
import type { DatabaseFile } from '../../src/ovsdb/file/database-file.js';

const set = (type: string) => ({ type: { key: type, min: 0, max: 'unlimited' } });
const optional = (type: string) => ({ type: { key: type, min: 0, max: 1 } });
const map = (key: string, value: string) => ({ type: { key, value, min: 0, max: 'unlimited' } });

/** A made-up schema that has every shape of column: what real schemas have and what they merely could have. */
export const MADE_SCHEMA = {
  name: 'Made',
  version: '1.0.0',
  tables: {
    Thing: {
      isRoot: true,
      indexes: [['name']],
      columns: {
        name: { type: 'string' },
        count: { type: 'integer' },
        share: { type: 'real' },
        enabled: { type: 'boolean' },
        passing: { type: 'integer', ephemeral: true },
        label: optional('string'),
        tag: optional('integer'),
        numbers: set('integer'),
        shares: set('real'),
        words: set('string'),
        some: { type: { key: 'integer', min: 1, max: 5 } },
        single: { type: { key: 'string', value: 'string', min: 0, max: 1 } },
        options: map('string', 'string'),
        queues: map('integer', 'integer'),
        parts: { type: { key: { type: 'uuid', refTable: 'Part' }, min: 0, max: 'unlimited' } },
        named: { type: { key: 'string', value: { type: 'uuid', refTable: 'Part' }, min: 0, max: 'unlimited' } },
        peers: { type: { key: { type: 'uuid', refTable: 'Thing', refType: 'weak' }, min: 0, max: 'unlimited' } },
      },
    },
    Part: { columns: { value: { type: 'integer' } } },
  },
};

export const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

/** Decodes a file that has to be decodable. */
export function decodeFile(path: string): DatabaseFile {
  const decoded = decodeDatabaseFile(readFileSync(path), sha1);
  if (!decoded.ok) throw new Error(`${path} ${decoded.error.detail}`);
  return decoded.value;
}

/** A log record as ovsdb-server would write it. */
export function logRecord(json: string, magic: 'JSON' | 'CLUSTER' = 'JSON'): Buffer {
  const body = Buffer.from(`${json}\n`);
  return Buffer.concat([Buffer.from(`OVSDB ${magic} ${String(body.length)} ${sha1(body)}\n`), body]);
}
