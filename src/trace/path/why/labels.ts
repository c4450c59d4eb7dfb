import type { LabelSelector, Requirement } from '../../../kube/model/selector.js';
import { labelSelectorText } from '../../../kube/model/selector-text.js';
import { selects } from '../../../kube/model/selector.js';

type Labels = ReadonlyMap<string, string>;

/** A condition of a selector that labels do not meet. */
export interface UnmetLabel {
  /** As the API writes it: `app=client`, `tier in (a,b)`, `!canary`. */
  readonly wanted: string;
  /** What is there instead: `app=toolbox`, `no label app`. */
  readonly actual: string;
  readonly key: string;
  /** A value that would do; undefined when the label has to go. */
  readonly value: string | undefined;
}

const only = (requirement: Requirement): LabelSelector => ({
  matchLabels: new Map(),
  matchExpressions: [requirement],
});

function valueFor({ operator, values }: Requirement): string | undefined {
  switch (operator) {
    case 'In':
      return values[0];
    case 'Exists':
      return '';
    default:
      return undefined;
  }
}

/** The conditions of the selector that the labels do not meet, in its order; none when it selects them. */
export function unmetLabels(selector: LabelSelector, labels: Labels): readonly UnmetLabel[] {
  const has = (key: string): string => {
    const value = labels.get(key);
    return value === undefined ? `no label ${key}` : `${key}=${value}`;
  };
  const plain = [...selector.matchLabels]
    .filter(([key, value]) => labels.get(key) !== value)
    .map(([key, value]) => ({ wanted: `${key}=${value}`, actual: has(key), key, value }));
  const expressions = selector.matchExpressions
    .filter((requirement) => !selects(only(requirement), labels))
    .map((requirement) => ({
      wanted: labelSelectorText(only(requirement)) ?? `${requirement.key} ${requirement.operator}`,
      actual: has(requirement.key),
      key: requirement.key,
      value: valueFor(requirement),
    }));
  return [...plain, ...expressions];
}

/** The arguments of `kubectl label` that meet all of them: `app=client --overwrite`. */
export function labelArguments(unmet: readonly UnmetLabel[], labels: Labels): string {
  const changes = unmet.map(({ key, value }) => (value === undefined ? `${key}-` : `${key}=${value}`));
  const overwrites = unmet.some(({ key, value }) => value !== undefined && labels.has(key));
  return `${changes.join(' ')}${overwrites ? ' --overwrite' : ''}`;
}

/** Labels that controllers write for themselves and no rule should depend on. */
const PRIVATE =
  /^(pod-template-hash|controller-revision-hash|pod-template-generation|.*\/pod-(name|index)|topology\..*)$/;
const TELLING = ['app', 'app.kubernetes.io/name', 'k8s-app', 'app.kubernetes.io/instance'];

/** The labels that say best what a pod is; empty when it has none of its own. */
export function tellingLabels(labels: Labels): Labels {
  const known = TELLING.filter((key) => labels.has(key)).slice(0, 1);
  const keys = known.length > 0 ? known : [...labels.keys()].filter((key) => !PRIVATE.test(key));
  return new Map(keys.map((key) => [key, labels.get(key) ?? '']));
}
