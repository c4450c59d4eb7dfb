/**
 * What every command shares: global flags, one document on stdout, conversation on stderr, the exit code. A command parses
 * its flags, calls one use case, emits once and names the outcome; it writes to no stream and ends no process by itself.
 */
import { Command } from '@oclif/core/command';
import type { Interfaces } from '@oclif/core';
import { loadPalette } from '../view/color.js';
import type { Palette } from '../view/color.js';
import { envelope, toJson, toYaml, type CoverageSummary, type SourceSummary } from '../view/envelope.js';
import { sanitise } from '../view/sanitise.js';
import type { Layout } from '../view/table.js';
import { errorFormat } from './argv.js';
import { exitCodeForOutcome, type Outcome } from './exit-codes.js';
import { outputFlags, type Format } from './flags.js';
import { processIo, type ColorChoice } from './io.js';
import { progressOn, type Progress } from './progress.js';
import { reportError } from './report-error.js';

type Text = string | Promise<string>;

/** One answer in every format; renderers run only when their format was asked for. */
export interface Emission {
  /** The `kind` of the document. */
  readonly kind: string;
  /** Plain data: no undefined members that matter, no bigint, no time. */
  readonly data: unknown;
  readonly source: SourceSummary;
  readonly coverage: CoverageSummary;
  /** Text for people. Text from the cluster in it must have passed `sanitise`. */
  readonly table: (layout: Layout) => Text;
  /** The table with more columns; the plain one where there is no more to say. */
  readonly wide?: (layout: Layout) => Text;
  /** `-o name`: one `kind/name` or `kind/namespace/name` a line. */
  readonly names: () => readonly string[];
  /** Formats that only this command has, with a flag `output` of its own that lists them. */
  readonly others?: Readonly<Record<string, (layout: Layout) => Text>>;
}

interface Settings {
  readonly format: Format;
  readonly headers: boolean;
  readonly color: ColorChoice;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

const DEFAULTS: Settings = { format: 'table', headers: true, color: 'auto', quiet: false, verbose: false };

const withLineFeed = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

export abstract class BaseCommand extends Command {
  static override baseFlags = outputFlags;

  readonly #io = processIo();
  #settings = DEFAULTS;
  #progress: Progress | undefined;
  /** Stdout has its one document: an error afterwards is for stderr alone. */
  #hasEmitted = false;

  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    // The base flags are part of every command's flags; the generic signature cannot say so.
    const flags: Interfaces.InferredFlags<typeof outputFlags> = parsed.flags as never;
    this.#settings = {
      format: flags.output,
      headers: !flags['no-headers'],
      color: flags.color,
      quiet: flags.quiet,
      verbose: flags.verbose,
    };
    return parsed;
  }

  /** A text for people is wanted, not a document or names. */
  protected get isForReading(): boolean {
    const { format } = this.#settings;
    return format === 'table' || format === 'wide';
  }

  /** Where long jobs report their steps. */
  protected get progress(): Progress {
    this.#progress ??= progressOn(this.#io.err, this.#settings.quiet);
    return this.#progress;
  }

  /** The one document of this command on stdout, in the format that was asked for. */
  protected async emit(emission: Emission): Promise<void> {
    this.#progress?.stop();
    const text = withLineFeed(await this.#render(emission));
    this.#hasEmitted = true;
    this.#io.out.write(text);
  }

  /** A line of an answer that comes bit by bit, for commands that follow something; its text has passed `sanitise`. */
  protected async stream(line: (palette: Palette) => string): Promise<void> {
    this.#progress?.stop();
    const { out } = this.#io;
    out.write(line(await loadPalette(out.colored(this.#settings.color))));
  }

  async #render(emission: Emission): Promise<string> {
    const { format, color, headers } = this.#settings;
    if (format === 'name')
      return emission
        .names()
        .map((name) => sanitise(name))
        .join('\n');
    if (format === 'json' || format === 'yaml') {
      const document = envelope(this.#tool, emission.kind, emission.data, emission);
      return format === 'json' ? toJson(document) : toYaml(document);
    }
    const { out } = this.#io;
    const palette = await loadPalette(out.colored(color));
    const layout: Layout = { palette, headers, ...(out.width === undefined ? {} : { width: out.width }) };
    const other = emission.others?.[format];
    if (other !== undefined) return other(layout);
    return (format === 'wide' ? (emission.wide ?? emission.table) : emission.table)(layout);
  }

  /** The exit code of a command that did its job; 0 unless said otherwise. */
  protected outcome(outcome: Outcome): void {
    process.exitCode = exitCodeForOutcome(outcome);
  }

  /** A line on stderr that the user should see although the command succeeded. */
  protected caution(text: string): void {
    if (!this.#settings.quiet) this.#say('warning:', text);
  }

  /** A line on stderr for `-v`. */
  protected note(text: string): void {
    if (this.#settings.verbose) this.#say('note:', text);
  }

  #say(label: string, text: string): void {
    this.#progress?.stop();
    this.#io.err.write(`${label} ${sanitise(text)}\n`);
  }

  /** Lines for whoever reads the log of a CI job, on stderr whatever the format and verbosity. */
  protected annotate(lines: readonly string[]): void {
    this.#progress?.stop();
    for (const line of lines) this.#io.err.write(`${line}\n`);
  }

  get #tool(): string {
    return `${this.config.name}/${this.config.version}`;
  }

  /** Every error ends here, also those of parsing, when no flag is known yet: hence the look at the raw arguments. */
  protected override async catch(error: unknown): Promise<void> {
    this.#progress?.stop();
    const { color, quiet, verbose } = this.#settings;
    process.exitCode = await reportError(error, {
      io: this.#io,
      tool: this.#tool,
      format: this.#hasEmitted ? 'text' : errorFormat(this.argv),
      color,
      quiet,
      verbose,
      helpCommand: `${this.config.bin} ${(this.id ?? '').replaceAll(':', ' ')} --help`,
    });
  }
}
