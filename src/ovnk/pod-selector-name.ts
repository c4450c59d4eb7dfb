/**
 * The names of address sets that OVN-Kubernetes makes of selectors of pods (its pod_selector_address_set.go): a namespace or
 * the selector of namespaces, `_`, the selector of pods, and `_LNM` on sets that also hold nodes' addresses.
 */
import { err, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import type { LabelSelector, Requirement } from '../kube/model/selector.js';

interface PodSelectorName {
  readonly namespaces: { readonly name: string } | LabelSelector;
  readonly pods: LabelSelector;
}

/** Takes a name apart; the error says from where on it is not understood. */
export function parsePodSelectorName(name: string): Result<PodSelectorName, string> {
  const rest = new Rest(name);
  const selector = rest.selector();
  const namespace = selector === undefined ? rest.take(/^([a-z0-9][a-z0-9.-]*)/)?.[1] : undefined;
  const namespaces = selector ?? (namespace === undefined ? undefined : { name: namespace });
  const separated = rest.take(/^_/) !== undefined;
  const pods = rest.selector();
  rest.take(/^_LNM/);
  return namespaces === undefined || !separated || pods === undefined || rest.text !== ''
    ? err(`not understood from "${rest.text.slice(0, 40)}" on`)
    : ok({ namespaces, pods });
}

class Rest {
  text: string;

  constructor(text: string) {
    this.text = text;
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.text = this.text.slice(match[0].length);
    return match;
  }

  /** `LS{ML:{key: value,},ME:{LSR{Key:k,Operator:In,Values:[a b],}},}`, either part left out when empty. */
  selector(): LabelSelector | undefined {
    if (this.take(/^LS\{/) === undefined) return undefined;
    const matchLabels = new Map<string, string>();
    const matchExpressions: Requirement[] = [];
    if (this.take(/^ML:\{/) !== undefined) {
      for (let pair = this.#pair(); pair !== undefined; pair = this.#pair())
        matchLabels.set(pair[1] ?? '', pair[2] ?? '');
      this.take(/^\},/);
    }
    if (this.take(/^ME:\{/) !== undefined) {
      for (let each = this.#requirement(); each !== undefined; each = this.#requirement()) matchExpressions.push(each);
      this.take(/^\},/);
    }
    return this.take(/^\}/) === undefined ? undefined : { matchLabels, matchExpressions };
  }

  #pair(): RegExpExecArray | undefined {
    return this.take(/^([^:{},\s]+): ([^,{}]*),/);
  }

  #requirement(): Requirement | undefined {
    const match = this.take(/^LSR\{Key:([^,]+),Operator:(\w+),Values:\[([^\]]*)\],\},?/);
    const [, key = '', operator = '', values = ''] = match ?? [];
    return match && { key, operator, values: values === '' ? [] : values.split(' ') };
  }
}
