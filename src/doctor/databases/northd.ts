/** Whether northd is active and keeps up: its status, and the heartbeats that pass through it. */
import type { Database } from '../../ovsdb/replica/database.js';
import type { Row } from '../../ovsdb/replica/row.js';
import type { Analyzer } from '../analyzer.js';
import { memberEvidence, rowEvidence, textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { hasOwnZone, nodeNames } from '../nodes/node-names.js';
import type { SeenText, Sight } from '../sight.js';
import { NORTHD_BEHIND, NORTHD_NOT_ACTIVE, NORTHD_STUCK, ZONE_SILENT } from './server-findings.js';

const BEAT = 'e2e_timestamp';
/** Of the alert for a stale southbound database. */
const STUCK_SECONDS = 120;
/** ovnkube writes its time every half minute; a snapshot may take minutes. */
const SILENT_SECONDS = 600;

export const databasesNorthd: Analyzer = {
  id: 'databases/northd',
  area: 'databases',
  title: 'northd is active and keeps up in every zone',
  inputs: ['hosts.northd', 'kube.nodes', 'nb.NB_Global', 'sb.SB_Global'],
  finds: [NORTHD_NOT_ACTIVE, NORTHD_STUCK, NORTHD_BEHIND, ZONE_SILENT],
  analyze: async (sight) => {
    const findings: Finding[] = [...(await statusOf(sight))];
    const beats: { readonly zone: string; readonly seconds: number; readonly row: Row }[] = [];
    for (const zone of sight.zones) {
      // In this order: what is asked for later is not missing in what is read earlier.
      const north = globalOf((await zone.northbound())?.database, 'NB_Global');
      const south = globalOf(await zone.southbound(), 'SB_Global');
      if (north === undefined) continue;
      const asked = beatOf(north);
      if (asked !== undefined) beats.push({ zone: zone.name, seconds: asked, row: north });
      if (south !== undefined) findings.push(...lagOf(zone.name, north, south));
    }
    const latest = beats.toSorted((a, b) => b.seconds - a.seconds)[0];
    for (const { zone, seconds, row } of beats) {
      const late = latest === undefined ? 0 : latest.seconds - seconds;
      if (latest === undefined || late < SILENT_SECONDS) continue;
      const evidence = [
        memberEvidence(zone, 'northbound', row, 'options', [BEAT]),
        memberEvidence(latest.zone, 'northbound', latest.row, 'options', [BEAT]),
      ] as const;
      const args = { zone, seconds: late, other: latest.zone };
      findings.push(found(ZONE_SILENT, args, { object: { kind: 'Zone', name: zone }, zone, evidence }));
    }
    return findings;
  },
};

const globalOf = (database: Database | undefined, table: string): Row | undefined =>
  database === undefined ? undefined : [...database.table(table).rows()][0];

/** Seconds since the Unix epoch, as ovnkube wrote them and northd copied them. */
function beatOf(row: Row): number | undefined {
  const text = row.map('options').get(BEAT);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function lagOf(zone: string, north: Row, south: Row): readonly Finding[] {
  const place = { object: { kind: 'Zone', name: zone }, zone };
  const [asked, done] = [beatOf(north), beatOf(south)];
  if (asked !== undefined && done !== undefined && asked - done >= STUCK_SECONDS) {
    const evidence = [
      memberEvidence(zone, 'northbound', north, 'options', [BEAT]),
      memberEvidence(zone, 'southbound', south, 'options', [BEAT]),
    ] as const;
    return [found(NORTHD_STUCK, { zone, seconds: asked - done }, { ...place, evidence })];
  }
  const [wanted, reached] = [north.big('nb_cfg'), south.big('nb_cfg')];
  // One may be under way: whoever asks for a round waits for it before the next.
  if (wanted - reached < 2n) return [];
  const evidence = [
    rowEvidence(zone, 'northbound', north, ['nb_cfg']),
    rowEvidence(zone, 'southbound', south, ['nb_cfg']),
  ] as const;
  return [found(NORTHD_BEHIND, { zone, asked: String(wanted), done: String(reached) }, { ...place, evidence })];
}

async function statusOf(sight: Sight): Promise<readonly Finding[]> {
  const told: { readonly node: string; readonly own: boolean; readonly text: SeenText; readonly status: string }[] = [];
  const nodes = await nodeNames(sight);
  for (const node of nodes) {
    const own = hasOwnZone(sight, node);
    const text = await sight.hostText(node, 'northd', { mayLack: !own });
    if (text === undefined) continue;
    const status = /^Status: *(\S+)/.exec(text.text)?.[1];
    if (status === undefined) {
      sight.miss({ code: 'host.format', subject: text.from, reason: 'it is no status of northd' });
    } else told.push({ node, own, text, status });
  }
  if (told.length === 0 && nodes.length > 0 && !nodes.some((node) => hasOwnZone(sight, node))) {
    sight.miss({ code: 'host.absent', subject: 'status of northd', reason: 'no node tells it' });
  }
  const shared = told.filter(({ own }) => !own);
  const groups = [...told.filter(({ own }) => own).map((each) => [each]), ...(shared.length === 0 ? [] : [shared])];
  return groups.flatMap((group) => {
    const [first, ...others] = group;
    if (first === undefined || group.some(({ status }) => status === 'active')) return [];
    const statuses = [...new Set(group.map(({ status }) => status))].join(' or ');
    const args = { nodes: group.map(({ node }) => node), status: statuses };
    const evidence = [first, ...others].map(({ text }) => textEvidence(text, 'status', text.text));
    const [one, ...more] = evidence;
    if (one === undefined) return [];
    return [
      found(NORTHD_NOT_ACTIVE, args, {
        object: { kind: 'Node', name: first.node },
        node: first.node,
        evidence: [one, ...more],
      }),
    ];
  });
}
