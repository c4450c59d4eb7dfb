import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../../../shared/reference/kube-api');

/** What a suite says instead of running where the recorded exchanges are not beside the repository. */
export const NO_RECORDS = 'not run: the recorded exchanges are absent';

export interface Exchange {
  readonly name: string;
  readonly server: 'k8s' | 'ovn' | 'own';
  readonly request: {
    readonly as?: string;
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly bodyText?: string;
  };
  readonly response: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly body?: unknown;
    readonly bodyText?: string;
    readonly cut?: readonly string[];
    readonly events?: readonly { readonly event: { readonly type: string; readonly object: unknown } }[];
  };
}

/** The exchanges of one file; undefined where the records are absent, which in CI is an error. */
export function recorded(file: string): readonly Exchange[] | undefined {
  if (!existsSync(folder)) {
    if (process.env['CI']) throw new Error(`${folder} is absent; in CI the recorded exchanges must be replayed`);
    return undefined;
  }
  const { exchanges } = JSON.parse(readFileSync(join(folder, `${file}.json`), 'utf8')) as {
    readonly exchanges: readonly Exchange[];
  };
  return exchanges;
}
