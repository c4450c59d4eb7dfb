/** Makes the commands that list rows of a kind and show one of them: what differs is in the kind. */
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { kindNamed } from '../usecase/inspect/kinds/all.js';
import { listRows } from '../usecase/inspect/list-rows.js';
import { showRow } from '../usecase/inspect/show-row.js';
import { detailNames, renderDetails } from '../view/inspect/render-details.js';
import { renderRows, rowNames } from '../view/inspect/render-rows.js';
import type { World } from '../world/world.js';
import { SourceCommand } from './source-command.js';
import { sourceFlags } from './source-flags.js';

export interface Example {
  readonly description: string;
  /** What follows the command's name. */
  readonly line: string;
}

const exampleLines = (examples: readonly Example[]) =>
  examples.map(({ description, line }) => ({
    description,
    command: `<%= config.bin %> <%= command.id %> ${line}`.trimEnd(),
  }));

/** A class for oclif: `<kind> list`. */
export function listCommand(name: string, examples: readonly Example[] = []) {
  const kind = kindNamed(name);
  const held = kind.heldBy === undefined ? [] : [kind.heldBy.argument];
  return class ListCommand extends SourceCommand {
    static override summary = `List ${kind.plural}`;
    static override description =
      `Of all zones, or those chosen with --zone or --node. OWNER is the Kubernetes object that a row stands for, or the ` +
      `part of OVN-Kubernetes that it is; -o wide adds columns and uuids. Exits with 5 when a zone could not be read.`;
    static override examples = exampleLines([
      { description: 'Of a recorded cluster', line: '--from examples/ic-dualstack' },
      ...examples,
    ]);
    static override args = Object.fromEntries(held.map((argument) => ['holder', holderArgument(argument)]));
    static override flags = {
      object: Flags.string({
        summary: 'Only rows that stand for this Kubernetes object',
        helpValue: '[KIND/][NAMESPACE/]NAME',
      }),
      network: Flags.string({ summary: 'Only rows of this network', helpValue: 'NETWORK' }),
      ...sourceFlags,
    };

    protected override get needsWholeRows(): boolean {
      return kind.whole === true;
    }

    async run(): Promise<void> {
      const { args, flags } = await this.parse(ListCommand);
      const { holder } = args;
      const { object, network } = flags;
      const { world, answer } = await this.ask(flags, (source) =>
        listRows(source, kind.name, {
          ...(holder === undefined ? {} : { holder }),
          ...(object === undefined ? {} : { object }),
          ...(network === undefined ? {} : { network }),
        }),
      );
      await this.emit({
        kind: 'RowList',
        data: answer,
        source: { kind: world.source.kind },
        coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
        table: (layout) => renderRows(answer, layout),
        wide: (layout) => renderRows(answer, layout, true),
        names: () => rowNames(answer),
      });
      this.outcome(hasLostZones(world) ? 'incomplete' : 'done');
    }
  };
}

/** A class for oclif: `<kind> show NAME`. */
export function showCommand(name: string, examples: readonly Example[]) {
  const kind = kindNamed(name);
  return class ShowCommand extends SourceCommand {
    static override summary = `Show one of the ${kind.plural}, with all its columns and what hangs on it`;
    static override description =
      'In every zone that has one of the name, or those chosen with --zone or --node. A uuid, or the beginning of one, ' +
      'does as well as a name.';
    static override examples = exampleLines(examples);
    static override args = {
      name: Args.string({ required: true, ignoreStdin: true, description: 'Name or uuid' }),
    };
    static override flags = { ...sourceFlags };

    protected override get needsWholeRows(): boolean {
      return true;
    }

    async run(): Promise<void> {
      const { args, flags } = await this.parse(ShowCommand);
      const { world, answer } = await this.ask(flags, (source) => showRow(source, kind.name, args.name));
      await this.emit({
        kind: 'RowDetails',
        data: answer,
        source: { kind: world.source.kind },
        coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
        table: (layout) => renderDetails(answer, layout),
        wide: (layout) => renderDetails(answer, layout, true),
        names: () => detailNames(answer),
      });
      this.outcome(hasLostZones(world) ? 'incomplete' : 'done');
    }
  };
}

/** Whether a zone's database could not be read, or not whole. */
export const hasLostZones = (world: World): boolean => world.coverage.gaps().some(({ zone }) => zone !== undefined);

function holderArgument(argument: string) {
  return Args.string({
    ignoreStdin: true,
    name: argument.toUpperCase(),
    description: `Only what this ${argument === 'entity' ? 'switch, router or group' : argument} has`,
  });
}
