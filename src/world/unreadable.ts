import { AccessError, UnavailableError } from '../base/errors.js';

/**
 * Whether an error says that a part of the World could not be read. Whoever can go on without that part does, and what it
 * leaves open is a gap (the source has noted it); other errors say that the question makes no sense or the data is bad.
 */
export function isUnreadable(error: unknown): error is AccessError | UnavailableError {
  return error instanceof AccessError || error instanceof UnavailableError;
}

/** The answer, or undefined where it can't be read. */
export async function unlessUnreadable<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return undefined;
  }
}
