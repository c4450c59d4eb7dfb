/**
 * Takes out of Kubernetes objects, database values and logs what `redaction-rules.ts` names, and counts how often.
 *
 * In: a value as it came. Out: the same without secrets; what nothing had to be taken out of is given back as it is.
 */
import { isJsonArray } from '../ovsdb/wire/json.js';
import type { Json } from '../ovsdb/wire/json.js';
import {
  CONTAINER_LISTS,
  DROPPED_METADATA,
  FORBIDDEN_KINDS,
  KEPT_ANNOTATIONS,
  REDACTED,
  SECRET_ANNOTATIONS,
  SECRET_NAMES,
  SECRET_TEXTS,
} from './redaction-rules.js';

type Members = Readonly<Record<string, unknown>>;

export class Redaction {
  readonly #counts = new Map<string, number>();

  /** How often each rule applied, by its name, in order. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The object without secrets; undefined for one that must not be there at all. `kind` is that of its list. */
  object(value: unknown, kind: string): unknown {
    if (!isRecord(value)) return value;
    const own = typeof value['kind'] === 'string' ? value['kind'] : kind;
    if (FORBIDDEN_KINDS.has(own)) {
      this.#count('object');
      return undefined;
    }
    const { metadata, spec, data } = value;
    const members: Record<string, unknown> = { ...value };
    if (isRecord(metadata)) members['metadata'] = this.#metadata(metadata);
    if (isRecord(spec)) members['spec'] = own === 'Pod' ? this.#pod(spec) : this.#deep(spec);
    if (own === 'ConfigMap') {
      if (isRecord(data)) members['data'] = this.#configuration(data);
      if (members['binaryData'] !== undefined) {
        delete members['binaryData'];
        this.#count('binary');
      }
    }
    // Of an Event.
    if (typeof members['message'] === 'string') members['message'] = this.text(members['message']);
    if (members['status'] !== undefined) members['status'] = this.#deep(members['status']);
    return members;
  }

  /** A value of a database without secrets; undefined when there is none in it. */
  databaseValue(value: Json): Json | undefined {
    if (!isJsonArray(value) || value[0] !== 'map' || !isJsonArray(value[1])) return undefined;
    const pairs = value[1];
    if (!pairs.some(isSecretPair)) return undefined;
    return [
      'map',
      pairs.map((pair) => {
        if (!isSecretPair(pair)) return pair;
        this.#count('database');
        return [(pair as readonly Json[])[0] ?? '', REDACTED];
      }),
    ];
  }

  /** A line or a text without secrets. */
  text(text: string): string {
    let result = text;
    for (const { name, pattern, value } of SECRET_TEXTS) {
      const replaced = result.replace(pattern, value);
      if (replaced !== result) this.#count(name);
      result = replaced;
    }
    return result;
  }

  #metadata(metadata: Members): Members {
    const members: Record<string, unknown> = { ...metadata };
    for (const name of DROPPED_METADATA) {
      if (members[name] === undefined) continue;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a member of a JSON object, by a name that is data
      delete members[name];
    }
    const { annotations } = metadata;
    if (isRecord(annotations)) {
      members['annotations'] = mapMembers(annotations, (value, name) => {
        if (KEPT_ANNOTATIONS.test(name)) return value;
        if (!SECRET_ANNOTATIONS.some((pattern) => pattern.test(name))) return this.#deep(value);
        this.#count('annotation');
        return REDACTED;
      });
    }
    return members;
  }

  #pod(spec: Members): Members {
    return mapMembers(spec, (value, name) =>
      CONTAINER_LISTS.includes(name) && Array.isArray(value)
        ? value.map((container: unknown) => (isRecord(container) ? this.#container(container) : container))
        : this.#deep(value),
    );
  }

  /** The names of variables stay; a value that comes from a field or a Secret's key is only named, not held. */
  #container(container: Members): Members {
    return mapMembers(container, (value, name) => {
      if (name !== 'env' || !Array.isArray(value)) return this.#deep(value);
      return value.map((variable: unknown) => {
        if (!isRecord(variable) || variable['value'] === undefined) return variable;
        this.#count('env');
        return { ...variable, value: REDACTED };
      });
    });
  }

  #configuration(data: Members): Members {
    return mapMembers(data, (value, name) => {
      if (!SECRET_NAMES.test(name)) return this.#deep(value);
      this.#count('configuration');
      return REDACTED;
    });
  }

  /** Every text inside. */
  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((each) => this.#deep(each));
    return isRecord(value) ? mapMembers(value, (member) => this.#deep(member)) : value;
  }

  #count(rule: string): void {
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + 1);
  }
}

const isRecord = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function mapMembers(members: Members, change: (value: unknown, name: string) => unknown): Members {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, change(value, name)]));
}

/** `["psk", "…"]` among the pairs of a map; a path is none, since it names a file that is not here. */
function isSecretPair(pair: Json): boolean {
  if (!isJsonArray(pair)) return false;
  const [key, value] = pair;
  return typeof key === 'string' && SECRET_NAMES.test(key) && typeof value === 'string' && !value.startsWith('/');
}
