import type { SnapshotPlan } from '../../usecase/take-snapshot.js';
import { renderTable } from '../table.js';
import type { Layout } from '../table.js';

const KINDS = { nb: 'northbound', sb: 'southbound', ovs: 'switch' } as const;

/** What would be read, one thing a line. */
export function renderPlan(plan: SnapshotPlan, layout: Layout): Promise<string> {
  const databases = plan.zones.flatMap(({ name, databases: all }) =>
    all.map(({ kind, from }) => [`${KINDS[kind]} database`, `zone ${name}`, from]),
  );
  const objects = plan.objects.map((kind) => ['objects', kind, `${plan.source.kind} ${plan.source.name}`]);
  const texts = plan.texts.map((from) => ['text', from, `${plan.source.kind} ${plan.source.name}`]);
  const columns = [{ title: 'READ' }, { title: 'WHAT', shrinkTo: 20 }, { title: 'FROM', shrinkTo: 20 }];
  return renderTable(columns, [...databases, ...objects, ...texts], layout);
}

export function planNames({ zones, objects }: SnapshotPlan): readonly string[] {
  return [...zones.map(({ name }) => `zone/${name}`), ...objects.map((kind) => `objects/${kind}`)];
}
