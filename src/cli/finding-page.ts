import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BugError } from '../base/errors.js';

/** The page of a code, which is installed with the program. */
export async function pageOf(root: string, code: string): Promise<string> {
  try {
    return await readFile(join(root, 'docs/findings', `${code}.md`), 'utf8');
  } catch (cause) {
    throw new BugError(`the page of ${code} is not installed`, { cause });
  }
}
