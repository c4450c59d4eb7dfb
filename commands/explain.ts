import * as Args from '@oclif/core/args';
import { pageOf } from '../src/cli/finding-page.js';
import { SourceCommand } from '../src/cli/source-command.js';
import { sourceFlags } from '../src/cli/source-flags.js';
import { explained } from '../src/usecase/doctor-catalogue.js';
import { explainSchema } from '../src/usecase/explain-schema.js';
import { explainStage, isStageName } from '../src/usecase/explain-stage.js';
import { renderExplanation } from '../src/view/doctor/render-list.js';
import { renderSchema, renderStage } from '../src/view/inspect/render-explanation.js';

const NO_SOURCE = { source: { kind: 'none' }, coverage: { complete: true, gaps: [] } } as const;

export default class Explain extends SourceCommand {
  static override summary = 'Explain a code of the doctor, a stage of the pipelines, or a table or column';

  static override description =
    'Codes and stages need no cluster. Tables and columns are told by the schema of the databases that are named.';

  static override examples = [
    '<%= config.bin %> <%= command.id %> OVN3004',
    '<%= config.bin %> <%= command.id %> ls_in_acl_eval',
    '<%= config.bin %> <%= command.id %> Logical_Switch_Port.addresses --from examples/ic-dualstack',
  ];

  static override args = {
    code: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'OVN3004, ls_in_acl_eval, TABLE, COLUMN or TABLE.COLUMN',
    }),
  };

  static override flags = { ...sourceFlags };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const word = args.code;
    if (/^OVN\d/i.test(word)) await this.#explainCode(word);
    else if (isStageName(word)) {
      const answer = explainStage(word);
      await this.emit({
        kind: 'StageExplanation',
        data: answer,
        ...NO_SOURCE,
        table: (layout) => renderStage(answer, layout),
        names: () => [`stage/${answer.stage}`],
      });
    } else {
      const { world, answer } = await this.ask(flags, (source) => explainSchema(source, word));
      await this.emit({
        kind: 'SchemaExplanation',
        data: answer,
        source: { kind: world.source.kind },
        coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
        table: (layout) => renderSchema(answer, layout),
        names: () => answer.columns.map(({ table, column }) => `column/${table}.${column}`),
      });
    }
  }

  async #explainCode(code: string): Promise<void> {
    const entry = explained(code);
    const explanation = { ...entry, page: await pageOf(this.config.root, entry.code) };
    await this.emit({
      kind: 'Explanation',
      data: explanation,
      ...NO_SOURCE,
      table: () => renderExplanation(explanation),
      names: () => [`code/${entry.code}`],
    });
  }
}
