import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');
const folder = join(repository, '../shared/conformance');

/** What a suite says instead of running on a clone that has no conformance data beside it. */
export const NOT_RUN = 'not run: ../shared/conformance is absent';

/**
 * One file of the conformance data, parsed; it stays beside the repository and is never copied into it.
 * Returns undefined where the folder is absent, so that the suite can say {@link NOT_RUN}; in CI that is an error.
 */
export function conformance(file: string): unknown {
  if (!existsSync(folder)) {
    if (process.env['CI']) throw new Error(`${folder} is absent; in CI the conformance suites must run`);
    return undefined;
  }
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}
