import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatActions } from '../../../src/lflow/actions/format-actions.js';
import { parseActions } from '../../../src/lflow/actions/parse-actions.js';
import type { OvnRelease } from '../../../src/lflow/release.js';
import { symbolTable } from '../../../src/lflow/symbols/table.js';
import { decodeDatabaseFile } from '../../../src/ovsdb/file/database-file.js';
import { NOT_RUN, conformance } from '../../support/conformance.js';

/** Texts in the measured data that no OVN parses: rows made to show that such a flow is discarded. */
const UNPARSABLE: ReadonlySet<string> = new Set(['nosuchaction;']);

const PLACE = { pipeline: 'ingress', table: 3, release: '26.03' } as const;

/** Node addresses in place of the template variables that stand for them. */
function expandTemplates(text: string): string {
  return text.replaceAll(/\^NODEIP_IPv6_\d/g, 'fd00::1').replaceAll(/\^NODEIP_IPv4_\d/g, '172.18.0.2');
}

/** What does not parse, or does not come back from its canonical form. */
function problems(texts: Iterable<string>, release: OvnRelease): readonly string[] {
  const place = { ...PLACE, release };
  const environment = { ...place, symbols: symbolTable(release) };
  const found: string[] = [];
  for (const text of texts) {
    const parsed = parseActions(text, environment);
    if (!parsed.ok) {
      if (!UNPARSABLE.has(text)) found.push(`${text}: ${parsed.error.message}`);
      continue;
    }
    const canonical = formatActions(parsed.value.actions, place);
    const again = parseActions(canonical, environment);
    if (!again.ok || formatActions(again.value.actions, place) !== canonical) found.push(`${text} <> ${canonical}`);
  }
  return found;
}

function actionColumns(json: unknown, into: Set<string> = new Set()): ReadonlySet<string> {
  if (Array.isArray(json)) for (const item of json) actionColumns(item, into);
  else if (typeof json === 'object' && json !== null) {
    for (const [name, value] of Object.entries(json)) {
      if (name === 'actions' && typeof value === 'string') into.add(value);
      else actionColumns(value, into);
    }
  }
  return into;
}

describe('recorded flows', () => {
  const cluster = join(import.meta.dirname, '../../../examples/ic-dualstack');
  const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex');

  test.each(['ovn-control-plane', 'ovn-worker', 'ovn-worker2'])('every flow of zone %s parses', (zone) => {
    const decoded = decodeDatabaseFile(readFileSync(join(cluster, zone, 'sb.db')), sha1);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    const texts = new Set<string>();
    for (const row of decoded.value.database.table('Logical_Flow').rows()) {
      const text = row.json('actions');
      if (typeof text === 'string') texts.add(text);
    }
    expect(texts.size).toBeGreaterThan(100);
    expect(problems([...texts].map(expandTemplates), '26.03')).toEqual([]);
    console.log(`${zone}: ${texts.size} distinct action lists, all parsed`);

    const templates = [...texts].filter((text) => text.includes('^'));
    expect(templates.length).toBeGreaterThan(0);
    for (const text of templates) {
      expect(parseActions(text, { ...PLACE, symbols: symbolTable('26.03') })).toMatchObject({
        ok: false,
        error: { code: 'template' },
      });
    }
  });

  test.each([
    ['trace-actions.json', '26.03'],
    ['trace-1ls-3lsp-23.03.1.json', '23.03.1'],
    ['trace-1ls-3lsp-26.03.1.json', '26.03'],
    ['topology-23.03.1-zoneA.json', '23.03.1'],
    ['topology-23.03.1-zoneB.json', '23.03.1'],
    ['topology-26.03.1-zoneA.json', '26.03'],
    ['topology-26.03.1-zoneB.json', '26.03'],
    ['upstream-northd-traces-23.03.1.json', '23.03.1'],
    ['upstream-northd-traces-26.03.1.json', '26.03'],
  ] as const)('every flow of %s parses', (name, release) => {
    const file = conformance(name);
    if (file === undefined) {
      console.log(NOT_RUN);
      return;
    }
    const texts = actionColumns(file);
    expect(texts.size).toBeGreaterThan(5);
    expect(problems(texts, release)).toEqual([]);
    console.log(`${name}: ${texts.size} distinct action lists`);
  });
});
