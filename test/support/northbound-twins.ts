import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openRemoteWorld } from '../../src/connect/live/remote-world.js';
import { valuesOf, verbOf, wordsOf } from '../../src/manage/words.js';
import { VERBS } from '../../src/manage/northbound/verbs.js';
import type { Operation, OperationResult } from '../../src/ovsdb/client/operation.js';
import { whenHeld } from '../../src/ovsdb/replica/not-held.js';
import type { Json, JsonObject } from '../../src/ovsdb/wire/json.js';
import { isJsonArray } from '../../src/ovsdb/wire/json.js';
import { atomOf } from '../../src/ovsdb/wire/value.js';
import { carryOut } from '../../src/usecase/change/carry-out.js';
import type { CarriedOut } from '../../src/usecase/change/carry-out.js';
import type { Journal, JournalEntry } from '../../src/usecase/change/journal.js';
import { planChanges } from '../../src/usecase/change/plan-changes.js';
import type { Plan, WantedChange } from '../../src/usecase/change/plan-changes.js';
import { planUndo } from '../../src/usecase/change/undo.js';
import type { World } from '../../src/world/world.js';
import { NotFoundError } from '../../src/base/errors.js';
import { ovsdbTool, scratchFolder, startOvsdbServer } from './ovsdb-server.js';
import type { OvsdbServer } from './ovsdb-server.js';

const execute = promisify(execFile);
const NB = 'OVN_Northbound';
const SCHEMA = '/usr/share/ovn/ovn-nb.ovsschema';

/** A journal for one test. */
class MemoryJournal implements Journal {
  readonly kept: JournalEntry[] = [];

  begin(entry: Omit<JournalEntry, 'id'>): Promise<JournalEntry> {
    const made = { ...entry, id: this.kept.length + 1 };
    this.kept.push(made);
    return Promise.resolve(made);
  }

  save(entry: JournalEntry): Promise<void> {
    this.kept[entry.id - 1] = entry;
    return Promise.resolve();
  }

  entry(id: number): Promise<JournalEntry> {
    const entry = this.kept[id - 1];
    return entry === undefined ? Promise.reject(new NotFoundError('journal.entry', 'none')) : Promise.resolve(entry);
  }

  entries(): Promise<readonly JournalEntry[]> {
    return Promise.resolve(this.kept.toReversed());
  }
}

/** `switch add s1 --may-exist`, as `batch` reads it. */
function wantedChange(line: string): WantedChange {
  const words = wordsOf(line);
  if (!words.ok) throw new Error(words.error);
  const found = verbOf(words.value, VERBS);
  if (found === undefined) throw new Error(`no verb in ${line}`);
  const values = valuesOf(words.value.slice(found.length), found.verb);
  if (!values.ok) throw new Error(values.error);
  return { verb: found.verb.name, values: values.value };
}

/** A northbound database on a real server, with its standalone ways to be changed. */
export class NorthboundTwin {
  server: OvsdbServer;
  readonly journal = new MemoryJournal();
  /** For each call to the server. */
  timeoutMs = 30_000;
  /** What stands between a change and the server: to fail, to delay, to look. */
  between: (
    send: () => Promise<readonly OperationResult[]>,
    operations: readonly Operation[],
  ) => Promise<readonly OperationResult[]> = (send) => send();

  constructor(server: OvsdbServer) {
    this.server = server;
  }

  /** Runs ovn-nbctl; undefined, or what it said when it failed. */
  async nbctl(...args: readonly string[]): Promise<string | undefined> {
    try {
      await execute('ovn-nbctl', [`--db=${this.server.remote}`, '--no-leader-only', ...args]);
      return undefined;
    } catch (error) {
      return (error as { readonly stderr?: string }).stderr ?? String(error);
    }
  }

  /** Plans and carries out lines of `batch` in one go; throws what ovnctl would exit with. */
  async change(...lines: readonly string[]): Promise<CarriedOut> {
    return this.#do((world) => planChanges(world, lines.map(wantedChange), { allZones: false, overrideOwner: false }));
  }

