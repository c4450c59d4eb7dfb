import type { Evidence } from '../finding.js';
import type { Sight } from '../sight.js';

/** What northd says of itself in the southbound database of its zone. */
export interface NorthdVersion {
  readonly zone: string;
  /** `26.03.1`. */
  readonly ovn: string;
  /** The southbound schema it was made for, `21.8.0`. */
  readonly schema: string;
  /** The schema that the database has; undefined where that is not told. */
  readonly has: string | undefined;
  readonly evidence: Evidence;
}

const KEY = 'northd_internal_version';

/** Of every zone that says it; another is a gap. */
export async function northdVersions(sight: Sight): Promise<readonly NorthdVersion[]> {
  const found: NorthdVersion[] = [];
  for (const zone of sight.zones) {
    const southbound = await zone.southbound();
    if (southbound === undefined) continue;
    const [global] = [...southbound.table('SB_Global').rows()];
    const text = global?.map('options').get(KEY) ?? '';
    const [, ovn, schema] = /^(\d+\.\d+\.\d+)-(\d+\.\d+\.\d+)-/.exec(text) ?? [];
    if (global === undefined || ovn === undefined || schema === undefined) {
      const reason = `SB_Global has no ${KEY} that can be read`;
      sight.miss({ code: 'versions.unknown', subject: `release of OVN in zone ${zone.name}`, reason });
      continue;
    }
    const evidence = {
      source: `southbound database of zone ${zone.name}`,
      ref: `SB_Global ${global.uuid}`,
      excerpt: `options:${KEY}=${text}`,
    };
    found.push({ zone: zone.name, ovn, schema, has: southbound.schema?.version, evidence });
  }
  return found;
}

/** Dotted numbers; negative when `a` is the older one. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = (left[at] ?? 0) - (right[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** Those that are not what most are; of equally many, the first is taken for right. */
export function outliers<T>(
  all: readonly T[],
  version: (each: T) => string,
): readonly { readonly one: T; readonly usual: T; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const each of all) counts.set(version(each), (counts.get(version(each)) ?? 0) + 1);
  const usual = all.toSorted((a, b) => (counts.get(version(b)) ?? 0) - (counts.get(version(a)) ?? 0))[0];
  if (usual === undefined) return [];
  const count = counts.get(version(usual)) ?? 0;
  return all.filter((each) => version(each) !== version(usual)).map((one) => ({ one, usual, count }));
}
