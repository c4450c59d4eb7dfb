/**
 * Turns anything thrown into what the user sees: `error: …` and hints on stderr, with `-o json|yaml` also a document of kind
 * `Error` on stdout; returns the exit code. Must not know: which command was running.
 */
import { CLIError } from '@oclif/core/errors';
import { BugError, OvnctlError } from '../base/errors.js';
import { loadPalette } from '../view/color.js';
import { errorEnvelope, toJson, toYaml, type ErrorData } from '../view/envelope.js';
import { sanitise } from '../view/sanitise.js';
import type { ErrorFormat } from './argv.js';
import { exitCodeOf } from './exit-codes.js';
import type { ColorChoice, Io } from './io.js';

export interface ErrorSettings {
  readonly io: Io;
  /** name/version, for the envelope. */
  readonly tool: string;
  readonly format: ErrorFormat;
  readonly color: ColorChoice;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** How to ask for help on what was attempted, for example `ovnctl trace pod-to-pod --help`. */
  readonly helpCommand: string;
}

/** oclif spreads a parse error over several lines and ends with an advertisement for --help; ours is one line. */
function oneLine(message: string): string {
  const lines = message
    .replace(/\u001b\[[0-9;]*m/g, '')
    // What follows is a lecture on flags that may be repeated, whether or not one was given.
    .replace(/\n\s*Note: [^]*$/, '')
    .split('\n')
    .map((line) => line.trim().replace(/\s{2,}/g, ': '))
    .filter(
      (line) => line !== '' && line !== 'See more help with --help' && !/^The following errors? occurred:$/.test(line),
    );
  const [first = '', ...rest] = lines;
  const text = rest.length === 0 ? first : `${first.replace(/:$/, '')}: ${rest.join('; ')}`;
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function describe(error: unknown, settings: ErrorSettings): ErrorData {
  const exitCode = exitCodeOf(error);
  if (error instanceof OvnctlError && !(error instanceof BugError)) {
    return { code: error.code, message: error.message, hints: error.hints, exitCode };
  }
  if (error instanceof CLIError) {
    return { code: 'usage', message: oneLine(error.message), hints: [`see "${settings.helpCommand}"`], exitCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'bug',
    message: `internal error: ${message}`,
    hints: ['this is a bug in ovnctl; please report it with the stack above'],
    exitCode,
  };
}

/** The stack of an error and of everything that caused it. */
function stacks(error: unknown): string {
  const parts: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause) {
    parts.push(each.stack ?? `${each.name}: ${each.message}`);
  }
  return parts.join('\ncaused by ');
}

/** Prints the error and returns the exit code of the process. */
export async function reportError(error: unknown, settings: ErrorSettings): Promise<number> {
  const { io, format } = settings;
  const data = describe(error, settings);
  const palette = await loadPalette(io.err.colored(settings.color));
  io.err.write(`${palette.bad('error:')} ${sanitise(data.message)}\n`);
  if (error instanceof OvnctlError) for (const line of error.excerpt) io.err.write(`${sanitise(line)}\n`);
  if (settings.verbose || data.code === 'bug') {
    for (const line of stacks(error).split('\n')) if (line) io.err.write(`  ${palette.dim(sanitise(line))}\n`);
  }
  if (!settings.quiet) for (const hint of data.hints) io.err.write(`${palette.dim('hint:')} ${sanitise(hint)}\n`);
  if (format !== 'text') {
    const document = errorEnvelope(settings.tool, data);
    io.out.write(format === 'json' ? toJson(document) : await toYaml(document));
  }
  return data.exitCode;
}
