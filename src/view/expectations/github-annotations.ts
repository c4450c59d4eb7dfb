/**
 * Results as workflow commands of GitHub Actions ("Workflow commands for GitHub Actions", `::error file=…::`), one line
 * each, which GitHub shows at the line of the file in a pull request.
 */
import type { ExpectationFileError } from '../../usecase/expectations/file-problem.js';
import type { ConnectivityReport } from '../../usecase/expectations/report-document.js';
import { sanitise } from '../sanitise.js';

export interface Annotation {
  /** Absent for what does not come from a file. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly title: string;
  readonly message: string;
}

/** Per cent signs and line breaks would end or forge a command. */
const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** In a property so would its separators. */
const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

function githubError({ file, line, column, title, message }: Annotation): string {
  const properties: readonly (readonly [string, string | number | undefined])[] = [
    ['file', file],
    ['line', file === undefined ? undefined : line],
    ['col', file === undefined ? undefined : column],
    ['title', title],
  ];
  const told = properties.flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${escapeProperty(sanitise(String(value)))}`,
  );
  return `::error ${told.join(',')}::${escapeData(sanitise(message))}`;
}

/** One annotation for each mistake in a file that is not right. */
export function problemAnnotations({ file, problems }: ExpectationFileError): readonly string[] {
  return problems.map(({ position: { line, column }, message, hint }) =>
    githubError({
      ...(file === '-' ? {} : { file, line, column }),
      title: 'not a right expectation',
      message: hint === undefined ? message : `${message} (${hint})`,
    }),
  );
}

/** One annotation for each expectation that is not met. */
export function reportAnnotations({ file, results }: ConnectivityReport): readonly string[] {
  return results
    .filter(({ outcome }) => outcome !== 'met')
    .map(({ name, line, column, message, outcome }) =>
      githubError({
        ...(file === '-' ? {} : { file, line, column }),
        title: name,
        message: message ?? outcome,
      }),
    );
}
