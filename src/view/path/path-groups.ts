import type { Path } from '../../trace/path/path-trace.js';
import { rowsOf, type PathRow } from './path-rows.js';

/** Paths that share everything below their heading, and what they share. */
export interface PathGroup {
  readonly paths: readonly [Path, ...Path[]];
  readonly rows: readonly PathRow[];
}

/** What must be the same for two paths to be shown once; the headings stay one a path, so nothing is lost. */
function likeness(path: Path, rows: readonly PathRow[]): string {
  const shown = rows.map(({ happenings, ...row }) => ({ ...row, texts: happenings.map(({ text }) => text) }));
  return JSON.stringify([path.verdict, path.cause ?? null, shown]);
}

/** Every path by itself, under its own names. */
export const singly = (paths: readonly Path[]): PathGroup[] =>
  paths.map((path) => ({ paths: [path], rows: rowsOf(path, 'own') }));

/**
 * Paths that differ in nothing but what their headings say (addresses, backend), shown once, at the place of the first.
 * A path that is like no other keeps the names of its own backend.
 */
export function grouped(paths: readonly Path[]): PathGroup[] {
  const groups = new Map<string, { readonly paths: [Path, ...Path[]]; readonly rows: readonly PathRow[] }>();
  for (const path of paths) {
    const rows = rowsOf(path, 'shared');
    const key = likeness(path, rows);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { paths: [path], rows });
    else group.paths.push(path);
  }
  return [...groups.values()].map((group) =>
    group.paths.length > 1 ? group : { paths: group.paths, rows: rowsOf(group.paths[0], 'own') },
  );
}
