import type { ActionParser, Draft } from '../action-parser.js';
import type { Pipeline } from '../ast.js';

/** `next;`, `next(TABLE);`, `next(pipeline=…, table=…);` in any order. Parsed after its name. */
export function parseNext(parser: ActionParser): Draft | undefined {
  const { stream, environment } = parser;
  const start = stream.previousSpan;
  let target: Target | undefined = { pipeline: environment.pipeline, table: environment.table + 1 };
  if (stream.accept('(')) {
    target = parseTarget(parser, target);
    if (target === undefined || !stream.expect(')')) return undefined;
  }
  const tables = environment.tables?.[target.pipeline];
  if (tables !== undefined && target.table >= tables) {
    return stream.fail('action', start, `"next" action cannot advance beyond table ${tables - 1}.`);
  }
  return { kind: 'next', ...target };
}

interface Target {
  readonly pipeline: Pipeline;
  readonly table: number;
}

function parseTarget({ stream }: ActionParser, following: Target): Target | undefined {
  let { pipeline, table } = following;
  if (stream.atSmallInteger()) {
    const given = stream.expectSmallInteger();
    return given === undefined ? undefined : { pipeline, table: given };
  }
  do {
    if (stream.acceptName('pipeline')) {
      if (!stream.expect('=')) return undefined;
      if (stream.acceptName('ingress')) pipeline = 'ingress';
      else if (stream.acceptName('egress')) pipeline = 'egress';
      else return stream.expected('expecting "ingress" or "egress"');
    } else if (stream.acceptName('table')) {
      const given = stream.expect('=') ? stream.expectSmallInteger() : undefined;
      if (given === undefined) return undefined;
      table = given;
    } else {
      return stream.expected('expecting "pipeline" or "table"');
    }
  } while (stream.accept(','));
  return { pipeline, table };
}

/** `clone { … }`: what the inner list requires is required of the flow. */
export function parseClone(parser: ActionParser): Draft | undefined {
  const body = parser.body();
  return body && { kind: 'clone', body };
}
