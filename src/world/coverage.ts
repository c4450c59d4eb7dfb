/** Something that could not be read. Not an error (we could go on) and not a finding (the cluster may be fine). */
export interface Gap {
  /** Dotted, stable code: `ovsdb.damaged`, `kube.absent`, `kube.object`. */
  readonly code: string;
  /** What is missing: `northbound database of zone a`, `pods`. */
  readonly subject: string;
  readonly reason: string;
  /** The zone and database that are not whole, when it is one. */
  readonly zone?: string;
  readonly database?: 'northbound' | 'southbound';
}

/** The gaps met so far, each once, in order of subject and reason. */
export class Coverage {
  readonly #gaps = new Map<string, Gap>();

  add(gap: Gap): Gap {
    this.#gaps.set(`${gap.subject}\n${gap.code}\n${gap.reason}`, gap);
    return gap;
  }

  get complete(): boolean {
    return this.#gaps.size === 0;
  }

  gaps(): readonly Gap[] {
    return [...this.#gaps].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap);
  }
}
