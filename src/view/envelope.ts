/**
 * The versioned document around every machine-readable answer: which tool, from what source, how complete, and the data.
 * Input: plain data without times, durations or unordered parts. Output: JSON or YAML text, the same bytes for the same
 * input. Must not know: streams, exit codes, what the data means.
 */
import { escapeInQuotes, isHarmful } from './sanitise.js';

/** Additive changes keep this; a removal is a `v2`. */
export const API_VERSION = 'ovnctl.dev/v1';

/** Where the data came from, for example `{kind: 'snapshot'}`. */
export interface SourceSummary {
  readonly kind: string;
}

/** Whether everything that was needed could be read; `gaps` says what could not. */
export interface CoverageSummary {
  readonly complete: boolean;
  readonly gaps: readonly unknown[];
}

export interface Envelope<Data = unknown> {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: string;
  readonly metadata: {
    readonly tool: string;
    readonly source?: SourceSummary;
    readonly coverage?: CoverageSummary;
  };
  readonly data: Data;
}

/** The data of a document of kind `Error`: the same facts as the lines on stderr. */
export interface ErrorData {
  /** Dotted, stable code, for example `snapshot.format`. */
  readonly code: string;
  readonly message: string;
  readonly hints: readonly string[];
  /** The exit code of the process. */
  readonly exitCode: number;
}

/** A result in its envelope; `tool` is name/version. */
export function envelope<Data>(
  tool: string,
  kind: string,
  data: Data,
  from: { readonly source: SourceSummary; readonly coverage: CoverageSummary },
): Envelope<Data> {
  return { apiVersion: API_VERSION, kind, metadata: { tool, source: from.source, coverage: from.coverage }, data };
}

/** An error in its envelope: there is no source to speak of, because the job was not done. */
export function errorEnvelope(tool: string, data: ErrorData): Envelope<ErrorData> {
  return { apiVersion: API_VERSION, kind: 'Error', metadata: { tool }, data };
}

/** The document as JSON with two spaces, ending in a line feed. */
export function toJson(document: Envelope): string {
  return `${escapeInQuotes(JSON.stringify(document, null, 2))}\n`;
}

/** The document as YAML, ending in a line feed; the library is loaded only when somebody asks for YAML. */
export async function toYaml(document: Envelope): Promise<string> {
  const { Document, visit, Scalar } = await import('yaml');
  // A round trip through JSON gives YAML exactly the data JSON would show: no undefined, no aliases of shared objects.
  const yaml = new Document(JSON.parse(JSON.stringify(document)), { aliasDuplicateObjects: false });
  visit(yaml, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && isHarmful(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escapeInQuotes(yaml.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Infinity }));
}
