/**
 * The journal as files, one an entry, in the XDG state folder (`$XDG_STATE_HOME/ovnctl/journal`, else `~/.local/state/…`).
 *
 * A file is replaced whole, so it is never half an entry; a number is taken by whoever makes the file of that number first.
 * What is written is for the user alone (mode 0600): rows of the databases, no credentials.
 */
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AccessError, InputError, NotFoundError } from '../base/errors.js';
import { isJsonArray, isJsonObject } from '../ovsdb/wire/json.js';
import type { Json, JsonObject } from '../ovsdb/wire/json.js';
import { jsonText } from '../ovsdb/wire/json-text.js';
import { parseJson } from '../ovsdb/wire/parse-json.js';

/** An entry as it is kept; what else it has is the business of whoever keeps it. */
interface Kept {
  readonly id: number;
  readonly time: string;
  readonly summary: string;
  readonly batches: readonly unknown[];
}

const NAME = /^(\d+)\.json$/;

export class JournalFiles<E extends Kept> {
  readonly #folder: string;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    const state = environment['XDG_STATE_HOME'];
    this.#folder = join(state ? state : join(homedir(), '.local', 'state'), 'ovnctl', 'journal');
  }

  async begin(entry: Omit<E, 'id'>): Promise<E> {
    try {
      return await this.#begin(entry);
    } catch (error) {
      throw unwritable(this.#folder, error);
    }
  }

  async #begin(entry: Omit<E, 'id'>): Promise<E> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (let id = Math.max(0, ...(await this.#ids())) + 1; ; id++) {
      try {
        const file = await open(this.#path(id), 'wx', 0o600);
        await file.close();
      } catch (error) {
        // Another process was faster.
        if (isError(error, 'EEXIST')) continue;
        throw error;
      }
      const made = { ...entry, id } as unknown as E;
      await this.save(made);
      return made;
    }
  }

  async save(entry: E): Promise<void> {
    const path = this.#path(entry.id);
    await writeFile(`${path}.new`, `${jsonText(entry as unknown as Json)}\n`, { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  }

  async entry(id: number): Promise<E> {
    let text: string;
    try {
      text = await readFile(this.#path(id), 'utf8');
    } catch (error) {
      if (!isError(error, 'ENOENT')) throw error;
      throw new NotFoundError('journal.entry', `there is no change ${id}`, { hints: ['"ovnctl history" lists them'] });
    }
    const parsed = parseJson(text);
    if (!parsed.ok || !isJsonObject(parsed.value) || !isEntry(parsed.value, id)) {
      throw new InputError('journal.damaged', `${this.#path(id)} is damaged`, {
        hints: ['move it away: without it the other changes can still be listed and undone'],
      });
    }
    return parsed.value as unknown as E;
  }

  async entries(): Promise<readonly E[]> {
    const ids = (await this.#ids()).sort((a, b) => b - a);
    const entries: E[] = [];
    for (const id of ids) {
      // A file without content was begun this moment, or by somebody who died.
      const text = await readFile(this.#path(id), 'utf8');
      if (text !== '') entries.push(await this.entry(id));
    }
    return entries;
  }

  async #ids(): Promise<number[]> {
    try {
      const names = await readdir(this.#folder);
      return names.flatMap((name) => {
        const [, id] = NAME.exec(name) ?? [];
        return id === undefined ? [] : [Number(id)];
      });
    } catch (error) {
      if (isError(error, 'ENOENT')) return [];
      throw error;
    }
  }

  #path(id: number): string {
    return join(this.#folder, `${id}.json`);
  }
}

/** Whether what was read is an entry, as far as everybody relies on. */
const isEntry = ({ id, time, summary, batches }: JsonObject, wanted: number): boolean =>
  id === wanted &&
  typeof time === 'string' &&
  typeof summary === 'string' &&
  isJsonArray(batches) &&
  batches.every((batch) => isJsonObject(batch) && typeof batch['zone'] === 'string' && isJsonArray(batch['changes']));

/** Without a journal nothing is changed: what can't be written down can't be undone. */
function unwritable(folder: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const message = `the journal can't be written: ${error.message}`;
  const options = { cause: error, hints: [`nothing was changed; ${folder} has to be writable, or set XDG_STATE_HOME`] };
  return isError(error, 'EACCES') || isError(error, 'EPERM') || isError(error, 'EROFS')
    ? new AccessError('journal.access', message, options)
    : new InputError('journal.unwritable', message, options);
}

const isError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
