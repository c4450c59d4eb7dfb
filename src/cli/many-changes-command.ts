import { InputError } from '../base/errors.js';
import { changesOfDocument, changesOfLines } from '../usecase/change/change-files.js';
import { ChangeCommand } from './change-command.js';
import type { ChangeFlags } from './change-flags.js';
import type { SourceFlags } from './open-source.js';
import { readText } from './read-text.js';

type Flags = SourceFlags & ChangeFlags;

/** Commands that make several changes as one transaction for each database. */
export abstract class ManyChangesCommand extends ChangeCommand {
  protected async changeLines(flags: Flags, file: string): Promise<void> {
    await this.change(flags, changesOfLines(await readText(file), file === '-' ? 'standard input' : file));
  }

  protected async changeDocument(flags: Flags, file: string): Promise<void> {
    const text = await readText(file);
    const { parseDocument } = await import('yaml');
    const document = parseDocument(text, { prettyErrors: true });
    const [wrong] = document.errors;
    if (wrong !== undefined) {
      const line = wrong.linePos?.[0].line;
      throw new InputError(
        'change.file',
        `${file}${line === undefined ? '' : `:${line}`}: not YAML: ${wrong.message.split('\n')[0] ?? ''}`,
      );
    }
    // Aliases are bounded: a small file must not become a large one.
    await this.change(flags, changesOfDocument(document.toJS({ maxAliasCount: 100 }), file));
  }
}
