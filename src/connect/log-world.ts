/**
 * A World of nothing but text: the log of an ovnkube that does not start, from a file, a folder or standard input. The
 * default-gateway faults can be told from that alone.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { InputError } from '../base/errors.js';
import { Coverage } from '../world/coverage.js';
import type { HostText } from '../world/hosts.js';
import { viewOfLists } from '../world/kept-lists.js';
import type { World } from '../world/world.js';

/** Bytes of a file and number of files beyond which this is not what was meant. */
const LIMIT = 64 * 1024 * 1024;
const FILES = 1000;

/** klog's header, `I1006 16:09:50.985852 60651 helper_linux.go:73]`, possibly behind a time of the container runtime. */
const LOG_LINE = /^(?:\S+ (?:std(?:out|err) [FP] )?)?[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ \S+\.go:\d+\]/m;

/** The World of the text on standard input. */
export async function worldFromInput(input: AsyncIterable<Buffer | string>): Promise<World> {
  const parts: string[] = [];
  for await (const part of input) parts.push(part.toString());
  const text = parts.join('');
  if (text.trim() === '') throw new InputError('source.empty', 'standard input has nothing in it');
  return worldOf('-', [textAt('standard input', 'standard-input', text)]);
}

/** The World of the logs at `path`; undefined when none of the files there has lines as ovnkube logs them. */
export async function worldFromLogs(path: string): Promise<World | undefined> {
  const files = (await stat(path)).isDirectory() ? await filesBelow(path) : [path];
  const texts: HostText[] = [];
  for (const file of files.slice(0, FILES)) {
    if ((await stat(file)).size > LIMIT) continue;
    const text = await readFile(file, 'utf8');
    const inside = relative(path, file).split(sep).join('/');
    if (LOG_LINE.test(text))
      texts.push(textAt(file, inside === '' ? basename(file) : inside.replace(/^logs\//, ''), text));
  }
  return texts.length === 0 ? undefined : worldOf(path, texts);
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const textAt = (from: string, name: string, text: string): HostText => ({
  path: `logs/${name}`,
  from,
  read: () => Promise.resolve(text),
});

function worldOf(path: string, texts: readonly HostText[]): World {
  return {
    source: { kind: 'logs', path },
    zones: [],
    kube: viewOfLists(false, () => Promise.resolve({ items: [], gaps: [] })),
    hosts: { texts: () => Promise.resolve(texts), configuration: () => Promise.resolve(undefined) },
    coverage: new Coverage(),
  };
}