  /** Undoes the newest entry. */
  async undo(): Promise<CarriedOut> {
    const entry = this.journal.kept.at(-1);
    if (entry === undefined) throw new Error('nothing was done');
    return this.#do((world) => planUndo(world, entry), entry.id);
  }

  async #do(plan: (world: World) => Promise<Plan>, undoes?: number): Promise<CarriedOut> {
    const opened = await openRemoteWorld({
      zones: [{ name: 'z', nb: this.server.remote }],
      wholeRows: true,
      timeoutMs: this.timeoutMs,
    });
    try {
      const planned = await whenHeld(() => plan(opened.world));
      if (opened.transact === undefined) throw new Error('the source can not be written');
      const { transact } = opened;
      const means = {
        transact: (...call: Parameters<typeof transact>) => this.between(() => transact(...call), call[2]),
        journal: this.journal,
        now: () => Date.now(),
        newUuid: () => randomUUID(),
        sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
        progress: () => undefined,
      };
      const done = await carryOut(planned, means, {
        source: 'test',
        wait: 'none',
        timeoutMs: 10_000,
        ...(undoes === undefined ? {} : { undoes }),
      });
      if (done.failure !== undefined) throw done.failure;
      return done;
    } finally {
      opened.close();
    }
  }

  /** Every row as a text in which references stand for what they refer to, so that equal contents are equal lists. */
  async contents(): Promise<readonly string[]> {
    return contentsOf(await this.server.dump(NB));
  }
}

/** Two servers with a northbound database each, equal at first. */
export async function startTwins(): Promise<{
  readonly model: NorthboundTwin;
  readonly copy: NorthboundTwin;
  stop(): Promise<void>;
}> {
  const folders = [scratchFolder(), scratchFolder()] as const;
  const [model, copy] = await Promise.all(
    folders.map(async ({ path }) => {
      const file = join(path, 'nb.db');
      await ovsdbTool('create', file, SCHEMA);
      const twin = new NorthboundTwin(await startOvsdbServer(path, [file], [NB]));
      await twin.nbctl('init');
      return twin;
    }),
  );
  if (model === undefined || copy === undefined) throw new Error('no twins');
  return {
    model,
    copy,
    async stop() {
      await Promise.all([model.server.stop(), copy.server.stop()]);
      for (const folder of folders) folder.remove();
    },
  };
}

/** What a row is apart from its uuid: its columns, and those of the rows that it refers to, three steps deep. */
function contentsOf(tables: Readonly<Record<string, readonly JsonObject[]>>): readonly string[] {
  const cells = new Map<string, { readonly table: string; readonly row: JsonObject }>();
  for (const [table, rows] of Object.entries(tables)) {
    for (const { _uuid, ...row } of rows) {
      const uuid = atomOf(_uuid);
      if (typeof uuid === 'string') cells.set(uuid, { table, row });
    }
  }
  let names = new Map<string, string>([...cells].map(([uuid, { table }]) => [uuid, table]));
  const textOf = ({ table, row }: { readonly table: string; readonly row: JsonObject }): string =>
    `${table} ${Object.keys(row)
      .filter((column) => column !== '_version')
      .sort()
      .map((column) => `${column}=${canonical(row[column] ?? null, names)}`)
      .join(' ')}`;
  for (let depth = 0; depth < 3; depth++) {
    names = new Map([...cells].map(([uuid, each]) => [uuid, createHash('sha1').update(textOf(each)).digest('hex')]));
  }
  return [...cells.values()].map(textOf).sort();
}

function canonical(json: Json, names: ReadonlyMap<string, string>): string {
  if (!isJsonArray(json)) return JSON.stringify(json);
  const [kind, members] = json;
  if (kind === 'uuid') return names.get(typeof members === 'string' ? members : '') ?? 'dangling';
  if ((kind === 'set' || kind === 'map') && isJsonArray(members)) {
    const texts = members.map((member) =>
      kind === 'map' && isJsonArray(member)
        ? member.map((each) => canonical(each, names)).join(':')
        : canonical(member, names),
    );
    // A set of one may be written as its member.
    if (kind === 'set' && texts.length === 1) return texts[0] ?? '';
    return `{${texts.sort().join(',')}}`;
  }
  return JSON.stringify(json);
}
