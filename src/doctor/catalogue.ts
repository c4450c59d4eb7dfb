/**
 * Every code there is. OVN0xxx: ovnctl itself, 1xxx sources, 2xxx databases, 3xxx nodes, tunnels and gateways, 4xxx pods, 5xxx
 * services, 6xxx policy, 7xxx egress, 8xxx IPsec, 9xxx user-defined networks. A code that is given up stays in RETIRED and is
 * never used again.
 */
import type { Analyzer } from './analyzer.js';
import type { Definition, Level } from './finding.js';
import { ANALYZERS, BEFORE_DUAL_STACK } from './registry.js';

/** Codes that once meant something. */
export const RETIRED: readonly string[] = [];

export interface CatalogueEntry {
  readonly code: string;
  readonly level: Level;
  readonly title: string;
  /** The analyzers that may find it, by id. */
  readonly foundBy: readonly Analyzer[];
}

/** In order of code. */
export function catalogue(): readonly CatalogueEntry[] {
  const entries = new Map<string, { definition: Definition<never>; foundBy: Analyzer[] }>();
  const all = [...new Set([...ANALYZERS, ...BEFORE_DUAL_STACK])].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const analyzer of all) {
    for (const definition of analyzer.finds) {
      const entry = entries.get(definition.code);
      if (entry === undefined) entries.set(definition.code, { definition, foundBy: [analyzer] });
      else entry.foundBy.push(analyzer);
    }
  }
  return [...entries.values()]
    .map(({ definition: { code, level, title }, foundBy }) => ({ code, level, title, foundBy }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}
