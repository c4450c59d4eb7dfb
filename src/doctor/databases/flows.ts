/** Every logical flow parsed, as ovn-controller would: of matches and actions that differ in constants alone, one. */
import { parseActions } from '../../lflow/actions/parse-actions.js';
import type { Diagnostic } from '../../lflow/diagnostic.js';
import { annotate } from '../../lflow/expr/annotate.js';
import { addressSet, portGroup } from '../../lflow/expr/constant-set.js';
import type { SetSource } from '../../lflow/expr/constant-set.js';
import { parseExpr } from '../../lflow/expr/parse.js';
import { symbolTable } from '../../lflow/symbols/table.js';
import type { SymbolTable } from '../../lflow/symbols/symbol.js';
import { actionsForm, matchForm } from '../../lflow/text-form.js';
import { southboundOf } from '../../ovn/southbound/southbound.js';
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { rowEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { UNPARSABLE_FLOW } from './database-findings.js';

/** Whether names exist is another analyzer's question. */
const ANY_SETS: SetSource = { addressSet: () => addressSet([]).set, portGroup: () => portGroup([]) };
const EVIDENCE = 3;

export const databasesFlows: Analyzer = {
  id: 'databases/flows',
  area: 'databases',
  title: 'every logical flow can be parsed',
  inputs: ['sb.DHCP_Options', 'sb.DHCPv6_Options', 'sb.Datapath_Binding', 'sb.Logical_Flow', 'sb.SB_Global'],
  finds: [UNPARSABLE_FLOW],
  analyze: async (sight) => {
    const matches = new Map<SymbolTable, Mistakes>();
    const findings: Finding[] = [];
    for (const zone of sight.zones) {
      const southbound = await zone.southbound();
      if (southbound !== undefined) findings.push(...flowsOf(zone.name, southbound, matches));
    }
    return findings;
  },
};

function flowsOf(zone: string, database: Database, known: Map<SymbolTable, Mistakes>): readonly Finding[] {
  const southbound = southboundOf(database);
  const { release } = southbound.release;
  const symbols = symbolTable(release);
  const options = { dhcpOptions: southbound.dhcpOptions(4), dhcpv6Options: southbound.dhcpOptions(6) };
  const matches = known.get(symbols) ?? new Mistakes();
  known.set(symbols, matches);
  const actions = new Mistakes();
  /** By stage, part and reason: one mistake of northd is in every flow it makes. */
  const wrong = new Map<
    string,
    { readonly part: 'match' | 'actions'; readonly reason: string; readonly rows: Row[] }
  >();
  const note = (row: Row, part: 'match' | 'actions', diagnostic: Diagnostic | undefined): void => {
    // A template variable is replaced on each chassis before the flow is parsed.
    if (diagnostic === undefined || diagnostic.code === 'template') return;
    const stage = row.map('external_ids').get('stage-name') ?? '';
    const key = `${stage}\n${part}\n${diagnostic.message}`;
    const known = wrong.get(key);
    if (known === undefined) wrong.set(key, { part, reason: diagnostic.message, rows: [row] });
    else known.rows.push(row);
  };
  for (const row of database.table('Logical_Flow').rows()) {
    const match = row.string('match');
    note(
      row,
      'match',
      matches.of(
        match,
        () => matchForm(match),
        () => mistakeIn(match, symbols),
      ),
    );
    const pipeline = row.string('pipeline') === 'egress' ? 'egress' : 'ingress';
    const table = row.integer('table_id');
    const text = row.string('actions');
    const place = `${pipeline} ${table} `;
    const parse = (): Diagnostic | undefined => {
      const parsed = parseActions(text, { symbols, release, pipeline, table, ...options });
      return parsed.ok ? undefined : parsed.error;
    };
    note(
      row,
      'actions',
      actions.of(place + text, () => place + actionsForm(text), parse),
    );
  }
  return [...wrong].flatMap(([key, { part, reason, rows }]) => {
    const stage = key.split('\n')[0] ?? '';
    const columns = [part, 'priority', 'external_ids'];
    const [first, ...more] = rows.slice(0, EVIDENCE).map((row) => rowEvidence(zone, 'southbound', row, columns));
    if (first === undefined) return [];
    const args = { zone, stage, part, reason, count: rows.length };
    return [
      found(UNPARSABLE_FLOW, args, {
        object: { kind: 'Zone', name: zone },
        zone,
        evidence: [first, ...more],
      }),
    ];
  });
}

/** What is wrong in texts; of the texts of one form, one that is well is parsed. */
class Mistakes {
  readonly #byText = new Map<string, Diagnostic | undefined>();
  readonly #wellFormed = new Set<string>();

  of(text: string, formOf: () => string, parse: () => Diagnostic | undefined): Diagnostic | undefined {
    if (this.#byText.has(text)) return this.#byText.get(text);
    const form = formOf();
    const mistake = this.#wellFormed.has(form) ? undefined : parse();
    if (mistake === undefined) this.#wellFormed.add(form);
    this.#byText.set(text, mistake);
    return mistake;
  }
}

function mistakeIn(match: string, symbols: SymbolTable): Diagnostic | undefined {
  const parsed = parseExpr(match, { symbols, sets: ANY_SETS });
  if (!parsed.ok) return parsed.error;
  const annotated = annotate(parsed.value, symbols);
  return annotated.ok ? undefined : annotated.error;
}
