/**
 * Who manages which field, at the grain that clients see: every member of a map is a field of its own, lists and selectors
 * are fields as a whole.
 */
import { apiVersionOf, failure, Refused } from './model.js';
import type { Cause, Kind, KubeJson, ManagedFields } from './model.js';

type Path = string;
type Members = Readonly<Record<string, unknown>>;

const SERVERS_OWN = new Set([
  'apiVersion',
  'kind',
  ...[
    'name',
    'namespace',
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'managedFields',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ].map((member) => JSON.stringify(['metadata', member])),
]);

const isMap = (value: unknown, key: string): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !key.endsWith('Selector');

/** Every field of the object with its value, by path. */
function fieldsOf(object: unknown, at: readonly string[] = []): Map<Path, string> {
  const found = new Map<Path, string>();
  for (const [key, value] of Object.entries(object as Members)) {
    const path = [...at, key];
    if (SERVERS_OWN.has(at.length === 0 ? key : JSON.stringify(path))) continue;
    if (isMap(value, key)) for (const [inner, text] of fieldsOf(value, path)) found.set(inner, text);
    else found.set(JSON.stringify(path), JSON.stringify(value));
  }
  return found;
}

const shown = (path: Path): string => `.${(JSON.parse(path) as string[]).join('.')}`;

function pathsOf(fields: Members, at: readonly string[] = []): Path[] {
  return Object.entries(fields).flatMap(([key, inner]) => {
    const path = [...at, key.replace(/^f:/, '')];
    return Object.keys(inner as Members).length === 0 ? [JSON.stringify(path)] : pathsOf(inner as Members, path);
  });
}

function fieldsV1(paths: Iterable<Path>): Members {
  const root: Record<string, unknown> = {};
  for (const path of paths) {
    let node = root;
    for (const key of JSON.parse(path) as string[]) node = (node[`f:${key}`] ??= {}) as Record<string, unknown>;
  }
  return root;
}

function entry(
  manager: string,
  operation: ManagedFields['operation'],
  kind: Kind,
  paths: Iterable<Path>,
): ManagedFields {
  return {
    manager,
    operation,
    apiVersion: apiVersionOf(kind),
    time: new Date().toISOString().replace(/\.\d+/, ''),
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsV1(paths),
  };
}

const same = (a: ManagedFields, manager: string, operation: string): boolean =>
  a.manager === manager && a.operation === operation;

/** The entries without some fields; those that have none left go. */
function without(entries: readonly ManagedFields[], paths: ReadonlySet<Path>): ManagedFields[] {
  return entries
    .map((each) => ({ ...each, fieldsV1: fieldsV1(pathsOf(each.fieldsV1).filter((path) => !paths.has(path))) }))
    .filter((each) => Object.keys(each.fieldsV1).length > 0);
}

/** After a create, update or patch: what it changed belongs to its manager, and to nobody else. */
export function afterUpdate(kind: Kind, before: KubeJson | undefined, object: KubeJson, manager: string): KubeJson {
  const old = before === undefined ? new Map<Path, string>() : fieldsOf(before);
  const fields = fieldsOf(object);
  const changed = new Set([...fields].filter(([path, text]) => old.get(path) !== text).map(([path]) => path));
  const gone = new Set([...old.keys()].filter((path) => !fields.has(path)));
  const entries = before?.metadata.managedFields ?? [];
  const mine = entries.find((each) => same(each, manager, 'Update'));
  const others = without(
    entries.filter((each) => each !== mine),
    new Set([...changed, ...gone]),
  );
  const paths = new Set([...(mine === undefined ? [] : pathsOf(mine.fieldsV1)), ...changed]);
  const own = [...paths].filter((path) => !gone.has(path));
  const managedFields = [...others, ...(own.length === 0 ? [] : [entry(manager, 'Update', kind, own)])];
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** Server-side apply: the object with the applied fields; throws the conflict when others have them with other values. */
export function applied(
  kind: Kind,
  before: KubeJson | undefined,
  patch: KubeJson,
  manager: string,
  force: boolean,
): KubeJson {
  const current = before === undefined ? new Map<Path, string>() : fieldsOf(before);
  const wanted = fieldsOf(patch);
  const entries = before?.metadata.managedFields ?? [];
  const mine = entries.find((each) => same(each, manager, 'Apply'));
  const others = entries.filter((each) => each !== mine);
  const differing = new Set([...wanted].filter(([path, text]) => current.get(path) !== text).map(([path]) => path));
  const conflicts = others.flatMap((each) =>
    pathsOf(each.fieldsV1)
      .filter((path) => differing.has(path))
      .map((path) => ({ owner: each, path })),
  );
  if (conflicts.length > 0 && !force) throw conflictOf(conflicts);
  const left = without(others, differing);
  const dropped = (mine === undefined ? [] : pathsOf(mine.fieldsV1)).filter(
    (path) => !wanted.has(path) && !left.some((each) => pathsOf(each.fieldsV1).includes(path)),
  );
  const object = structuredClone(before ?? { ...patch, metadata: { ...patch.metadata } });
  for (const [path, text] of wanted) assign(object, path, JSON.parse(text));
  for (const path of dropped) assign(object, path, undefined);
  object.metadata.managedFields = [...left, entry(manager, 'Apply', kind, wanted.keys())];
  return object;
}

function assign(object: KubeJson, path: Path, value: unknown): void {
  const keys = JSON.parse(path) as string[];
  let node: Record<string, unknown> = object;
  for (const key of keys.slice(0, -1)) node = (node[key] ??= {}) as Record<string, unknown>;
  const last = keys.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(node, last);
  else node[last] = value;
}

function conflictOf(conflicts: readonly { readonly owner: ManagedFields; readonly path: Path }[]): Refused {
  const ownerText = ({ manager, operation, apiVersion }: ManagedFields): string =>
    `"${manager}"${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
  const causes: Cause[] = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${ownerText(owner)}`,
    field: shown(path),
  }));
  const [first] = conflicts;
  const one = first === undefined ? '' : ownerText(first.owner);
  const text =
    conflicts.length === 1
      ? `1 conflict: conflict with ${one}: ${causes[0]?.field ?? ''}`
      : `${String(conflicts.length)} conflicts: conflicts with ${one}:\n${causes.map(({ field }) => `- ${field ?? ''}`).join('\n')}`;
  return new Refused(409, failure(409, 'Conflict', `Apply failed with ${text}`, { causes }));
}
