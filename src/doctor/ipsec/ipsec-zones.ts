import type { Row } from '../../ovsdb/replica/row.js';
import type { Sight } from '../sight.js';

/** What a zone says about IPsec, and when it last said anything. */
export interface IpsecZone {
  readonly zone: string;
  readonly on: boolean;
  /** Of NB_Global. */
  readonly row: Row;
  /** Seconds since the Unix epoch, as ovnkube writes them every half minute. */
  readonly beat: number | undefined;
}

export async function ipsecZones(sight: Sight): Promise<readonly IpsecZone[]> {
  return (await sight.northbounds()).flatMap(({ zone, northbound }) => {
    const row = [...northbound.database.table('NB_Global').rows()][0];
    if (row === undefined) return [];
    const beat = row.map('options').get('e2e_timestamp') ?? '';
    return [{ zone, on: row.boolean('ipsec'), row, beat: /^\d+$/.test(beat) ? Number(beat) : undefined }];
  });
}

/** Why there is nothing to look at when it is off everywhere. */
export const IPSEC_OFF = { skipped: 'IPsec is off in every zone' } as const;
