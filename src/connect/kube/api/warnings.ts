/**
 * The texts of `Warning` headers with code 299 (RFC 7234, section 5.5), the only ones the API server sends. Node joins
 * repeated headers with commas, and a text may hold commas and escaped quotes itself.
 */
export function warningsOf(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  return [...header.matchAll(/(?:^|,)\s*299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  );
}
