/**
 * What the commands share that read any table of a database by its schema: `db list`, `get`, `find`, `dump`, `schema`, and
 * `monitor` and `wait-until`, which need a server.
 */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { ConflictError, UnavailableError, UsageError } from '../base/errors.js';
import type { OpenedWorld } from '../connect/live/opened-world.js';
import { changesIn } from '../usecase/tables/follow-table.js';
import { conditionsOf, dumpTables, findRows, listRows, refuseAbsent } from '../usecase/tables/table-rows.js';
import type { TableRows } from '../usecase/tables/table-rows.js';
import { describeSchema } from '../usecase/tables/table-schema.js';
import {
  DATABASE_NAMES,
  recordOf,
  tableNamed,
  tableSources,
  withUuidColumn,
  zonesWith,
} from '../usecase/tables/table-source.js';
import type { DatabaseKind, TableSource } from '../usecase/tables/table-source.js';
import { changeJson, changeLine } from '../view/tables/change-line.js';
import { renderDump, renderParagraphs, renderRows, renderSchema, renderValues } from '../view/tables/render-rows.js';
import type { Layout } from '../view/table.js';
import type { SourceFlags } from './open-source.js';
import { SourceCommand } from './source-command.js';

const KINDS = ['nb', 'sb', 'ovs'] as const;

export const databaseArgument = Args.string({
  required: true,
  ignoreStdin: true,
  options: [...KINDS],
  description: 'nb, sb or ovs',
});

export const tableArgument = Args.string({
  required: true,
  ignoreStdin: true,
  description: 'Table, in any case, or the beginning of its name',
});

export const columnsFlag = Flags.string({
  summary: 'Only these columns, separated by commas, as a table; COLUMN:KEY is one value of a map',
  helpValue: 'COLUMN,…',
});

/** Columns of a flag; undefined when it was not given. */
function columnsIn(text: string | undefined): readonly string[] | undefined {
  const columns = text
    ?.split(',')
    .map((column) => column.trim())
    .filter((column) => column !== '');
  if (columns?.length === 0) throw new UsageError('usage.columns', '--columns names no column');
  return columns;
}

type Texts = Pick<Parameters<SourceCommand['emit']>[0], 'table' | 'wide'>;

interface Followed {
  readonly table: string;
  readonly conditions: readonly string[];
}

export abstract class TableCommand extends SourceCommand {
  protected override get needsWholeRows(): boolean {
    return true;
  }

