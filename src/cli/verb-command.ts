/** Makes a command of a verb: its arguments and flags are the verb's parameters, beside those of every change. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { Interfaces } from '@oclif/core';
import { verbNamed } from '../usecase/change/plan-changes.js';
import type { Parameter } from '../usecase/change/plan-changes.js';
import { ChangeCommand } from './change-command.js';
import { changeFlags } from './change-flags.js';
import type { ChangeFlags } from './change-flags.js';
import type { SourceFlags } from './open-source.js';
import { sourceFlags } from './source-flags.js';

interface Example {
  readonly description: string;
  /** What follows the command's name. */
  readonly line: string;
}

/** A class for oclif; every command file of a verb exports one. */
export function verbCommand(name: string, examples: readonly Example[]) {
  const verb = verbNamed(name);
  const positional = verb.parameters.filter(({ kind }) => kind === 'argument');
  const isOpen = positional.some(({ many }) => many === true);
  return class VerbCommand extends ChangeCommand {
    static override summary = verb.summary;
    static override description = verb.description ?? '';
    static override strict = !isOpen;
    static override examples = examples.map(({ description, line }) => ({
      description,
      command: `<%= config.bin %> <%= command.id %> ${line}`,
    }));
    static override args = Object.fromEntries(positional.map((parameter) => [parameter.name, argumentOf(parameter)]));
    static override flags = {
      ...Object.fromEntries(
        verb.parameters
          .filter(({ kind }) => kind !== 'argument')
          .map((parameter) => [parameter.name, flagOf(parameter)]),
      ),
      ...changeFlags,
      ...sourceFlags,
    };

    async run(): Promise<void> {
      const parsed = await this.parse(VerbCommand);
      // The parser knows flags by their definitions, which here are made of data.
      const flags: SourceFlags & ChangeFlags & Readonly<Record<string, unknown>> = parsed.flags;
      const { args, argv } = parsed;
      const values = new Map<string, readonly string[]>();
      for (const [at, parameter] of verb.parameters.entries()) {
        const { name: of, kind, many } = parameter;
        const given: unknown = kind === 'argument' ? args[of] : flags[of];
        if (kind === 'argument' && many === true) {
          const rest = argv.slice(at).filter((word) => typeof word === 'string');
          if (rest.length > 0) values.set(of, rest);
        } else if (given === true) values.set(of, ['true']);
        else if (typeof given === 'string') values.set(of, [given]);
        else if (Array.isArray(given)) values.set(of, given as string[]);
      }
      await this.change(flags, [{ verb: name, values }]);
    }
  };
}

function argumentOf({ name, help, required = false, oneOf }: Parameter): Interfaces.ArgInput[string] {
  // Standard input is never an argument.
  return Args.string({
    ignoreStdin: true,
    name,
    description: help,
    required,
    ...(oneOf === undefined ? {} : { options: [...oneOf] }),
  });
}

function flagOf({ kind, help, value, oneOf, many = false, required = false }: Parameter): Interfaces.FlagInput[string] {
  if (kind === 'switch') return Flags.boolean({ summary: help });
  const shared = {
    summary: help,
    required,
    ...(value === undefined ? {} : { helpValue: value }),
    ...(oneOf === undefined ? {} : { options: [...oneOf], helpValue: oneOf.join('|') }),
  };
  return many ? Flags.string({ ...shared, multiple: true, multipleNonGreedy: true }) : Flags.string(shared);
}
