import type { DatabaseInfo, SnapshotInfo, ZoneInfo } from '../../usecase/snapshot-info.js';
import { sanitise } from '../sanitise.js';
import { renderTable } from '../table.js';
import type { Layout } from '../table.js';

const DATABASES: Readonly<Record<DatabaseInfo['kind'], string>> = {
  nb: 'northbound',
  sb: 'southbound',
  ovs: 'switch',
};

/** Facts about the whole, then a line for each database, then what objects and texts there are. */
export async function renderInfo(info: SnapshotInfo, layout: Layout, isWide = false): Promise<string> {
  const head = facts(info).map(([label, text]) => `${layout.palette.dim(label.padEnd(9))}  ${sanitise(text)}\n`);
  const zones = info.zones.length === 0 ? '' : `\n${await renderZones(info.zones, layout, isWide)}`;
  const objects = isWide && info.objects.length > 0 ? `\n${await renderObjects(info, layout)}` : '';
  return `${head.join('')}${zones}${objects}`;
}

function facts(info: SnapshotInfo): readonly (readonly [string, string])[] {
  const { taken, tool, source, changes, objects, hosts, logs, redacted, gaps, scope } = info;
  const count = objects.reduce((sum, each) => sum + each.count, 0);
  const limits = [
    ...(scope?.zones ?? []).map((zone) => `zone ${zone}`),
    ...(scope?.nodes ?? []).map((node) => `node ${node}`),
    ...(scope?.since === undefined ? [] : [`logs since ${scope.since}`]),
  ];
  const removed = Object.values(redacted ?? {}).reduce((sum, each) => sum + each, 0);
  const texts = [hosts === 0 ? [] : plural(hosts, 'host file'), logs === 0 ? [] : plural(logs, 'log')].flat();
  return [
    ['path', info.path],
    ['layout', info.layout],
    ...(taken === undefined ? [] : [['taken', taken] as const]),
    ...(tool === undefined ? [] : [['by', tool] as const]),
    ...(source === undefined ? [] : [['of', `${source.kind} ${source.name}`] as const]),
    ...(limits.length === 0 ? [] : [['limited', limits.join(', ')] as const]),
    ...(changes === undefined ? [] : [['changes', `${changes.first} to ${changes.last}`] as const]),
    ['objects', `${plural(count, 'object')} of ${plural(objects.length, 'kind')}`],
    ...(texts.length === 0 ? [] : [['texts', texts.join(', ')] as const]),
    ...(removed === 0 ? [] : [['redacted', plural(removed, 'value')] as const]),
    ['gaps', gaps.length === 0 ? 'none' : String(gaps.length)],
  ];
}

const plural = (count: number, noun: string): string => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

async function renderZones(zones: readonly ZoneInfo[], layout: Layout, isWide: boolean): Promise<string> {
  const columns = ['ZONE', 'NODES', 'DATABASE', 'SCHEMA', 'ROWS', 'LAST CHANGE'].map((title) => ({ title }));
  const wide = ['TRANSACTIONS', 'FIRST CHANGE', 'SOURCE', 'SOFTWARE'].map((title) => ({ title }));
  const rows = zones.flatMap(({ name, nodes, databases }) => {
    const zone = [name, nodes.join(',') || '-'];
    if (databases.length === 0) return [[...zone, '-', '-', '-', '-', '-', '-', '-', '-']];
    return databases.map((database) => [
      ...zone,
      DATABASES[database.kind],
      database.schemaVersion ?? '-',
      String(database.rows),
      database.lastChange ?? '-',
      database.transactions === undefined ? '-' : String(database.transactions),
      database.firstChange ?? '-',
      database.source,
      database.software ?? '-',
    ]);
  });
  return renderTable(isWide ? [...columns, ...wide] : columns, rows, layout);
}

function renderObjects({ objects }: SnapshotInfo, layout: Layout): Promise<string> {
  const rows = objects.map(({ plural: kind, count }) => [kind, String(count)]);
  return renderTable([{ title: 'OBJECTS' }, { title: 'COUNT' }], rows, layout);
}

/** `-o name`: the zones. */
export function infoNames({ zones }: SnapshotInfo): readonly string[] {
  return zones.map(({ name }) => `zone/${name}`);
}
