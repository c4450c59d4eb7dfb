/**
 * Conformance cases of the expression language that cannot apply here, each with the reason. Reviewed: a case is in this
 * list only because the thing it measures does not exist in ovnctl, never because ovnctl gets it wrong.
 */
const NOT_APPLICABLE: readonly { readonly file: string; readonly input: string; readonly reason: string }[] = [];

export function isNotApplicable(file: string, input: string): boolean {
  return NOT_APPLICABLE.some((entry) => entry.file === file && entry.input === input);
}
