type Json = string | number | readonly Json[] | { readonly [key: string]: Json };

/** Words that YAML would take for something else than a string, and characters that mean something at the start of one. */
const AMBIGUOUS = /^(?:true|false|yes|no|on|off|null|~|[-+]?[\d.][\d._eExXoO:+-]*|)$/i;
const PLAIN = /^[A-Za-z0-9_./][A-Za-z0-9_./-]*$/;

function scalar(value: string | number): string {
  if (typeof value === 'number') return String(value);
  return PLAIN.test(value) && !AMBIGUOUS.test(value) ? value : JSON.stringify(value);
}

function isScalar(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** What fits on one line: a scalar, or a collection of nothing. */
function inline(value: Json): string | undefined {
  if (isScalar(value)) return scalar(value);
  if (Object.keys(value).length > 0) return undefined;
  return Array.isArray(value) ? '[]' : '{}';
}

function linesOf(value: Json): readonly string[] {
  if (isScalar(value)) return [scalar(value)];
  const empty = inline(value);
  if (empty !== undefined) return [empty];
  if (Array.isArray(value)) {
    return (value as readonly Json[]).flatMap((item) =>
      linesOf(item).map((text, at) => `${at === 0 ? '- ' : '  '}${text}`),
    );
  }
  return Object.entries(value).flatMap(([key, member]) => {
    const short = inline(member);
    if (short !== undefined) return [`${scalar(key)}: ${short}`];
    // A list stands below its key without further indentation, as kubectl prints it.
    const indent = Array.isArray(member) ? '' : '  ';
    return [`${scalar(key)}:`, ...linesOf(member).map((text) => indent + text)];
  });
}

/** A small document of objects, lists, strings and numbers as YAML in block style, without a line feed at the end. */
export function yamlOf(value: Json): string {
  return linesOf(value).join('\n');
}
