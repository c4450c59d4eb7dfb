/**
 * What `doctor` does once its command line is understood: the question is checked before anything is read, the verdict is
 * decided before anything is rendered.
 */
import { BugError } from '../base/errors.js';
import { atLeast, counts, doctorVerdict, findingNames, planDoctor, runDoctor } from '../usecase/doctor.js';
import type { FailLevel, PREPARATIONS, ShownLevel } from '../usecase/doctor.js';
import { renderReport } from '../view/doctor/render-report.js';
import { renderReportJunit } from '../view/doctor/report-junit.js';
import type { SourceFlags } from './open-source.js';
import { readText } from './read-text.js';
import { SourceCommand } from './source-command.js';

interface DoctorFlags extends SourceFlags {
  readonly only: readonly string[] | undefined;
  readonly skip: readonly string[] | undefined;
  readonly suppress: readonly string[] | undefined;
  readonly baseline: string | undefined;
  readonly 'fail-on': FailLevel;
  readonly show: ShownLevel;
  readonly pre: (typeof PREPARATIONS)[number] | undefined;
}

export abstract class DoctorCommand extends SourceCommand {
  protected override get needsHosts(): boolean {
    return true;
  }

  protected async examine(areas: readonly string[], flags: DoctorFlags): Promise<void> {
    const { baseline, pre, show } = flags;
    const plan = planDoctor({
      areas,
      only: flags.only ?? [],
      skip: flags.skip ?? [],
      suppress: flags.suppress ?? [],
      ...(baseline === undefined ? {} : { baseline: { file: baseline, text: await readText(baseline) } }),
      ...(pre === undefined ? {} : { pre }),
    });
    const { world, answer } = await this.ask(flags, (source) => runDoctor(source, plan));
    const { report, bugs } = answer;
    const failOn = flags['fail-on'];
    const verdict = doctorVerdict(report, failOn);
    const { suppressed } = report.summary;
    if (suppressed > 0) this.note(`${suppressed} findings are suppressed`);
    const shown = atLeast(report, show);
    await this.emit({
      kind: 'DoctorReport',
      data: shown,
      source: { kind: world.source.kind },
      coverage: { complete: world.coverage.complete, gaps: world.coverage.gaps() },
      table: (layout) => renderReport(report, { show, wide: false }, layout),
      wide: (layout) => renderReport(report, { show, wide: true }, layout),
      names: () => findingNames(shown),
      others: { junit: () => renderReportJunit(shown, ({ level }) => counts(level, failOn)) },
    });
    if (verdict === 'failed') {
      const [bug] = bugs;
      throw new BugError(`the analyzer ${bug?.id ?? ''} failed`, { cause: bug?.error });
    }
    this.outcome(verdict);
  }
}
