import type { Path } from '../../trace/path/path-trace.js';
import type { Naming } from './happenings.js';
import { rowsOf, type PathRow } from './path-rows.js';
import { lostReply, wayOut } from './ways.js';
import { replyFrom } from './words.js';

/** What is shown of one path, or once for several that are alike. */
export interface PathBody {
  /** The way out. */
  readonly rows: readonly PathRow[];
  /** The way back, where it is worth its lines: a reply that was lost, or all in the wide view. */
  readonly replyRows: readonly PathRow[];
}

/** Paths that share everything below their heading, and what they share. */
export interface PathGroup extends PathBody {
  readonly paths: readonly [Path, ...Path[]];
}

function bodyOf(path: Path, naming: Naming, everyReply: boolean): PathBody {
  const reply = everyReply ? path.reply : lostReply(path);
  return { rows: rowsOf(wayOut(path), naming), replyRows: reply === undefined ? [] : rowsOf(reply, 'own') };
}

/** What must be the same for two paths to be shown once; the headings stay one a path, so nothing is lost. */
function likeness(path: Path, { rows, replyRows }: PathBody): string {
  const shown = [...rows, ...replyRows].map(({ happenings, ...row }) => [row, happenings.map(({ text }) => text)]);
  const reply = path.reply === undefined ? null : [path.reply.verdict, replyFrom(path.reply)];
  return JSON.stringify([path.verdict, path.cause ?? null, path.egress ?? null, reply, shown]);
}

/** Every path by itself, under its own names, with the way of its reply. */
export const singly = (paths: readonly Path[]): PathGroup[] =>
  paths.map((path) => ({ paths: [path], ...bodyOf(path, 'own', true) }));

/**
 * Paths that differ in nothing but what their headings say (addresses, backend), shown once, at the place of the first.
 * A path that is like no other keeps the names of its own backend.
 */
export function grouped(paths: readonly Path[]): PathGroup[] {
  const groups = new Map<string, PathBody & { readonly paths: [Path, ...Path[]] }>();
  for (const path of paths) {
    const body = bodyOf(path, 'shared', false);
    const key = likeness(path, body);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { paths: [path], ...body });
    else group.paths.push(path);
  }
  return [...groups.values()].map((group) =>
    group.paths.length > 1 ? group : { paths: group.paths, ...bodyOf(group.paths[0], 'own', false) },
  );
}
