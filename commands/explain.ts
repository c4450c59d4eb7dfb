import * as Args from '@oclif/core/args';
import { BaseCommand } from '../src/cli/base-command.js';
import { pageOf } from '../src/cli/finding-page.js';
import { explained } from '../src/usecase/doctor-catalogue.js';
import { renderExplanation } from '../src/view/doctor/render-list.js';

export default class Explain extends BaseCommand {
  static override summary = 'Explain a code of the doctor: what it means, why it happens, what to do';

  static override description = 'Reads no cluster.';

  static override examples = ['<%= config.bin %> <%= command.id %> OVN3004'];

  static override args = {
    code: Args.string({ required: true, ignoreStdin: true, description: 'Code of a finding, like OVN3004' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Explain);
    const entry = explained(args.code);
    const explanation = { ...entry, page: await pageOf(this.config.root, entry.code) };
    await this.emit({
      kind: 'Explanation',
      data: explanation,
      source: { kind: 'none' },
      coverage: { complete: true, gaps: [] },
      table: () => renderExplanation(explanation),
      names: () => [`code/${entry.code}`],
    });
  }
}
