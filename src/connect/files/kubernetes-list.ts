import { InputError } from '../../base/errors.js';
import { scanJson } from '../../ovsdb/wire/scan-json.js';

/** The items of a Kubernetes `List` as kubectl prints it; throws InputError naming `file` and the place. */
export function readKubernetesList(file: string, bytes: Uint8Array): unknown[] {
  const text = new TextDecoder().decode(bytes);
  const list = parse(file, text);
  const items = typeof list === 'object' && list !== null && 'items' in list ? list.items : undefined;
  if (!Array.isArray(items)) {
    throw new InputError('snapshot.kubernetes', `${file} is not a Kubernetes List: it has no items`);
  }
  return items as unknown[];
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // JSON.parse says where only in prose; the scanner is as strict and says it in numbers.
    const scanned = scanJson(text);
    if (scanned.ok) throw cause;
    const before = text.slice(0, scanned.error.offset).split('\n');
    const position = `line ${String(before.length)}, column ${String((before.at(-1) ?? '').length + 1)}`;
    throw new InputError('snapshot.kubernetes', `${file}: damaged JSON at ${position}: ${scanned.error.reason}`, {
      cause,
    });
  }
}
