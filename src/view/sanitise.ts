/**
 * Text from a cluster, a database or a file on its way to a terminal. Names, annotations and log lines are written by
 * whoever may create objects; an escape sequence in them could move the cursor, rewrite what was printed or set the title,
 * and a direction override could make a rule read as its opposite. Every such character becomes visible and harmless.
 *
 * Input: any string. Output: the string a renderer may print. Must not know: colours, streams, which field it was.
 */

/**
 * C0 and DEL, C1, the Arabic letter mark, bidirectional marks, embeddings, overrides and isolates, line and paragraph
 * separators, the byte-order mark, and lone surrogates (which no encoding can carry).
 */
const HARMFUL =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const visible = (char: string): string => {
  const code = char.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

/** One cell or one line: line breaks and tabs are made visible too. */
export function sanitise(text: string): string {
  return text.replace(HARMFUL, visible);
}

/** A text of several lines, such as a trace: line feeds and tabs stay. */
export function sanitiseBlock(text: string): string {
  return text.replace(HARMFUL, (char) => (char === '\n' || char === '\t' ? char : visible(char)));
}

/**
 * The same characters in JSON or double-quoted YAML text, as `\uXXXX` escapes: the reader gets the original data, the
 * terminal gets nothing to obey. Line feeds are the document's own layout and stay.
 */
export function escapeInQuotes(text: string): string {
  return text.replace(HARMFUL, (char) =>
    char === '\n' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Whether {@link sanitise} would change the text. */
export function isHarmful(text: string): boolean {
  return text.search(HARMFUL) !== -1;
}
