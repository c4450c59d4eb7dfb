import { isRecord } from './record.js';

/** The objects in a file, and why there may be more. */
export interface YamlObjects {
  readonly items: readonly unknown[];
  /** A clause that completes "FILE …"; undefined when the file is whole. */
  readonly trouble: string | undefined;
}

/** Where an item of a list begins when the list is written as `oc adm inspect` does, at the first column. */
const ITEM = /^- /gm;

/**
 * The Kubernetes objects in a YAML or JSON text: one object, several documents, or a List.
 *
 * Of a list that is cut off, the items before the cut are given. Since members are written in alphabetical order, `kind`
 * follows `items`: a list without it ends early even where what is there is well formed.
 */
export async function yamlObjects(text: string): Promise<YamlObjects> {
  const { parseAllDocuments } = await import('yaml');
  if (text.trim() === '') return { items: [], trouble: 'is empty' };
  const documents = parseAllDocuments(text);
  const items: unknown[] = [];
  for (const document of [...documents]) {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const [at] = problem.pos;
      const line = text.slice(0, at).split('\n').length;
      const whole = wholeItems(text.slice(0, Math.max(at, 0)));
      const trouble = `is damaged YAML at line ${String(line)}`;
      if (whole === undefined) return { items, trouble };
      const before = await yamlObjects(whole);
      return { items: [...items, ...before.items], trouble };
    }
    const value: unknown = document.toJS();
    if (!isRecord(value)) continue;
    if (!Array.isArray(value['items'])) {
      items.push(value);
    } else if (typeof value['kind'] === 'string') {
      items.push(...(value['items'] as unknown[]));
    } else {
      items.push(...(value['items'] as unknown[]).slice(0, -1));
      return { items, trouble: 'ends within its last item' };
    }
  }
  return { items, trouble: undefined };
}

/** The text of a list with only the items that end in it, closed so that it is a list again. */
function wholeItems(text: string): string | undefined {
  const starts = [...text.matchAll(ITEM)];
  const last = starts.at(-1);
  if (last === undefined || starts.length < 2) return undefined;
  return `${text.slice(0, last.index)}kind: List\n`;
}
