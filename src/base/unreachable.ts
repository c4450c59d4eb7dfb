import { BugError } from './errors.js';

/** Closes an exhaustive switch: a union member nobody handled is a bug of ours, reported as such. */
export function unreachable(value: never): never {
  throw new BugError(`unhandled case: ${JSON.stringify(value)}`);
}
