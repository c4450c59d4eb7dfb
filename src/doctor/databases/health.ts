/** Whether the servers of the databases serve: active ones, or clusters with a leader and all members. */
import type { Analyzer } from '../analyzer.js';
import { textEvidence } from '../evidence.js';
import { found } from '../finding.js';
import type { Finding } from '../finding.js';
import { hasOwnZone, nodeNames } from '../nodes/node-names.js';
import type { SeenText, Sight } from '../sight.js';
import { CLUSTERS_DIFFER, MEMBERS_LOST, NO_LEADER, NOT_ACTIVE } from './server-findings.js';
import { parseServerStatus } from './server-status.js';
import type { ServerStatus } from './server-status.js';

interface Told {
  readonly node: string;
  /** Whether the databases are of the node alone. */
  readonly own: boolean;
  readonly text: SeenText;
  readonly status: ServerStatus;
}

export const databasesHealth: Analyzer = {
  id: 'databases/health',
  area: 'databases',
  title: 'every database server is active or in a cluster with a leader',
  inputs: ['hosts.northbound', 'hosts.southbound', 'kube.nodes'],
  finds: [NO_LEADER, MEMBERS_LOST, NOT_ACTIVE, CLUSTERS_DIFFER],
  analyze: async (sight) => {
    const nodes = await nodeNames(sight);
    if (!sight.hasObjects) return { skipped: 'the source has no Kubernetes objects' };
    const findings: Finding[] = [];
    for (const database of ['northbound', 'southbound'] as const) {
      findings.push(...judge(database, await statuses(sight, nodes, database)));
    }
    return findings;
  },
};

async function statuses(
  sight: Sight,
  nodes: readonly string[],
  database: 'northbound' | 'southbound',
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const node of nodes) {
    const own = hasOwnZone(sight, node);
    const text = await sight.hostText(node, database, { mayLack: !own });
    if (text === undefined) continue;
    const status = parseServerStatus(text.text);
    if (status === undefined) {
      sight.miss({ code: 'host.format', subject: text.from, reason: 'it is no status of a database server' });
    } else told.push({ node, own, text, status });
  }
  if (told.length === 0 && nodes.length > 0 && !nodes.some((node) => hasOwnZone(sight, node))) {
    const subject = `status of the ${database} database servers`;
    sight.miss({ code: 'host.absent', subject, reason: 'no node tells it' });
  }
  return told;
}

function judge(database: 'northbound' | 'southbound', told: readonly Told[]): readonly Finding[] {
  const findings: Finding[] = [];
  const place = ({ node, text, status }: Told) => ({
    object: { kind: 'Node', name: node },
    node,
    evidence: [
      textEvidence(
        text,
        status.kind === 'cluster' ? 'cluster/status' : 'ovsdb-server/sync-status',
        status.kind === 'cluster' ? status.lines : text.text,
      ),
    ] as const,
  });
  // One standby beside an active one is how pairs of servers are meant to be.
  const isServed = told.some(({ own, status }) => !own && status.kind === 'single' && status.state === 'active');
  for (const each of told) {
    const { node, status } = each;
    if (status.kind === 'single') {
      if (status.state === 'active' || (isServed && !each.own)) continue;
      findings.push(found(NOT_ACTIVE, { node, database, state: status.state }, place(each)));
    } else if (status.leader === 'unknown' || status.status !== 'cluster member') {
      findings.push(found(NO_LEADER, { node, database, status: status.status, role: status.role }, place(each)));
    } else if (status.leader === 'self' && status.lost.length > 0) {
      const { lost, members } = status;
      const more = Math.floor((members - 1) / 2) - lost.length;
      findings.push(found(MEMBERS_LOST, { node, database, lost, members, more }, place(each)));
    }
  }
  return [...findings, ...differing(database, told)];
}

function differing(database: 'northbound' | 'southbound', told: readonly Told[]): readonly Finding[] {
  const clusters = new Map<string, Told[]>();
  for (const each of told) {
    if (each.own || each.status.kind !== 'cluster') continue;
    const { cluster } = each.status;
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), each]);
  }
  const [first, ...others] = [...clusters].sort(([, a], [, b]) => b.length - a.length);
  if (first === undefined || others.length === 0) return [];
  const all = [first, ...others];
  const evidence = all.flatMap(([id, [member]]) =>
    member === undefined ? [] : [textEvidence(member.text, 'Cluster ID', id)],
  );
  const [one, ...more] = evidence;
  if (one === undefined) return [];
  return [
    found(
      CLUSTERS_DIFFER,
      { database, clusters: all.map(([id, members]) => ({ id, nodes: members.map(({ node }) => node) })) },
      { object: { kind: 'Database', name: database }, evidence: [one, ...more] },
    ),
  ];
}
