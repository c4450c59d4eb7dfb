/**
 * The journal as files, one an entry, in the XDG state folder (`$XDG_STATE_HOME/ovnctl/journal`, else `~/.local/state/…`).
 *
 * A file is replaced whole, so it is never half an entry; a number is taken by whoever makes the file of that number first.
 * What is written is for the user alone (mode 0600): rows of the databases, no credentials.
 */
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { InputError, NotFoundError } from '../base/errors.js';
import { isJsonObject } from '../ovsdb/wire/json.js';
import type { Json } from '../ovsdb/wire/json.js';
import { jsonText } from '../ovsdb/wire/json-text.js';
import { parseJson } from '../ovsdb/wire/parse-json.js';

/** An entry as it is kept; what else it has is the business of whoever keeps it. */
interface Kept {
  readonly id: number;
}

const NAME = /^(\d+)\.json$/;

export class JournalFiles<E extends Kept> {
  readonly #folder: string;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    const state = environment['XDG_STATE_HOME'];
    this.#folder = join(state ? state : join(homedir(), '.local', 'state'), 'ovnctl', 'journal');
  }

  async begin(entry: Omit<E, 'id'>): Promise<E> {
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
    if (!parsed.ok || !isJsonObject(parsed.value) || parsed.value['id'] !== id)
      throw new InputError('journal.damaged', `${this.#path(id)} is damaged`);
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

const isError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
