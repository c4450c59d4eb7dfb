/**
 * What `verify connectivity` does once its command line is understood: read the file, open the World, compare, emit the
 * report, and on GitHub Actions point at the lines that are not met.
 */
import { ExpectationFileError } from '../usecase/expectations/file-problem.js';
import { verifyConnectivity } from '../usecase/expectations/verify-connectivity.js';
import type { ConnectivityReport } from '../usecase/expectations/report-document.js';
import { problemAnnotations, reportAnnotations } from '../view/expectations/github-annotations.js';
import { renderReportJunit } from '../view/expectations/report-junit.js';
import { renderReport, renderReportWide } from '../view/expectations/report-table.js';
import type { Outcome } from './exit-codes.js';
import { aMoment } from './moment.js';
import type { SourceFlags } from './open-source.js';
import { readText } from './read-text.js';
import { SourceCommand } from './source-command.js';

interface VerifyFlags extends SourceFlags {
  readonly file: string;
}

const OUTCOMES: Readonly<Record<ConnectivityReport['verdict'], Outcome>> = {
  met: 'done',
  broken: 'negative',
  inconclusive: 'incomplete',
};

export abstract class VerifyCommand extends SourceCommand {
  protected async verify(flags: VerifyFlags): Promise<void> {
    const file = { name: flags.file, text: await readText(flags.file) };
    const isAnnotating = process.env['GITHUB_ACTIONS'] === 'true';
    const { world, answer: report } = await this.ask(flags, (source) =>
      verifyConnectivity(source, file, async (done, of) => {
        if (of > MANY) this.progress.report({ step: 'tracing', done, of });
        await aMoment();
      }),
    ).catch((error: unknown) => {
      if (isAnnotating && error instanceof ExpectationFileError) this.annotate(problemAnnotations(error));
      throw error;
    });
    const gaps = world.coverage.gaps();
    for (const { subject, reason } of gaps) this.caution(`not everything could be read: ${subject}: ${reason}`);
    await this.emit({
      kind: 'ConnectivityReport',
      data: report,
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps },
      table: (layout) => renderReport(report, layout),
      wide: (layout) => renderReportWide(report, layout),
      names: () => report.results.map(({ line, name, outcome }) => `expectation/${line}/${name} ${outcome}`),
      others: { junit: () => renderReportJunit(report) },
    });
    if (isAnnotating) this.annotate(reportAnnotations(report));
    this.outcome(OUTCOMES[report.verdict]);
  }
}

/** Fewer are over before anybody wonders. */
const MANY = 50;
