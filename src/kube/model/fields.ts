/**
 * Reading Kubernetes objects as they come: unknown JSON in, typed slices out.
 *
 * `Fields` wraps one JSON object and hands out its members. What is absent (or null, as Go writes empty lists) reads as
 * undefined or as an empty collection; what is present in another shape is noted with its path, and the first such note
 * makes the whole object an error. Nothing is thrown, unknown members are ignored. Knows no kind of object.
 */

/** Collects what does not fit while one object is decoded. */
class Misfits {
  first: string | undefined;

  note(path: string, wanted: string): void {
    this.first ??= `${path} is not ${wanted}`;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of one JSON object, read with a stated shape. */
export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #misfits: Misfits;

  private constructor(record: Readonly<Record<string, unknown>>, path: string, misfits: Misfits) {
    this.#record = record;
    this.#path = path;
    this.#misfits = misfits;
  }

  /** The members of a whole object; something that is no object has none and is noted as a misfit. */
  static of(value: unknown): Fields {
    const misfits = new Misfits();
    if (!isRecord(value)) misfits.note('the object', 'a JSON object');
    return new Fields(isRecord(value) ? value : {}, '', misfits);
  }

  /** The first member of another shape than asked for, as a phrase like `spec.ports[0].port is not a whole number`. */
  get misfit(): string | undefined {
    return this.#misfits.first;
  }

  has(key: string): boolean {
    return this.#record[key] !== undefined && this.#record[key] !== null;
  }

  text(key: string): string | undefined {
    return this.#scalar(key, 'a string', (value) => (typeof value === 'string' ? value : undefined));
  }

  whole(key: string): number | undefined {
    return this.#scalar(key, 'a whole number', (value) =>
      Number.isSafeInteger(value) ? (value as number) : undefined,
    );
  }

  flag(key: string): boolean | undefined {
    return this.#scalar(key, 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
  }

  /** Kubernetes' IntOrString: a whole number or a string. */
  wholeOrText(key: string): number | string | undefined {
    return this.#scalar(key, 'a whole number or a string', (value) =>
      typeof value === 'string' || Number.isSafeInteger(value) ? (value as number | string) : undefined,
    );
  }

  texts(key: string): readonly string[] {
    const found: string[] = [];
    this.#items(key).forEach((value, index) => {
      if (typeof value === 'string') found.push(value);
      else this.#misfits.note(`${this.#at(key)}[${index}]`, 'a string');
    });
    return found;
  }

  /** A map of strings, like labels. */
  textMap(key: string): ReadonlyMap<string, string> {
    const map = new Map<string, string>();
    const value = this.#record[key];
    if (value === undefined || value === null) return map;
    if (!isRecord(value)) {
      this.#misfits.note(this.#at(key), 'an object');
      return map;
    }
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'string') map.set(name, member);
      else this.#misfits.note(`${this.#at(key)}[${JSON.stringify(name)}]`, 'a string');
    }
    return map;
  }

  /** A map of lists of strings, like the extra fields of a user. */
  textListMap(key: string): ReadonlyMap<string, readonly string[]> {
    const fields = this.optional(key);
    const names = fields === undefined ? [] : Object.keys(fields.#record);
    return new Map(names.map((name) => [name, fields?.texts(name) ?? []]));
  }

  /** The member as it is, for what is only passed on. */
  value(key: string): unknown {
    return this.#record[key] ?? undefined;
  }

  /** The object under `key`; undefined when absent. */
  optional(key: string): Fields | undefined {
    const value = this.#record[key];
    if (value === undefined || value === null) return undefined;
    if (!isRecord(value)) this.#misfits.note(this.#at(key), 'an object');
    return new Fields(isRecord(value) ? value : {}, this.#at(key), this.#misfits);
  }

  /** The object under `key`, empty when absent. */
  inside(key: string): Fields {
    return this.optional(key) ?? new Fields({}, this.#at(key), this.#misfits);
  }

  /** A member without which the object makes no sense: its absence is a misfit too. */
  required(key: string): string {
    const value = this.text(key);
    if (value === undefined || value === '') this.#misfits.note(this.#at(key), 'there');
    return value ?? '';
  }

  /** A list of objects, each decoded by `decode`. */
  list<T>(key: string, decode: (fields: Fields) => T): readonly T[] {
    return this.#items(key).map((value, index) => {
      const path = `${this.#at(key)}[${index}]`;
      if (!isRecord(value)) this.#misfits.note(path, 'an object');
      return decode(new Fields(isRecord(value) ? value : {}, path, this.#misfits));
    });
  }

  #items(key: string): readonly unknown[] {
    const value = this.#record[key];
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value as readonly unknown[];
    this.#misfits.note(this.#at(key), 'a list');
    return [];
  }

  #scalar<T>(key: string, wanted: string, convert: (value: unknown) => T | undefined): T | undefined {
    const value = this.#record[key];
    if (value === undefined || value === null) return undefined;
    const converted = convert(value);
    if (converted === undefined) this.#misfits.note(this.#at(key), wanted);
    return converted;
  }

  #at(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }
}
