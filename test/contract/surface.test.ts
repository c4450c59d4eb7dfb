import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { repository } from '../support/run-cli.js';

interface Flag {
  readonly name: string;
  readonly char?: string;
  readonly type: string;
  readonly summary?: string;
  readonly description?: string;
  readonly options?: readonly string[];
  readonly default?: unknown;
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly allowNo?: boolean;
}
interface Argument {
  readonly name: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly options?: readonly string[];
}
interface Command {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary?: string;
  readonly examples?: readonly unknown[];
  readonly args: Readonly<Record<string, Argument>>;
  readonly flags: Readonly<Record<string, Flag>>;
}

/** Made by `npm run build`, which `npm test` does first; .ci/run refuses one that differs from the committed file. */
const manifest = JSON.parse(readFileSync(join(repository, 'oclif.manifest.json'), 'utf8')) as {
  readonly commands: Readonly<Record<string, Command>>;
};
const commands = Object.values(manifest.commands).sort((a, b) => (a.id < b.id ? -1 : 1));

const byName = <T extends { readonly name: string }>(items: Readonly<Record<string, T>>): readonly T[] =>
  Object.values(items).sort((a, b) => (a.name < b.name ? -1 : 1));

/** What scripts depend on, without the words of the help. Members that are undefined disappear in JSON. */
const surface = {
  exitCodes: EXIT,
  commands: commands.map((command) => ({
    id: command.id.replaceAll(':', ' '),
    aliases: command.aliases,
    args: Object.values(command.args).map(({ name, required, options }) => ({ name, required, options })),
    flags: byName(command.flags).map((flag) => ({
      name: flag.name,
      char: flag.char,
      type: flag.type,
      options: flag.options,
      default: flag.default,
      required: flag.required,
      multiple: flag.multiple || undefined,
      allowNo: flag.allowNo || undefined,
    })),
  })),
};

it('commands, flags and exit codes are what was promised', async () => {
  await expect(`${JSON.stringify(surface, null, 2)}\n`).toMatchFileSnapshot('surface.json');
});

describe.each(commands.map((command) => [command.id.replaceAll(':', ' '), command] as const))('%s', (_id, command) => {
  it('has a summary and examples', () => {
    expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(command.examples?.length).toBeGreaterThan(0);
  });

  it('explains every argument and flag', () => {
    const silent = [
      ...Object.values(command.args).filter(({ description }) => !description),
      ...Object.values(command.flags).filter(({ summary, description }) => !summary && !description),
    ];
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('has the global flags', () => {
    expect(Object.keys(command.flags)).toEqual(
      expect.arrayContaining(['output', 'no-headers', 'color', 'quiet', 'verbose']),
    );
  });
});