  protected async list(
    flags: SourceFlags & { readonly columns: string | undefined },
    database: string,
    table: string,
    records: readonly string[],
    ifExists: boolean,
  ): Promise<void> {
    const columns = columnsIn(flags.columns);
    await this.#rows(
      flags,
      database,
      (sources) => listRows(sources, table, records, columns, ifExists),
      (rows) => paragraphs(rows, columns !== undefined),
    );
  }

  protected async get(
    flags: SourceFlags,
    database: string,
    table: string,
    record: string,
    columns: readonly string[],
    ifExists: boolean,
  ): Promise<void> {
    await this.#rows(
      flags,
      database,
      async (sources) => {
        const wanted = columns.length === 0 ? ['_uuid'] : columns;
        const rows = await listRows(sources, table, [record], wanted, ifExists);
        if (!ifExists) refuseAbsent(rows);
        return rows;
      },
      (rows) => ({ table: () => renderValues(rows) }),
    );
  }

  protected async find(
    flags: SourceFlags & { readonly columns: string | undefined },
    database: string,
    table: string,
    conditions: readonly string[],
  ): Promise<void> {
    const columns = columnsIn(flags.columns);
    await this.#rows(
      flags,
      database,
      (sources) => findRows(sources, table, conditions, columns),
      (rows) => paragraphs(rows, columns !== undefined),
    );
  }

  protected async dump(flags: SourceFlags, database: string, tables: readonly string[]): Promise<void> {
    await this.#rows(
      flags,
      database,
      (sources) => dumpTables(sources, tables),
      (rows) => ({ table: (layout) => renderDump(rows, layout, tables.length > 0) }),
    );
  }

  protected async schema(flags: SourceFlags, database: string, tables: readonly string[]): Promise<void> {
    await this.within(flags, async ({ world, client }) => {
      const [source] = await tableSources(world, kindOf(database), client);
      if (source === undefined) return;
      const data = describeSchema(source.schema, tables);
      await this.emit({
        kind: 'DatabaseSchema',
        data,
        source: { kind: world.source.kind },
        coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
        table: (layout) => renderSchema(data, layout, tables.length > 0),
        wide: (layout) => renderSchema(data, layout, true),
        names: () => data.tables.map(({ name }) => `table/${name}`),
      });
    });
  }

  /** Prints changes until `count` have been printed, or the user interrupts. */
  protected async follow(
    flags: SourceFlags & {
      readonly columns: string | undefined;
      readonly output: string;
      readonly initial: boolean;
      readonly count: number | undefined;
    },
    database: string,
    followed: Followed,
  ): Promise<void> {
    const asked = columnsIn(flags.columns);
    await this.within(flags, async (opened) => {
      const { source, client } = await this.#server(opened, kindOf(database), 'monitor');
      const table = tableNamed(source.schema, followed.table);
      const conditions = await conditionsOf(source, withUuidColumn(table), followed.conditions);
      const columns = asked ?? [...table.columns.keys()].sort();
      const unknown = columns.find((column) => !table.columns.has(column));
      if (unknown !== undefined) throw new UsageError('usage.columns', `${table.name} has no column "${unknown}"`);
      const needed = [...new Set([...columns, ...conditions.map(({ column }) => column)])];
      const monitor = client.monitor(source.schema.name, {
        [table.name]: { columns: needed.filter((column) => column !== '_uuid') },
      });
      let left = flags.count ?? Number.POSITIVE_INFINITY;
      for await (const event of monitor) {
        if (event.kind === 'initial') this.progress.report({ step: `following ${table.name}` });
        if (event.kind === 'resync')
          this.caution('the server could not say what happened meanwhile; this is the difference');
        for (const change of changesIn(event, table, columns, conditions)) {
          if (change.op === 'initial' && !flags.initial) continue;
          await this.stream((palette) =>
            flags.output === 'ndjson' ? changeJson(change) : changeLine(change, palette),
          );
          if (--left <= 0) return;
        }
      }
    });
  }

  /** Waits for a row to be there and for conditions to hold for it. */
  protected async waitUntil(
    flags: SourceFlags & { readonly timeout: number | undefined },
    database: string,
    followed: Followed,
    record: string,
  ): Promise<void> {
    await this.within(flags, async (opened) => {
      const { source, client } = await this.#server(opened, kindOf(database), 'wait');
      const table = withUuidColumn(tableNamed(source.schema, followed.table));
      const conditions = await conditionsOf(source, table, followed.conditions);
      const over = new AbortController();
      const timer =
        flags.timeout === undefined
          ? undefined
          : setTimeout(() => {
              over.abort(
                new UnavailableError(
                  'db.wait',
                  `${table.name} ${record} was not as waited for within ${flags.timeout ?? 0} s`,
                ),
              );
            }, flags.timeout * 1000);
      try {
        const monitor = client.monitor(source.schema.name, { [table.name]: {} }, { signal: over.signal });
        for await (const { database: now } of monitor) {
          const row = recordOf(now, table, record);
          if (row !== undefined && conditions.every(({ isTrue }) => isTrue(row))) {
            const rows = await listRows([source], table.name, [row.uuid], undefined, true);
            await this.#emitRows(opened, rows, paragraphs(rows, false));
            return;
          }
        }
      } finally {
        clearTimeout(timer);
      }
    });
  }

  async #rows(
    flags: SourceFlags,
    database: string,
    ask: (sources: readonly TableSource[]) => Promise<TableRows>,
    texts: (rows: TableRows) => Texts,
  ): Promise<void> {
    await this.within(flags, async (opened) => {
      const rows = await ask(await tableSources(opened.world, kindOf(database), opened.client));
      await this.#emitRows(opened, rows, texts(rows));
    });
  }

  async #emitRows({ world }: OpenedWorld, rows: TableRows, texts: Texts): Promise<void> {
    const gaps = world.coverage.gaps();
    for (const { subject, reason } of gaps) this.caution(`not everything could be read: ${subject}: ${reason}`);
    await this.emit({
      kind: 'TableRows',
      data: rows,
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps },
      ...texts,
      names: () => rows.tables.flatMap(({ table, rows: each }) => each.map(({ uuid }) => `${table}/${uuid}`)),
    });
  }

  /** The only server of that database; ConflictError for a recording, and where there are several zones. */
  async #server({ world, client }: OpenedWorld, kind: DatabaseKind, what: 'monitor' | 'wait') {
    if (client === undefined) {
      const deed = what === 'monitor' ? 'monitored' : 'waited for';
      throw new ConflictError('db.offline', `${world.source.path} is a recording: nothing in it can be ${deed}`, {
        hints: [`name a server with --${kind} REMOTE`],
      });
    }
    const [zone, ...others] = zonesWith(world, kind);
    if (zone === undefined || others.length > 0) {
      const names = zonesWith(world, kind).map(({ name }) => name);
      throw new ConflictError('db.which-zone', `there are ${names.length} zones, each with a database of its own`, {
        hints: [`choose with --zone NAME (${names.join(', ')})`],
      });
    }
    const [source] = await tableSources({ ...world, zones: [zone] }, kind, client);
    if (source === undefined) throw new UnavailableError('db.none', `zone ${zone.name}: no ${DATABASE_NAMES[kind]}`);
    return { source, client: await client(zone.name, kind) };
  }
}

const kindOf = (text: string): DatabaseKind => KINDS.find((kind) => kind === text) ?? 'nb';

const paragraphs = (rows: TableRows, isTable: boolean): Texts =>
  isTable
    ? { table: (layout: Layout) => renderRows(rows, layout) }
    : {
        table: (layout: Layout) => renderParagraphs(rows, layout, false),
        wide: (layout: Layout) => renderParagraphs(rows, layout, true),
      };
