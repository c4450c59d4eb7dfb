/** Rules of hosts that take all traffic away from the main table, by which OVN-Kubernetes chose its gateway. */
import { Fields } from '../../kube/model/fields.js';
import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Analyzer } from '../analyzer.js';
import { textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { parseRoutes } from '../gateway/ip-route.js';
import type { SeenText, Sight } from '../sight.js';
import { POLICY_DEFAULT } from './host-findings.js';
import { nodeNames } from './node-names.js';

export const nodesPolicyRoutes: Analyzer = {
  id: 'nodes/policy-routes',
  area: 'nodes',
  title: 'no rule of a host overrides the default route of its main table',
  inputs: ['hosts.rules', 'hosts.tables', 'kube.nodes'],
  finds: [POLICY_DEFAULT],
  analyze: async (sight) => {
    const nodes = await nodeNames(sight);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const findings: Finding[] = [];
    for (const node of nodes) {
      for (const family of [4, 6] as const) findings.push(...(await overridden(sight, node, family)));
    }
    return findings;
  },
};

async function overridden(sight: Sight, node: string, family: 4 | 6): Promise<readonly Finding[]> {
  const ruleText = await sight.hostText(node, `rules${family}`);
  const tableText = await sight.hostText(node, `tables${family}`);
  if (ruleText === undefined || tableText === undefined) return [];
  const rules = orGap(sight, ruleText, parseRules(ruleText.text));
  const routes = orGap(sight, tableText, parseRoutes(tableText.text, family));
  return (rules ?? []).flatMap(({ priority, table, line }) => {
    const route = routes?.find((each) => each.isDefault && each.table === table);
    if (route === undefined) return [];
    return [
      found(
        POLICY_DEFAULT,
        { node, family, table, priority, route: route.line },
        {
          object: { kind: 'Node', name: node },
          node,
          family,
          evidence: [
            textEvidence(ruleText, `priority ${String(priority)}`, line),
            textEvidence(tableText, table, route.line),
          ],
        },
      ),
    ];
  });
}

function orGap<T>(sight: Sight, { from }: SeenText, read: Result<T, string>): T | undefined {
  if (read.ok) return read.value;
  sight.miss({ code: 'host.format', subject: from, reason: `it ${read.error}` });
  return undefined;
}

/** The kernel's own, in the order they are asked. */
const TABLES: readonly string[] = ['local', 'main', 'default', '255', '254', '253'];
/** What a rule that is meant for everything has; every other member limits it. */
const EVERYTHING: ReadonlySet<string> = new Set(['priority', 'src', 'table', 'protocol', 'action']);

/** Rules for every packet that are asked before the main table. */
function parseRules(
  text: string,
): Result<readonly { readonly priority: number; readonly table: string; readonly line: string }[], string> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return err('is not JSON');
  }
  const fields = Fields.of({ rules: json });
  const rules = fields.list('rules', (rule) => {
    const priority = rule.whole('priority') ?? 0;
    const table = String(rule.wholeOrText('table') ?? '');
    return { priority, table, src: rule.text('src') ?? 'all' };
  });
  if (fields.misfit !== undefined) return err(fields.misfit);
  const raw = json as readonly Readonly<Record<string, unknown>>[];
  const main = Math.min(
    ...rules.flatMap(({ table, priority }) => (table === 'main' || table === '254' ? [priority] : [])),
  );
  return ok(
    rules.flatMap(({ priority, table, src }, at) => {
      const members = Object.keys(raw[at] ?? {});
      const isForAll = src === 'all' && members.every((member) => EVERYTHING.has(member));
      if (!isForAll || priority >= main || table === '' || TABLES.includes(table)) return [];
      return [{ priority, table, line: `${String(priority)}: from all lookup ${table}` }];
    }),
  );
}
