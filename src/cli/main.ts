/**
 * From the command line to a command class: loads as little of oclif as the command needs, shows help, runs the command,
 * reports a command that does not exist. oclif's own `run` is not used: it loads every plugin for every command, and
 * prints errors in its own way and on its own exit codes.
 * Input: arguments and the folder of package.json. Output: the exit code in `process.exitCode`. Must not know: any command.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Interfaces } from '@oclif/core';
import { Config, Plugin } from '@oclif/core/config';
import { Help, normalizeArgv } from '@oclif/core/help';
import { settings } from '@oclif/core/settings';
import { UsageError } from '../base/errors.js';
import { errorFormat, programName } from './argv.js';
import { endQuietlyOnBrokenPipe, processIo } from './io.js';
import { endOnInterrupt } from './interrupt.js';
import { nearest } from './nearest.js';
import { reportError } from './report-error.js';

export interface Start {
  /** The folder that holds package.json and oclif.manifest.json. */
  readonly root: string;
  readonly argv: readonly string[];
  /** The path the program was called by, as the shell gave it; decides the name that help shows. */
  readonly calledAs: string | undefined;
  /** Load commands from this folder of sources, past the manifest. Development only. */
  readonly sources?: string;
}

/** Words that need the plugins' commands: the plugins' own, and help, which lists them. */
const needsPlugins = (first: string | undefined): boolean =>
  first === undefined || first.startsWith('-') || first === 'help' || first === 'autocomplete';

async function loadConfig({ root, argv, sources }: Start, name: string): Promise<Config> {
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Interfaces.PJSON;
  // oclif would otherwise look for TypeScript beside a compiled command whenever NODE_ENV is test or development.
  settings.enableAutoTranspile = false;
  // The completion scripts are for the program itself; kubectl and oc complete their plugins in their own way.
  if (argv[0] !== 'autocomplete') pjson.oclif.bin = name;
  const options: Interfaces.Options = { root, pjson, userPlugins: false, devPlugins: false };
  if (sources !== undefined) {
    pjson.oclif.commands = sources;
    // With a manifest present oclif runs the compiled file it names, even from here; so the manifest must not be read.
    const plugin = new Plugin({ name: pjson.name, root, pjson, isRoot: true, ignoreManifest: true });
    await plugin.load();
    return Config.load({ ...options, plugins: new Map([[plugin.name, plugin]]) });
  }
  if (!needsPlugins(argv[0])) pjson.oclif.plugins = [];
  return Config.load(options);
}

/** `--help` or `-h` anywhere before `--`, or nothing at all. */
function wantsHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const words = argv.slice(0, end === -1 ? undefined : end);
  return argv.length === 0 || words.includes('--help') || words.includes('-h');
}

/** `trace pod-to-pd a/b c/d` is about `trace pod-to-pd`: what follows a topic's first unknown word are its arguments. */
function unknownCommand(config: Config, words: readonly string[]): UsageError {
  const topic = config.findTopic(words[0] ?? '');
  const known = config.commandIDs.map((id) => id.replaceAll(':', ' '));
  // Words after a command that takes none make oclif look for a longer command.
  const whole = known.filter((command) => command === words.slice(0, command.split(' ').length).join(' '));
  const longest = whole.sort((a, b) => b.length - a.length)[0];
  if (longest !== undefined) {
    const more = words.slice(longest.split(' ').length).join(' ');
    return new UsageError('usage.arguments', `"${longest}" takes no argument, but there is "${more}"`, {
      hints: [`see "${config.bin} ${longest} --help"`],
    });
  }
  const close = known.filter((command) => {
    const typed = words.slice(0, command.split(' ').length).join(' ');
    return nearest(typed, known).includes(command);
  });
  return new UsageError('usage.command', `unknown command "${words.slice(0, topic ? 2 : 1).join(' ')}"`, {
    hints: [
      ...(close.length > 0 ? [`did you mean ${close.map((each) => `"${each}"`).join(' or ')}?`] : []),
      `see "${[config.bin, topic?.name ?? []].flat().join(' ')} --help"`,
    ],
  });
}

async function dispatch(config: Config, argv: readonly string[]): Promise<void> {
  const showHelp = (words: readonly string[]): Promise<void> =>
    new Help(config, config.pjson.oclif.helpOptions).showHelp([...words]);
  if (argv[0] === '--version') {
    process.stdout.write(`${config.userAgent}\n`);
    return;
  }
  const [id = '', ...rest] = normalizeArgv(config, [...argv]);
  const command = config.findCommand(id);
  if (command !== undefined) {
    if (wantsHelp(argv)) await showHelp(argv);
    else await config.runCommand(id, rest, command);
    return;
  }
  if (argv.length === 0 || id.startsWith('-') || config.findTopic(id) !== undefined) {
    if (wantsHelp(argv) || (config.findTopic(id) !== undefined && rest.length === 0)) {
      await showHelp(argv);
      return;
    }
    throw new UsageError('usage.command', `"${argv.join(' ')}" names no command`, {
      hints: [`see "${config.bin} --help"`],
    });
  }
  throw unknownCommand(config, argv);
}

/** Runs one command line; never throws. */
export async function main(start: Start): Promise<void> {
  endQuietlyOnBrokenPipe();
  const name = programName(start.calledAs);
  const report = async (error: unknown, tool: string): Promise<void> => {
    process.exitCode = await reportError(error, {
      io: processIo(),
      tool,
      format: errorFormat(start.argv),
      color: 'auto',
      quiet: false,
      verbose: false,
      helpCommand: `${name} --help`,
    });
  };
  endOnInterrupt();
  let tool = 'ovnctl';
  try {
    const config = await loadConfig(start, name);
    tool = `${config.name}/${config.version}`;
    await dispatch(config, start.argv);
  } catch (error) {
    await report(error, tool);
  }
}
