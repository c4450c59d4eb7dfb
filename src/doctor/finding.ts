/**
 * Findings: what is wrong in the cluster, as data.
 *
 * A definition has a code that is never used for anything else, a level, a title, and texts made from typed arguments; the
 * catalogue lists them all. A finding is a definition applied to one object, with the evidence it rests on. Trouble of ours
 * is never a finding (an error), nor is something that could not be read (a gap).
 */
export type Level = 'error' | 'warning' | 'info';

export const LEVELS = ['error', 'warning', 'info'] as const satisfies readonly Level[];

export interface ObjectName {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** What a finding rests on: where it stands and what it says there. */
export interface Evidence {
  /** `northbound database of zone a`, `Node worker-1`, a log. */
  readonly source: string;
  /** The place in it: table and uuid, annotation, line. */
  readonly ref: string;
  readonly excerpt: string;
}

/** One thing to do. Commands and manifests have the names filled in; what only a person can know is in capitals. */
export interface Remedy {
  readonly text: string;
  readonly commands?: readonly string[];
  /** A manifest to apply, YAML. */
  readonly manifest?: string;
}

export interface Place {
  readonly object: ObjectName;
  readonly node?: string;
  readonly zone?: string;
  readonly family?: 4 | 6;
  readonly evidence: readonly Evidence[];
}

export interface Finding extends Place {
  readonly code: string;
  readonly level: Level;
  readonly title: string;
  readonly message: string;
  readonly remedy: readonly Remedy[];
  /** The finding that this one follows from, as `CODE=KIND/NAMESPACE/NAME`. */
  readonly explainedBy?: string;
}

export interface Definition<Args> {
  readonly code: string;
  readonly level: Level;
  readonly title: string;
  readonly text: (args: Args) => string;
  readonly remedy: (args: Args) => readonly Remedy[];
}

export const defineFinding = <Args>(definition: Definition<Args>): Definition<Args> => definition;

/** The definition applied: at least one piece of evidence, or it is no finding. */
export function found<Args>(
  { code, level, title, text, remedy }: Definition<Args>,
  args: Args,
  place: Place & { readonly evidence: readonly [Evidence, ...Evidence[]] },
): Finding {
  return { code, level, title, message: text(args), ...place, remedy: remedy(args) };
}

export const objectText = ({ kind, namespace, name }: ObjectName): string =>
  namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`;

/** What a finding is called where one is suppressed or referred to. */
export const findingKey = ({ code, object }: Pick<Finding, 'code' | 'object'>): string =>
  `${code}=${objectText(object)}`;

/** Errors first, then by code, then by object and place; numbers inside names count as numbers. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) ||
    compareText(a.code, b.code) ||
    compareNatural(objectText(a.object), objectText(b.object)) ||
    compareText(a.zone ?? '', b.zone ?? '') ||
    compareText(a.message, b.message)
  );
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareNatural(a: string, b: string): number {
  const parts = (text: string): readonly string[] => text.split(/(\d+)/);
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const [x = '', y = ''] = [left[at], right[at]];
    const order = at % 2 === 1 ? Number(x) - Number(y) || compareText(x, y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
