/**
 * The text in lines of at most `width` characters, each after `indent` spaces, those after the first after `hanging` more; a
 * longer word stands alone, uncut.
 */
export function wrap(text: string, width: number, indent: number, hanging = 0): readonly string[] {
  const room = Math.max(40, width - indent - hanging);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each, at) => `${' '.repeat(at === 0 ? indent : indent + hanging)}${each}`);
}
